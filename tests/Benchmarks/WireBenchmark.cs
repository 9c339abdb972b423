using Straightwire.Benchmarks.Ftp;
using Straightwire.Benchmarks.Http;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// Ours on its links against the peers on a veth: every row, every round, every server in turn.
/// </summary>
internal static class WireBenchmark
{
    /// <summary>Names of all rows.</summary>
    public static readonly string[] Names =
        [.. HttpRows(() => 0).Select(row => row.Name), .. FtpWorkload.All.Select(row => row.Name)];

    /// <summary>Measures, and prints the tables on standard output and progress on standard error.</summary>
    public static int Run(BenchmarkOptions options)
    {
        IBenchmarkRow[] ftp = [.. FtpWorkload.All.Where(w => Wanted(options.Rows, w.Name))];
        bool withHttp = HttpRows(() => 0).Any(row => Wanted(options.Rows, row.Name));
        using var directory = new BenchmarkDirectory(withFtp: ftp.Length > 0);
        using var group = new ServerGroup(
            ServerKind.Wanted(options)
                .Where(k => (withHttp && k.SpeaksHttp) || (ftp.Length > 0 && k.SpeaksFtp)),
            directory);
        if (group.All.Count == 0)
        {
            return 1;
        }
        Console.WriteLine(Conditions(options, group.All));
        List<ResultTable> tables = [];
        if (withHttp)
        {
            RunningServer[] some = [.. group.All.Where(s => s.Kind.SpeaksHttp)];
            var table = new ResultTable([.. some.Select(s => s.Kind)]);
            IEnumerable<IBenchmarkRow> rows =
                HttpRows(() => HalfOfBestPeer(table, some)).Where(row => Wanted(options.Rows, row.Name));
            tables.Add(Rounds.Measure(rows, some, options, table));
        }
        if (ftp.Length > 0)
        {
            RunningServer[] some = [.. group.All.Where(s => s.Kind.SpeaksFtp)];
            var table = new ResultTable([.. some.Select(s => s.Kind)]);
            tables.Add(Rounds.Measure(ftp, some, options, table));
        }
        tables.ForEach(Console.WriteLine);
        if (options.Plot is { } plot)
        {
            File.WriteAllText(plot, ResultPlot.Draw(tables));
        }
        return 0;
    }

    private static bool Wanted(string[] names, string name) => names.Length == 0 || names.Contains(name);

    private static IBenchmarkRow[] HttpRows(Func<int> latencyRate) =>
        [.. Workload.All, new LatencyRow(latencyRate), .. ServerRow.All];

    /// <summary>
    /// Half of the rate that the fastest peer reaches, or of the fastest server when no peer runs.
    /// </summary>
    private static int HalfOfBestPeer(ResultTable table, IReadOnlyList<RunningServer> servers)
    {
        Workload peak = Workload.All.First(w => w.Name == Workload.PeakName);
        if (!table.Rows.Contains(peak.Row))
        {
            foreach (RunningServer server in servers)
            {
                table.Add(peak.Row, server.Kind, peak.Measure(server, seconds: 2)[0].Sample, round: 0);
            }
        }
        double best = table.BestPeer(peak.Row)
            ?? servers.Max(s => table.MedianOf(peak.Row, s.Kind) ?? 0);
        return Math.Max(1000, (int)(best / 2 / 1000) * 1000);
    }

    private static string Conditions(BenchmarkOptions options, IReadOnlyList<RunningServer> servers)
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string cores = Environment.ProcessorCount > 1
            ? "load generator on core 0, server on core 1" : "one core for all";
        IEnumerable<string> links = servers.Select(s =>
            $"- {s.Kind.Title}: {LinkOf(s)}; {s.Offload()}");
        return $"""
            Linux {kernel}, {cores}; content hot.
            Medians of {options.Rounds} interleaved rounds of {options.Seconds} s.
            {string.Join('\n', links)}

            """;
    }

    private static string LinkOf(RunningServer server) => server switch
    {
        { Congestion: { } congestion } => $"veth, kernel TCP with {congestion}",
        { Kind.Link: ServerLink.Tap } => "TAP",
        _ => "veth",
    };
}
