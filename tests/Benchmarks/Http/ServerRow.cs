using System.Globalization;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Http;

/// <summary>
/// What a server is, rather than what it does: memory, processor time at rest, system calls.
/// </summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Run">Measures.</param>
internal sealed record ServerRow(string Name, Func<RunningServer, int, Measurement> Run) : IBenchmarkRow
{
    private const int IdleConnections = 10_000;
    private const string Events = "raw_syscalls:sys_enter";

    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<ServerRow> All =
    [
        new("syscalls", SystemCalls),
        new("resident", (server, _) =>
            Measurement.Of("resident memory after that, MB", ProcessTree.ResidentMegabytes(server.Id))),
        new("rest", Rest),
        new("idle", Idle),
        new("start", (server, _) =>
            Measurement.Of("start to first response, ms", 1000 * server.Restart())),
    ];

    /// <inheritdoc/>
    public bool WarmsUp => false;

    /// <inheritdoc/>
    public IReadOnlyList<Measurement> Measure(RunningServer server, int seconds) => [Run(server, seconds)];

    /// <summary>
    /// Counted by perf in the kernel, which slows nothing down enough to change the batches.
    /// </summary>
    private static Measurement SystemCalls(RunningServer server, int seconds)
    {
        Workload load = Workload.All.First(w => w.Name == Workload.PeakName);
        string processes = string.Join(',', ProcessTree.Of(server.Id));
        string command = load.Command(seconds, $"{server.Url}/{load.Path}");
        string output = server.Client($"perf stat -x, -e {Events} -p {processes} -- {command}");
        (_, double requests) = load.Read(output, server);
        string line = output.Split('\n').First(l => l.Contains(Events, StringComparison.Ordinal));
        double calls = double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture);
        return Measurement.Of("system calls for a request, 64 connections", calls / requests);
    }

    private static Measurement Rest(RunningServer server, int seconds)
    {
        Thread.Sleep(TimeSpan.FromSeconds(1));
        CpuTimes before = CpuTimes.Now(server.Id);
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        CpuTimes used = CpuTimes.Now(server.Id) - before;
        return Measurement.Of("processor time at rest, %", 100 * used.Server / seconds);
    }

    // A new server each time, so that memory which earlier connections gave back is not used again.
    private static Measurement Idle(RunningServer server, int seconds)
    {
        server.Restart();
        string output = server.Client(FormattableString.Invariant(
            $"'{Environment.ProcessPath}' --idle {server.Address} {server.Id} {IdleConnections}"));
        double kilobytes = double.Parse(output, CultureInfo.InvariantCulture);
        return Measurement.Of("memory of an idle connection (of 10,000), KB", kilobytes);
    }
}
