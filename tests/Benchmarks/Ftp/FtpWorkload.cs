using System.Globalization;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Ftp;

/// <summary>A load of FTP.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Row">Its row in the tables.</param>
/// <param name="Run">Puts the load on a server for about so many seconds.</param>
internal sealed record FtpWorkload(
    string Name, ResultRow Row, Func<RunningServer, int, Sample> Run) : IBenchmarkRow
{
    private const int IdleSessions = 1000;
    private const int FetchesPerSecond = 48;
    private const int LoginsPerSecond = 100;

    /// <summary>The loads.</summary>
    public static readonly IReadOnlyList<FtpWorkload> All =
    [
        new("ftp100m1", Retr("1 client"), (server, seconds) => Fetch(server, 1, seconds)),
        new("ftp100m8", Retr("8 clients"), (server, seconds) => Fetch(server, 8, seconds)),
        new("ftpmirror", new("lftp's mirror of 1,000 files, ms", 0, LessIsBetter: true), Mirror),
        new("ftplogin", new("login to first byte, ms", 0, LessIsBetter: true), LogIn),
        new("ftpidle", new("an idle session's memory, kB", 0, LessIsBetter: true), Idle),
    ];

    /// <inheritdoc/>
    public bool WarmsUp => true;

    /// <inheritdoc/>
    public IReadOnlyList<Measurement> Measure(RunningServer server, int seconds) =>
        [new(Row, Run(server, seconds))];

    private static ResultRow Retr(string clients) =>
        new($"RETR of 100 MB, {clients}", BenchmarkDirectory.LargeFileBytes, LessIsBetter: false);

    private static Sample Fetch(RunningServer server, int clients, int seconds)
    {
        int transfers = seconds * FetchesPerSecond / clients;
        string url = $"ftp://{server.Address}/{BenchmarkDirectory.LargeFile}";
        int requests = clients * transfers;
        double[] times = RunMeasured(
            server, $"{Script("ftp-fetch.sh")} {clients} {transfers} {url}", out CpuTimes used);
        return Sample.Of(requests / times[0], used, requests);
    }

    private static Sample Mirror(RunningServer server, int seconds)
    {
        double[] times = RunMeasured(
            server,
            $"{Script("ftp-mirror.sh")} {seconds} {server.Address} {BenchmarkDirectory.MirrorFiles}",
            out CpuTimes used);
        double files = times.Length * BenchmarkDirectory.MirrorFiles;
        return Sample.Of(1000 * ResultTable.Median(times), used, files);
    }

    private static Sample LogIn(RunningServer server, int seconds)
    {
        int sessions = seconds * LoginsPerSecond;
        string client = $"'{Environment.ProcessPath}' --ftp-login {server.Address} 1k.bin {sessions}";
        double[] microseconds = RunMeasured(server, client, out CpuTimes used);
        return Sample.Of(microseconds[0] / 1000, used, sessions);
    }

    // A new server each time, so that memory which earlier sessions gave back is not used again.
    private static Sample Idle(RunningServer server, int seconds)
    {
        server.Restart();
        string client = $"'{Environment.ProcessPath}' --ftp-idle {server.Address} {server.Id} {IdleSessions}";
        return new Sample(RunMeasured(server, client, out _)[0], 0, 0, 0);
    }

    private static string Script(string name) =>
        $"bash '{Path.Combine(AppContext.BaseDirectory, "lab", name)}'";

    private static double[] RunMeasured(RunningServer server, string command, out CpuTimes used)
    {
        CpuTimes before = CpuTimes.Now(server.Id);
        string output = server.Client(command);
        used = CpuTimes.Now(server.Id) - before;
        return [.. output.Split('\n').Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
    }
}
