using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Logs;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Rules between values of FTP's section that are each right by themselves.</summary>
internal static class FtpRules
{
    private static readonly UploadOptions Default = new();

    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    /// <param name="ftp">The section.</param>
    /// <param name="content">The content's directory; null: there is none.</param>
    /// <param name="shards">The shards that were asked for; 0: as many as it can have.</param>
    internal static IEnumerable<(string Key, string Message)> Check(
        FtpSettings ftp, string? content, int shards)
    {
        if (ftp.LineBytes < ftp.CommandBytes)
        {
            yield return ("ftp:lineBytes", "less than ftp/commandBytes, which it is the limit beyond");
        }
        if (!HasDirectory(content, ftp.AnonymousRoot))
        {
            yield return ("ftp:anonymousRoot", $"the content has no directory '{ftp.AnonymousRoot}'");
        }
        foreach ((string Key, string Message) fault in ftp.Enabled ? FaultsOfUse(ftp, content, shards) : [])
        {
            yield return fault;
        }
        var names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < ftp.Users.Length; i++)
        {
            foreach ((string key, string message) in UserFaults(ftp.Users[i], i, names, content))
            {
                yield return (FormattableString.Invariant($"ftp:users:{i}{key}"), message);
            }
        }
    }

    private static IEnumerable<(string Key, string Message)> FaultsOfUse(
        FtpSettings ftp, string? content, int shards)
    {
        (string Key, string? Message)[] all =
        [
            ("ftp:logs:xferlog", LogPlace.Fault(ftp.Logs.Xferlog, content)),
            ("ftp:logs:json", LogPlace.Fault(ftp.Logs.Json, content)),
            ("ftp:uploads:blocksPerUpload", BlocksFault(ftp.Uploads)),
            ("ftp:passivePorts", PassiveFault(ftp, shards)),
        ];
        return from fault in all where fault.Message is not null select (fault.Key, fault.Message!);
    }

    // A part of another follows it as long as it has its default.
    private static string? BlocksFault(UploadOptions uploads) =>
        uploads.BlocksPerUpload > FtpMapping.ToUploads(uploads).BlockCount
        && uploads.BlocksPerUpload != Default.BlocksPerUpload
            ? "more than ftp/uploads/blocks, which it is part of"
            : null;

    private static string? PassiveFault(FtpSettings ftp, int shards)
    {
        PortSpan passive = FtpMapping.PassiveOf(ftp);
        int ports = passive.Last - passive.First + 1;
        return shards > ports
            ? FormattableString.Invariant(
                $"{ports} ports for {shards} server/shards: each needs one at least")
            : null;
    }

    private static IEnumerable<(string Key, string Message)> UserFaults(
        FtpUserSettings user, int place, Dictionary<string, int> names, string? content)
    {
        if (user.Name.Length == 0)
        {
            yield return ("", "a user needs a name");
        }
        else if (!names.TryAdd(user.Name, place))
        {
            yield return (":name", FormattableString.Invariant(
                $"{user.Name} is the name of ftp/users/{names[user.Name]} too"));
        }
        if (!HasDirectory(content, user.Root))
        {
            yield return (":root", $"the content has no directory '{user.Root}'");
        }
        FtpRight[] rights = user.Rights ?? [];
        if (rights.Distinct().Count() < rights.Length)
        {
            yield return (":rights", "a right is named twice");
        }
        if (user.PasswordHash is null && user.MayChange)
        {
            yield return (":rights", "a user that may change something needs a passwordHash:"
                + " 'straightwire hash-password' makes one");
        }
    }

    private static bool HasDirectory(string? content, string root) =>
        content is null
        || (ContentPath.TryMake(root, out string path)
            && Directory.Exists(ContentPath.OnDisk(content, path)));
}
