using System.Diagnostics;
using System.Globalization;

namespace Straightwire.Benchmarks.Memory;

/// <summary>
/// Shards joined in memory on one thread, without a kernel: the server's HTTP against clients that count.
/// </summary>
internal static class MemoryBenchmark
{
    private static readonly MemoryWork[] Works =
    [
        new("keep-alive", 1, 1),
        new("16 pipelined", 1, 16),
        new("keep-alive, 2 shards", 2, 1),
        new("keep-alive, 4 shards", 4, 1),
        new("keep-alive, 8 shards", 8, 1),
        new("keep-alive, 8 shards, every frame handed over", 8, 1, Astray: true),
    ];

    /// <summary>Measures, and prints one Markdown table.</summary>
    public static int Run(BenchmarkOptions options)
    {
        Console.WriteLine("""
            Shards joined in memory, all in turn on one thread, 64 connections each, 1 KB. A server core's
            rate counts only the time in the Poll of the server's shards; the thread's rate counts the clients
            and the copying too.

            | work | requests/s per server core | min–max | requests/s of the thread | bytes allocated each |
            |---|--:|--:|--:|--:|
            """);
        foreach (MemoryWork work in Works)
        {
            // Measured for nothing once, so that the code is compiled.
            Measure(work, 1);
            MemoryResult[] rounds =
                [.. Enumerable.Range(0, options.Rounds).Select(_ => Measure(work, options.Seconds))];
            double[] perCore = [.. rounds.Select(r => r.PerServerCore).Order()];
            double perThread = rounds.Select(r => r.PerThread).Order().ElementAt(rounds.Length / 2);
            string[] cells =
            [
                work.Title,
                Number(perCore[perCore.Length / 2]),
                $"{Number(perCore[0])}–{Number(perCore[^1])}",
                Number(perThread),
                Number(rounds.Min(r => r.AllocatedPerRequest)),
            ];
            Console.WriteLine($"| {string.Join(" | ", cells)} |");
        }
        return 0;
    }

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.###" : "N0", CultureInfo.InvariantCulture);

    private static MemoryResult Measure(MemoryWork work, int seconds)
    {
        var rig = new MemoryRig(work);
        long allocatedBefore = 0;
        long requestsBefore = 0;
        long inServer = 0;
        long start = Stopwatch.GetTimestamp();
        long warm = start + (Stopwatch.Frequency / 2);
        long end = warm + (Stopwatch.Frequency * seconds);
        long begun = 0;
        for (long now = start; now < end;)
        {
            rig.PollClients(now);
            long between = Stopwatch.GetTimestamp();
            rig.PollServers(between);
            now = Stopwatch.GetTimestamp();
            inServer += now - between;
            if (begun == 0 && now >= warm)
            {
                (begun, inServer, requestsBefore) = (now, 0, rig.Completed);
                allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            }
        }
        double requests = rig.Completed - requestsBefore;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        return new MemoryResult(
            requests / Stopwatch.GetElapsedTime(0, inServer).TotalSeconds,
            requests / Stopwatch.GetElapsedTime(begun).TotalSeconds,
            allocated / Math.Max(requests, 1));
    }

    /// <summary>One round.</summary>
    private readonly record struct MemoryResult(
        double PerServerCore, double PerThread, double AllocatedPerRequest);
}
