using System.Globalization;
using System.Text.RegularExpressions;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>A load of HTTP.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="File">The file that is asked for.</param>
/// <param name="Command">The load generator's command line, given the seconds and the URL.</param>
internal sealed partial record Workload(
    string Name, string Title, string File, Func<int, string, string> Command) : IBenchmarkRow
{
    /// <summary>The row that starts the server anew, with no load.</summary>
    public const string StartName = "start";

    private static readonly string PipelineScript =
        Path.Combine(AppContext.BaseDirectory, "lab", "pipeline16.lua");

    /// <summary>The loads.</summary>
    public static readonly IReadOnlyList<Workload> All =
    [
        new("keepalive", "keep-alive, 1 KB, 64 connections", "1k.bin", (s, url) =>
            $"wrk -t1 -c64 -d{s}s {url}"),
        new("pipelined", "16 pipelined, 1 KB, 64 connections", "1k.bin", (s, url) =>
            $"wrk -t1 -c64 -d{s}s -s '{PipelineScript}' {url}"),
        new("100k", "100 KB, 8 connections", "100k.bin", (s, url) => $"wrk -t1 -c8 -d{s}s {url}"),
        new("10m", "10 MB, 1 connection", "10m.bin", (s, url) => $"wrk -t1 -c1 -d{s}s {url}"),
        new("connect", "connection per request, 1 KB, 32 at once", "1k.bin", (s, url) =>
            $"ab -q -c32 -t{s} -n10000000 {url}"),
    ];

    /// <summary>Names that the command line knows.</summary>
    public static readonly string[] Names = [.. All.Select(w => w.Name), StartName];

    /// <inheritdoc/>
    public int Bytes => BenchmarkDirectory.Files[File];

    /// <inheritdoc/>
    public Sample Measure(RunningServer server, int seconds)
    {
        CpuTimes before = CpuTimes.Now(server.Id);
        string output = server.Client(Command(seconds, $"{server.Url}/{File}"));
        CpuTimes used = CpuTimes.Now(server.Id) - before;
        bool failed = Failure().IsMatch(output);
        if (failed || !TryNumber(Rate(), output, out double rate)
            || !TryNumber(Count(), output, out double count))
        {
            throw new InvalidOperationException($"{Name} on {server.Kind.Title}:\n{output}");
        }
        return Sample.Of(rate, used, count);
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
