namespace Straightwire.Protocols.Ftp;

/// <summary>Somebody who may log in.</summary>
public sealed record FtpUser
{
    /// <summary>Rights that change nothing: all that a user without a password can have.</summary>
    public const FtpRights ReadOnly = FtpRights.Read | FtpRights.List;

    /// <summary>The name that USER gives.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The hash of the password, as <see cref="IFtpPasswords"/> knows it; null: any will do.
    /// </summary>
    public string? PasswordHash { get; init; }

    /// <summary>The directory that is the user's <c>/</c>: a canonical path with its final slash.</summary>
    public string Root { get; init; } = "/";

    /// <summary>What it may do.</summary>
    public FtpRights Rights { get; init; } = ReadOnly;

    /// <summary>Bytes of the largest file that it may upload.</summary>
    public long FileBytesMax { get; init; } = long.MaxValue;

    /// <summary>Bytes of all files below its root, beyond which it uploads nothing.</summary>
    public long QuotaBytes { get; init; } = long.MaxValue;

    /// <summary>Whether it logged in without a password of its own.</summary>
    public bool IsAnonymous => PasswordHash is null;
}
