using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>A process and its children, as /proc shows them.</summary>
internal static class ProcessTree
{
    /// <summary>The process and all below it.</summary>
    public static IEnumerable<int> Of(int id)
    {
        yield return id;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
        {
            string children = File.ReadAllText(Path.Combine(task, "children"));
            foreach (string child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (int below in Of(int.Parse(child, CultureInfo.InvariantCulture)))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>Resident memory of all of them in MB, file pages included.</summary>
    public static double ResidentMegabytes(int id)
    {
        const string Field = "VmRSS:";
        double kilobytes = Of(id)
            .SelectMany(p => File.ReadLines($"/proc/{p}/status"))
            .Where(l => l.StartsWith(Field, StringComparison.Ordinal))
            .Sum(l => double.Parse(l[Field.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture));
        return kilobytes / 1000;
    }
}
