using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Options;

namespace Straightwire.Appliance.Sandbox;

/// <summary>
/// The directories beside the content's that a sandboxed server may read, so that it sees what takes the
/// content's place: a link that leads to another release, a directory that was renamed. The sandbox's rules
/// are for directories as they are at the start, and not for their names.
/// </summary>
public static class DeployDirectories
{
    private const int LinksMax = 40;

    // What is in these is other people's, or the system's.
    private static readonly string[] Excluded =
    [
        "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin",
        "/sys", "/tmp", "/usr", "/var", "/var/lib", "/var/tmp",
    ];

    /// <summary>The directories that a deploy may put content in.</summary>
    public static IEnumerable<string> Of(ApplianceOptions options) =>
        options.Server.SandboxParent switch
        {
            false => [],
            true => Candidates(options),
            null => Candidates(options).Where(MayRead),
        };

    /// <summary>What to tell when a deploy would not be seen; null: it would be.</summary>
    public static string? Advice(ApplianceOptions options)
    {
        if (!options.Server.Sandbox || options.Server.SandboxRead is not null)
        {
            return null;
        }
        string? hidden = Candidates(options).FirstOrDefault(
            directory => !Of(options).Contains(directory, StringComparer.Ordinal));
        return hidden is null
            ? null
            : $"a deploy by rename or link is not seen, since the sandbox does not let {hidden} be read: "
                + "give the site a directory of its own, or set server.sandboxRead";
    }

    /// <summary>Whether a directory may be read without having been named.</summary>
    internal static bool MayRead(string directory)
    {
        string? home = Environment.GetEnvironmentVariable("HOME");
        return !Excluded.Contains(directory, StringComparer.Ordinal)
            && directory != home?.TrimEnd('/')
            && Path.GetDirectoryName(directory) != "/home";
    }

    // Of a link the directory that it is in, and the one that its target is in; of a directory its parent.
    private static IEnumerable<string> Candidates(ApplianceOptions options)
    {
        if (ContentDirectory.Find(options.Content.Directory) is not { } root)
        {
            yield break;
        }
        string path = Path.TrimEndingDirectorySeparator(root);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < LinksMax; i++)
        {
            string parent = RealPath(Path.GetDirectoryName(path) ?? "/");
            if (seen.Add(parent))
            {
                yield return parent;
            }
            if (new DirectoryInfo(path).LinkTarget is not { } target)
            {
                yield break;
            }
            path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, parent));
        }
    }

    private static string RealPath(string directory)
    {
        string path = "/";
        foreach (string name in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, name);
            if (new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                path = target.FullName;
            }
        }
        return path;
    }
}
