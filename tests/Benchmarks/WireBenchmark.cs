using Straightwire.Benchmarks.Ftp;
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
        FtpWorkload[] ftp = [.. FtpWorkload.All.Where(w => Wanted(options.Rows, w.Name))];
        Workload[] http = [.. Workload.All.Where(w => Wanted(options.Rows, w.Name))];
        bool withHttp = http.Length > 0 || Wanted(options.Rows, Workload.StartName);
        using var directory = new BenchmarkDirectory(withFtp: ftp.Length > 0);
        var servers = new List<RunningServer>();
        try
        {
            foreach (ServerKind kind in ServerKind.All(options.ServeOptions)
                .Where(k => Wanted(options.Servers, k.Name))
                .Where(k => (withHttp && k.SpeaksHttp) || (ftp.Length > 0 && k.SpeaksFtp)))
            {
                TryStart(kind, directory, servers);
            }
            if (servers.Count == 0)
            {
                return 1;
            }
            Console.WriteLine(Conditions(options, servers));
            if (withHttp)
            {
                List<RunningServer> some = [.. servers.Where(s => s.Kind.SpeaksHttp)];
                ResultTable table = Measure(http, some, options, "nginx");
                MeasureMemoryAndStart(some, options, table);
                Console.WriteLine(table);
            }
            if (ftp.Length > 0)
            {
                List<RunningServer> some = [.. servers.Where(s => s.Kind.SpeaksFtp)];
                Console.WriteLine(Measure(ftp, some, options, "vsftpd"));
            }
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

    private static ResultTable Measure(
        IEnumerable<IBenchmarkRow> rows,
        List<RunningServer> servers,
        BenchmarkOptions options,
        string reference)
    {
        var table = new ResultTable([.. servers.Select(s => s.Kind)], reference);
        foreach (IBenchmarkRow row in rows)
        {
            Measure(row, servers, options, table);
        }
        return table;
    }

    private static void Measure(
        IBenchmarkRow row, List<RunningServer> servers, BenchmarkOptions options, ResultTable table)
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
                        string rate = ResultTable.Number(sample.Rate);
                        Console.Error.WriteLine(
                            $"{row.Name} {round}/{options.Rounds} {server.Kind.Name}: {rate}");
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
