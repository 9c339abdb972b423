using Straightwire.Appliance.Configuration;

namespace Straightwire.Appliance.Options;

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
            ("server:pcap", NamedFile.Fault(options.Server.Pcap, makesDirectory: false)),
            ("log:file", NamedFile.Fault(options.Log.File, makesDirectory: true)),
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
}
