using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// Ours on a TAP against the peers on a veth: every row, every round, every server in turn.
/// </summary>
internal static class WireBenchmark
{
    /// <summary>Measures, and prints the table on standard output and progress on standard error.</summary>
    public static int Run(BenchmarkOptions options)
    {
        using var directory = new BenchmarkDirectory();
        var servers = new List<RunningServer>();
        try
        {
            IReadOnlyList<ServerKind> kinds = ServerKind.All(options.ServeOptions);
            foreach (ServerKind kind in kinds.Where(k => Wanted(options.Servers, k.Name)))
            {
                TryStart(kind, directory, servers);
            }
            if (servers.Count == 0)
            {
                return 1;
            }
            Console.WriteLine(Conditions(options, servers));
            var table = new ResultTable([.. servers.Select(s => s.Kind)]);
            foreach (Workload row in Workload.All.Where(w => Wanted(options.Rows, w.Name)))
            {
                Measure(row, servers, options, table);
            }
            MeasureMemoryAndStart(servers, options, table);
            Console.WriteLine(table);
            return 0;
        }
        finally
        {
            servers.ForEach(s => s.Dispose());
        }
    }

    private static bool Wanted(string[] names, string name) => names.Length == 0 || names.Contains(name);

    private static void TryStart(ServerKind kind, BenchmarkDirectory directory, List<RunningServer> servers)
    {
        try
        {
            servers.Add(new RunningServer(kind, directory));
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"{kind.Title} is left out: {e.Message}");
        }
    }

    private static void Measure(
        Workload row, List<RunningServer> servers, BenchmarkOptions options, ResultTable table)
    {
        // One second that does not count: code is compiled, windows and caches are warm.
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (RunningServer server in servers)
            {
                try
                {
                    Sample sample = row.Measure(server, round == 0 ? 1 : options.Seconds);
                    if (round > 0)
                    {
                        table.Add(row, server.Kind, sample);
                        Console.Error.WriteLine(
                            $"{row.Name} {round}/{options.Rounds} {server.Kind.Name}: {sample.Rate:N0}/s");
                    }
                }
                catch (Exception e) when (e is InvalidOperationException or IOException)
                {
                    Console.Error.WriteLine($"{server.Kind.Title} failed: {e.Message}\n{server.Log}");
                }
            }
        }
    }

    private static void MeasureMemoryAndStart(
        List<RunningServer> servers, BenchmarkOptions options, ResultTable table)
    {
        foreach (RunningServer server in servers)
        {
            double megabytes = ProcessTree.ResidentMegabytes(server.Id);
            table.Add("resident memory after that, MB", server.Kind, megabytes);
        }
        for (int round = 0; round < options.Rounds && Wanted(options.Rows, Workload.StartName); round++)
        {
            foreach (RunningServer server in servers)
            {
                table.Add("start to first response, ms", server.Kind, 1000 * server.Restart());
            }
        }
    }

    private static string Conditions(BenchmarkOptions options, List<RunningServer> servers)
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string cores = Environment.ProcessorCount > 1
            ? "load generator on core 0, server on core 1" : "one core for all";
        IEnumerable<string> links = servers.Select(s =>
            $"- {s.Kind.Title}: {(s.Congestion is { } c ? $"veth, kernel TCP with {c}" : "TAP")}; "
            + s.Offload());
        return $"""
            Linux {kernel}, {cores}; content hot.
            Medians of {options.Rounds} interleaved rounds of {options.Seconds} s.
            {string.Join('\n', links)}

            """;
    }
}
