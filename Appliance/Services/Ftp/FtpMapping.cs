using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Configuration;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Hands the checked keys of FTP's section on, each part to what it configures.</summary>
internal static class FtpMapping
{
    private const int BlocksLeast = 16;

    /// <summary>The ports of passive data connections.</summary>
    internal static PortSpan PassiveOf(FtpSettings settings)
    {
        _ = PortRange.TryParse(settings.PassivePorts, out PortRange passive);
        return new PortSpan(passive.First, passive.Last);
    }

    /// <summary>FTP's limits, times and users.</summary>
    internal static FtpOptions ToFtp(FtpSettings settings)
    {
        PortSpan passive = PassiveOf(settings);
        return new FtpOptions(settings)
        {
            PassivePortFirst = passive.First,
            PassivePortLast = passive.Last,
            PassiveAddress = settings.MasqueradeAddress is { } text ? IpAddress.Parse(text) : null,
            AnonymousDirectory = RootOf(settings.AnonymousRoot),
            Users = Array.ConvertAll(settings.Users, ToFtpUser),
        };
    }

    /// <summary>The limits on uploads, with what follows from another and from the machine.</summary>
    internal static UploadOptions ToUploads(UploadOptions uploads)
    {
        int blocks = uploads.Blocks ?? MemoryScale.Own.Of(uploads.BlockCount, BlocksLeast);
        return uploads with
        {
            Blocks = blocks,
            BlocksPerUpload = Math.Min(uploads.BlocksPerUpload, blocks),
        };
    }

    private static FtpUser ToFtpUser(FtpUserSettings settings) => new()
    {
        Owner = new ContentOwner(
            settings.Name,
            RootOf(settings.Root),
            settings.FileBytes ?? long.MaxValue,
            settings.QuotaBytes ?? long.MaxValue),
        PasswordHash = settings.PasswordHash,
        Rights = settings.Rights is { } rights
            ? rights.Aggregate(FtpRights.None, (all, right) => all | ToRights(right))
            : FtpUser.ReadOnly,
    };

    private static FtpRights ToRights(FtpRight right) => right switch
    {
        FtpRight.Read => FtpRights.Read,
        FtpRight.List => FtpRights.List,
        FtpRight.Write => FtpRights.Write,
        FtpRight.Delete => FtpRights.Delete,
        FtpRight.Rename => FtpRights.Rename,
        _ => FtpRights.MakeDirectories,
    };

    private static string RootOf(string text) =>
        ContentPath.TryMake(text, out string path)
            ? path
            : throw new InvalidOperationException($"{text} was checked to be a path");
}
