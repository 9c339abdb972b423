using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>A process and its children, as /proc shows them.</summary>
internal static class ProcessTree
{
    /// <summary>The process and all below it.</summary>
    public static IEnumerable<int> Of(int id)
    {
        yield return id;
        foreach (string child in Children(id))
        {
            foreach (int below in Of(int.Parse(child, CultureInfo.InvariantCulture)))
            {
                yield return below;
            }
        }
    }

    /// <summary>Resident memory of all of them in MB, file pages included.</summary>
    public static double ResidentMegabytes(int id) => Kilobytes(id, "status", "VmRSS:") / 1000;

    /// <summary>
    /// Resident memory of all of them in kB of 1,024 bytes, where what several processes share is counted
    /// once.
    /// </summary>
    public static double ProportionalKilobytes(int id) => Kilobytes(id, "smaps_rollup", "Pss:");

    /// <summary>The lines of a file in a process's /proc; none when the process has ended.</summary>
    public static string[] Lines(int id, string file)
    {
        try
        {
            return File.ReadAllLines($"/proc/{id}/{file}");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Kilobytes(int id, string file, string field) => Of(id)
        .SelectMany(p => Lines(p, file))
        .Where(l => l.StartsWith(field, StringComparison.Ordinal))
        .Sum(l => double.Parse(l[field.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture));

    private static string[] Children(int id)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{id}/task")
                .SelectMany(t => Lines(id, $"task/{Path.GetFileName(t)}/children"))
                .SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
