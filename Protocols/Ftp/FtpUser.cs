using Straightwire.Protocols.Content;
using Straightwire.Protocols.Passwords;

namespace Straightwire.Protocols.Ftp;

/// <summary>Somebody who may log in.</summary>
public sealed record FtpUser
{
    /// <summary>Rights that change nothing: all that a user without a password can have.</summary>
    public const FtpRights ReadOnly = FtpRights.Read | FtpRights.List;

    /// <summary>
    /// Its name; the directory that is its <c>/</c>; and how much it may upload.
    /// </summary>
    public required ContentOwner Owner { get; init; }

    /// <summary>
    /// The hash of the password, as <see cref="IPasswords"/> knows it; null: any will do.
    /// </summary>
    public string? PasswordHash { get; init; }

    /// <summary>What it may do.</summary>
    public FtpRights Rights { get; init; } = ReadOnly;

    /// <summary>By which it logs in.</summary>
    public string Name => Owner.Name;

    /// <summary>The directory that is its <c>/</c>: a canonical path with its final slash.</summary>
    public string Root => Owner.Root;

    /// <summary>Whether it logged in without a password of its own.</summary>
    public bool IsAnonymous => PasswordHash is null;
}
