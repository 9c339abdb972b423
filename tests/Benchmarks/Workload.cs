using System.Globalization;
using System.Text.RegularExpressions;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>A load of HTTP.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Row">Its row in the tables.</param>
/// <param name="Path">The path that is asked for.</param>
/// <param name="Command">The load generator's command line, given the seconds and the URL.</param>
internal sealed partial record Workload(
    string Name, ResultRow Row, string Path, Func<int, string, string> Command) : IBenchmarkRow
{
    /// <summary>The row whose rate is the peak of a server.</summary>
    public const string PeakName = "keepalive";

    private const int Kilobyte = 1024;

    /// <summary>The loads.</summary>
    public static readonly IReadOnlyList<Workload> All =
    [
        Wrk(PeakName, "keep-alive, 1 KB, 64 connections", "1k.bin", Kilobyte, 64),
        Wrk("limited", "keep-alive, 1 KB, 64 connections, limits of a peer", "1k.bin", Kilobyte, 64) with
        {
            ExemptsClients = false,
        },
        Wrk("c1", "keep-alive, 1 KB, 1 connection", "1k.bin", Kilobyte, 1),
        Wrk("c1000", "keep-alive, 1 KB, 1,000 connections", "1k.bin", Kilobyte, 1000),
        Wrk("c10000", "keep-alive, 1 KB, 10,000 connections", "1k.bin", Kilobyte, 10_000),
        Wrk("pipelined", "16 pipelined, 1 KB, 64 connections", "1k.bin", Kilobyte, 64, "pipeline16.lua"),
        Wrk("mix", "20 files of 3 to 300 KB, 16 connections", BenchmarkDirectory.MixDirectory,
            BenchmarkDirectory.MixBytes, 16, "mix20.lua"),
        Wrk("100k", "100 KB, 8 connections", "100k.bin", 100 * Kilobyte, 8),
        Wrk("10m", "10 MB, 1 connection", "10m.bin", 10 * Kilobyte * Kilobyte, 1),
        new("connect", new("connection per request, 1 KB, 32 at once", Kilobyte, false), "1k.bin", (s, url) =>
            $"ab -q -c32 -t{s} -n10000000 {url}"),
    ];

    /// <summary>A load on so many small files, each as likely as the others.</summary>
    public static Workload OfSmallFiles(string title, int count)
    {
        string script = System.IO.Path.Combine(AppContext.BaseDirectory, "lab", "small.lua");
        return new("files", new(title, 512, false), BenchmarkDirectory.SmallDirectory, (s, url) =>
            $"wrk -t1 -c64 -d{s}s -s '{script}' {url} -- {count}");
    }

    /// <inheritdoc/>
    public bool WarmsUp => true;

    /// <inheritdoc/>
    public bool ExemptsClients { get; private init; } = true;

    /// <inheritdoc/>
    public IReadOnlyList<Measurement> Measure(RunningServer server, int seconds)
    {
        CpuTimes before = CpuTimes.Now(server.Id);
        string output = server.Client(Command(seconds, $"{server.Url}/{Path}"));
        CpuTimes used = CpuTimes.Now(server.Id) - before;
        (double rate, double count) = Read(output, server);
        return [new(Row, Sample.Of(rate, used, count))];
    }

    /// <summary>Reads the rate and the number of requests from what wrk or ab has written.</summary>
    /// <exception cref="InvalidOperationException">It saw an error.</exception>
    public (double Rate, double Count) Read(string output, RunningServer server)
    {
        bool failed = Failure().IsMatch(output);
        if (failed || !TryNumber(Rate(), output, out double rate)
            || !TryNumber(Count(), output, out double count))
        {
            throw new InvalidOperationException($"{Name} on {server.Kind.Title}:\n{output}");
        }
        return (rate, count);
    }

    private static Workload Wrk(
        string name, string title, string path, int bytes, int connections, string? script = null)
    {
        string scriptOption = script is null
            ? ""
            : $"-s '{System.IO.Path.Combine(AppContext.BaseDirectory, "lab", script)}'";
        return new(name, new(title, bytes, false), path, (s, url) =>
            $"wrk -t1 -c{connections} -d{s}s {scriptOption} {url}");
    }

    [GeneratedRegex(@"Requests(?:/sec| per second): +([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"(?:^|\s)([0-9]+) requests in|Complete requests: +([0-9]+)")]
    private static partial Regex Count();

    [GeneratedRegex("Socket errors|Non-2xx|Failed requests: +[1-9]")]
    private static partial Regex Failure();

    private static bool TryNumber(Regex pattern, string text, out double number)
    {
        Match match = pattern.Match(text);
        string digits = match.Groups[1].Value + match.Groups[2].Value;
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
