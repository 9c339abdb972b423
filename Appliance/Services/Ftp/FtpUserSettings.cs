using System.ComponentModel;
using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Somebody who may log in.</summary>
public sealed record FtpUserSettings
{
    /// <summary>The name.</summary>
    [Description("The name: 1 to 64 characters; anonymous and ftp are taken.")]
    [TextFormat(TextKind.UserName)]
    public string Name { get; init; } = "";

    /// <summary>The hash of the password.</summary>
    [Description("The password as straightwire hash-password prints it; null: any password will do.")]
    [TextFormat(TextKind.PasswordHash)]
    public string? PasswordHash { get; init; }

    /// <summary>The directory of the content that is the user's root.</summary>
    [Description("The directory of the content that is the user's root.")]
    [TextFormat(TextKind.ContentPath)]
    public string Root { get; init; } = "/";

    /// <summary>What it may do.</summary>
    [Description("What it may do; null: read and list. More than those needs a password.")]
    [ItemLimits(6)]
    public FtpRight[]? Rights { get; init; }

    /// <summary>Bytes of the largest file that it may upload.</summary>
    [Description("Bytes of the largest file that it may upload; null: any.")]
    [Limits(0, 1L << 60)]
    public long? FileBytes { get; init; }

    /// <summary>Bytes of all files below its root.</summary>
    [Description("Bytes of all files below its root, beyond which it uploads nothing; null: any.")]
    [Limits(0, 1L << 60)]
    public long? QuotaBytes { get; init; }
}
