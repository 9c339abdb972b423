namespace Straightwire.Protocols.Ftp;

/// <summary>What a user may do.</summary>
[Flags]
public enum FtpRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>RETR.</summary>
    Read = 1,

    /// <summary>LIST, NLST, MLSD, MLST and STAT with a path.</summary>
    List = 2,

    /// <summary>STOR, APPE, STOU and MFMT.</summary>
    Write = 4,

    /// <summary>DELE and RMD.</summary>
    Delete = 8,

    /// <summary>RNFR and RNTO.</summary>
    Rename = 16,

    /// <summary>MKD.</summary>
    MakeDirectories = 32,
}

/// <summary>Somebody who may log in.</summary>
public sealed record FtpUser
{
    /// <summary>Rights that change nothing: all that a user without a password can have.</summary>
    public const FtpRights ReadOnly = FtpRights.Read | FtpRights.List;

    /// <summary>The name.</summary>
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
