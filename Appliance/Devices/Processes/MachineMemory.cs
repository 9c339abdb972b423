using System.Globalization;

namespace Straightwire.Devices.Processes;

/// <summary>
/// The memory that a process may use: the machine's, or less where a control group has a limit.
/// </summary>
/// <param name="Bytes">Bytes that the limit allows.</param>
/// <param name="Name">What limits it, for people.</param>
public readonly record struct MachineMemory(long Bytes, string Name)
{
    private const string Groups = "/sys/fs/cgroup";

    // "No limit" is a number near the largest in version 1.
    private const long Unlimited = 1L << 60;

    private static readonly Lazy<MachineMemory> OfThisProcess = new(() => Read("/"));

    /// <summary>This process's, as it was at the first question.</summary>
    public static MachineMemory Own => OfThisProcess.Value;

    /// <summary>Reads what the kernel tells below a root directory.</summary>
    public static MachineMemory Read(string root)
    {
        var least = new MachineMemory(TotalOf(TextOf(root, "/proc/meminfo")), "the machine's memory");
        foreach (string line in TextOf(root, "/proc/self/cgroup").Split('\n'))
        {
            // "0::/path" is version 2; "4:memory:/path" the one of version 1 that counts memory.
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }
            if (controllers.Length == 0)
            {
                least = Least(least, root, Groups, path, "memory.max");
            }
            else if (controllers.Split(',').Contains("memory"))
            {
                least = Least(least, root, Groups + "/memory", path, "memory.limit_in_bytes");
            }
        }
        return least;
    }

    /// <summary>
    /// A group is within those above it. A container sees its own as the root, under whatever path.
    /// </summary>
    private static MachineMemory Least(
        MachineMemory least, string root, string mount, string path, string file)
    {
        for (string? at = path; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            string text = TextOf(root, Path.Join(mount, at, file));
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
                && bytes < Unlimited && bytes < least.Bytes)
            {
                least = new MachineMemory(bytes, file);
            }
        }
        return least;
    }

    private static long TotalOf(string information)
    {
        const string Total = "MemTotal:";
        string? line = information.Split('\n')
            .FirstOrDefault(l => l.StartsWith(Total, StringComparison.Ordinal));
        string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 1
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
                ? 1024 * kilobytes
                : long.MaxValue;
    }

    private static string TextOf(string root, string path)
    {
        try
        {
            return File.ReadAllText(Path.Join(root, path)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
