using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>Processor time so far, in seconds.</summary>
/// <param name="ServerCore">
/// Core 1, all that was not idle: interrupts and the kernel's packet work too.
/// </param>
/// <param name="ClientCore">Core 0, likewise.</param>
/// <param name="Server">
/// The server's processes, user and system, and those of its children that have ended.
/// </param>
internal readonly record struct CpuTimes(double ServerCore, double ClientCore, double Server)
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads the kernel's counts.</summary>
    public static CpuTimes Now(int serverId) =>
        new(Core("cpu1 "), Core("cpu0 "), ProcessTree.Of(serverId).Sum(ProcessSeconds));

    /// <summary>What was used between two readings.</summary>
    public static CpuTimes operator -(CpuTimes end, CpuTimes start) =>
        new(end.ServerCore - start.ServerCore, end.ClientCore - start.ClientCore, end.Server - start.Server);

    private static double Core(string name)
    {
        string line = File.ReadLines("/proc/stat")
            .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) ?? $"{name} 0 0 0 0 0 0 0";

        // user nice system idle iowait irq softirq steal; guest time is in user already.
        string[] fields = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double[] ticks = [.. fields.Take(7).Select(Number)];
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond;
    }

    private static double ProcessSeconds(int id)
    {
        // The name in parentheses may hold anything; fields are counted from behind it.
        string stat = string.Concat(ProcessTree.Lines(id, "stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ');
        return fields.Length < 16 ? 0 : fields[12..16].Sum(Number) / TicksPerSecond;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
