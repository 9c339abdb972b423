using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Somebody who may log in.</summary>
public sealed record FtpUserSettings
{
    /// <summary>The name that the user logs in with.</summary>
    [Key("The name: 1 to 64 characters; anonymous and ftp are taken.", Format = KeyFormat.UserName,
        Example = "\"editor\"")]
    public string Name { get; init; } = "";

    /// <summary>The hash of the password.</summary>
    [Key("The password as straightwire hash-password prints it; null: any password will do.",
        Format = KeyFormat.PasswordHash, Example = "\"pbkdf2-sha256$600000$...$...\"")]
    public string? PasswordHash { get; init; }

    /// <summary>The directory of the content that is the user's root.</summary>
    [Key("The directory of the content that is the user's root.", Format = KeyFormat.ContentPath)]
    public string Root { get; init; } = "/";

    /// <summary>What it may do.</summary>
    [Key("What it may do; null: read and list. More than those needs a password.", Items = 6,
        Example = """["read", "list", "write", "delete", "rename", "makeDirectories"]""")]
    public FtpRight[]? Rights { get; init; }

    /// <summary>Whether it may do more than read and list.</summary>
    internal bool MayChange =>
        Rights?.Any(right => right is not (FtpRight.Read or FtpRight.List)) == true;

    /// <summary>Bytes of the largest file that it may upload.</summary>
    [Key("Bytes of the largest file that it may upload; null: any.", Min = 0, Max = 1L << 60)]
    public long? FileBytes { get; init; }

    /// <summary>Bytes of all files below its root.</summary>
    [Key("Bytes of all files below its root, beyond which it uploads nothing; null: any.",
        Min = 0, Max = 1L << 60)]
    public long? QuotaBytes { get; init; }
}
