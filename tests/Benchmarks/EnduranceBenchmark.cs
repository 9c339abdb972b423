using System.Diagnostics;
using System.Globalization;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// Our links under full load for as long as asked, all at once: what each holds is read between the loads,
/// and must not grow.
/// </summary>
internal static class EnduranceBenchmark
{
    private const int LoadSeconds = 15;

    private static readonly string[] Loads =
        [Workload.PeakName, "mix", "connect", "pipelined", "10m"];
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(65);

    /// <summary>Runs, tells what was held about once a minute; 1 when anything is wrong.</summary>
    public static int Run(BenchmarkOptions options, int minutes)
    {
        ServerKind[] kinds = [.. ServerKind.Wanted(options).Where(k => k.IsOurs)];
        using var directory = new BenchmarkDirectory(withFtp: false);
        using var group = new ServerGroup(kinds, directory);
        Console.WriteLine("minute, link, requests, resident MB, managed MB, connections, pool frames free");
        bool[] good = new bool[group.All.Count];
        var threads = new List<Thread>();
        for (int i = 0; i < good.Length; i++)
        {
            int number = i;
            threads.Add(new Thread(() => good[number] = LoadServer(group.All[number], minutes)));
            threads[^1].Start();
        }
        threads.ForEach(thread => thread.Join());
        bool all = good.Length == kinds.Length && good.All(g => g);
        Console.WriteLine(all ? "Nothing grew, nothing failed." : "Something grew or failed: see above.");
        return all ? 0 : 1;
    }

    private static bool LoadServer(RunningServer server, int minutes)
    {
        long start = Stopwatch.GetTimestamp();
        string logOfStart = server.Log;
        List<Held> held = [];
        double requests = 0;
        try
        {
            while (Stopwatch.GetElapsedTime(start).TotalMinutes < minutes)
            {
                foreach (Workload load in Loads.Select(name => Workload.All.First(w => w.Name == name)))
                {
                    string output = server.Client(load.Command(LoadSeconds, $"{server.Url}/{load.Path}"));
                    requests += load.Read(output, server).Count;
                }
                held.Add(Held.Now(server));
                Tell(server, start, requests, held[^1]);
            }

            // The connections of the loads are in TIME-WAIT, or idle, no longer than this.
            Thread.Sleep(Rest);
            held.Add(Held.Now(server));
            Tell(server, start, requests, held[^1]);
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine($"{server.Kind.Name} failed: {e.Message}\n{server.Log}");
            return false;
        }
        string log = server.Log[logOfStart.Length..];
        if (log.Length > 0)
        {
            Console.WriteLine($"{server.Kind.Name} wrote:\n{log}");
        }
        return HasNotGrown(held) && log.Length == 0;
    }

    /// <summary>
    /// The most of the last quarter against the most of the first: managed memory goes up and down between
    /// collections.
    /// </summary>
    private static bool HasNotGrown(List<Held> held)
    {
        const double Slack = 1.1;
        int quarter = Math.Max(1, held.Count / 4);
        double first = held.Take(quarter).Max(h => h.ResidentMegabytes);
        double last = held.TakeLast(quarter).Max(h => h.ResidentMegabytes);
        Held end = held[^1];
        return last <= first * Slack && end.Connections <= 1 && end.FreeFrames == held.Max(h => h.FreeFrames);
    }

    private static void Tell(RunningServer server, long start, double requests, Held held) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(start).TotalMinutes:F1}, {server.Kind.Name}, {requests:N0}, "
            + $"{held.ResidentMegabytes:F1}, {held.ManagedMegabytes:F1}, {held.Connections}, "
            + $"{held.FreeFrames}"));

    /// <summary>What a server holds.</summary>
    private sealed record Held(
        double ResidentMegabytes, double ManagedMegabytes, double Connections, double FreeFrames)
    {
        public static Held Now(RunningServer server)
        {
            string[] metrics = server.Client($"curl -sS http://{server.Address}:9180/metrics").Split('\n');
            return new Held(
                ProcessTree.ResidentMegabytes(server.Id), Value(metrics, "managed_memory_bytes") / 1e6,
                Value(metrics, "connections"), Value(metrics, "pool_frames_free"));
        }

        /// <summary>The sum over the shards.</summary>
        private static double Value(string[] metrics, string name) => metrics
            .Where(line => line.StartsWith($"straightwire_{name} ", StringComparison.Ordinal)
                || line.StartsWith($"straightwire_{name}{{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }
}
