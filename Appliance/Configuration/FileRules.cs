namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Files and directories that are named, each looked at for what it is to be: nobody who names one in vain is
/// passed over.
/// </summary>
public static class FileRules
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Message)> Check(ApplianceOptions options)
    {
        (string Key, string? Message)[] all =
        [
            ("content:directory", ContentFault(options.Content.Directory)),
            ("server:pcap", FileFault(options.Server.Pcap, makesDirectory: false)),
            ("log:file", FileFault(options.Log.File, makesDirectory: true)),
            ("ftp:logs:xferlog", options.Ftp.Enabled
                ? FileFault(options.Ftp.Logs.Xferlog, makesDirectory: false) : null),
            ("ftp:logs:json", options.Ftp.Enabled
                ? FileFault(options.Ftp.Logs.Json, makesDirectory: false) : null),
        ];
        foreach ((string key, string? message) in all)
        {
            if (message is not null)
            {
                yield return (key, message);
            }
        }
        string[] readable = options.Server.SandboxRead ?? [];
        for (int i = 0; i < readable.Length; i++)
        {
            if (readable[i].Length == 0)
            {
                yield return (FormattableString.Invariant($"server:sandboxRead:{i}"), "it names nothing");
            }
        }
    }

    /// <summary>What is not wrong, but of no use: a sentence each.</summary>
    public static IEnumerable<string> Warnings(ApplianceOptions options) =>
        from place in options.Server.SandboxRead ?? []
        where !Directory.Exists(place) && !File.Exists(place)
        select $"server.sandboxRead: there is no {place}, and what is not there at the start is never read";

    private static string? ContentFault(string name)
    {
        if (name.Length == 0)
        {
            return "it is empty: name the directory to serve ('.' is the one you are in)";
        }
        if (ContentDirectory.Find(name) is not null)
        {
            return null;
        }
        return File.Exists(name)
            ? $"{name} is a file: name the directory that it is in"
            : $"there is no directory '{name}'";
    }

    private static string? FileFault(string? path, bool makesDirectory)
    {
        if (path is null)
        {
            return null;
        }
        if (path.Length == 0)
        {
            return "it is empty: name a file, or leave the key out";
        }
        if (Directory.Exists(path))
        {
            return $"{path} is a directory: name a file in it";
        }
        string parent = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (File.Exists(parent))
        {
            return $"{parent} is a file, and no directory that {Path.GetFileName(path)} could be in";
        }
        return makesDirectory || Directory.Exists(parent) ? null : $"there is no directory {parent} for it";
    }
}
