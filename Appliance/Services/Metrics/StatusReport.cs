using System.Globalization;
using System.Text.RegularExpressions;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Text;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>What the file of metrics tells a person: `straightwire status`.</summary>
/// <param name="output">Where it is written.</param>
/// <param name="error">Where it is written why there is nothing to tell.</param>
internal sealed partial class StatusReport(TextWriter output, TextWriter error)
{
    // The file is written every 15 s.
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, double> _samples = [];

    /// <summary>Reads the file, and gives the exit status: 1 where no server runs that writes it.</summary>
    public int Run(string? path, DateTime utcNow)
    {
        if (path is null)
        {
            error.WriteLine(
                "straightwire: metrics.file names no file, in which a server tells how it does");
            return ExitCode.Usage;
        }
        string text;
        TimeSpan age;
        try
        {
            text = File.ReadAllText(path);
            age = utcNow - File.GetLastWriteTimeUtc(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"straightwire: {PrintableText.Of(e.Message)}");
            return ExitCode.Failure;
        }
        foreach (Match sample in Sample().Matches(text))
        {
            _samples[sample.Groups[1].Value] =
                double.Parse(sample.Groups[2].Value, CultureInfo.InvariantCulture);
        }
        Tell(age);
        if (age <= AgeMax)
        {
            return ExitCode.Ok;
        }
        error.WriteLine($"straightwire: {path} is old: the server does not run, or cannot write it");
        return ExitCode.Failure;
    }

    private void Tell(TimeSpan age)
    {
        string codes = string.Join(", ",
            from sample in _samples
            where sample.Key.StartsWith("http_requests_total{", StringComparison.Ordinal) && sample.Value > 0
            select $"{Text(sample.Value)} of {sample.Key.Split('"')[1]}");
        (string Name, string Text)[] lines =
        [
            ("written", $"{Text(age.TotalSeconds)} s ago"),
            ("content", $"{Of("content_files")} files, generation {Of("content_generation")}, "
                + $"{Of("content_left_out")} names left out"),
            ("connections", $"{Sum("connections{")} now, {Of("http_connections_total")} of HTTP in all"),
            ("answers", $"{Sum("http_requests_total{")} ({codes})"),
            ("resent", $"{Of("tcp_retransmissions_total")} of {Of("tcp_segments_sent_total")} segments"),
            ("frames", $"{Of("pool_frames_free")} of {Of("pool_frames")} free"),
            ("log", $"{Of("http_log_records_dropped_total")} records dropped"),
        ];
        foreach ((string name, string text) in lines)
        {
            output.WriteLine($"{name,-12}{text}");
        }
    }

    private static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    // What another version does not tell is a question mark.
    private string Of(string name) => _samples.TryGetValue(name, out double value) ? Text(value) : "?";

    private string Sum(string begin) => Text(_samples
        .Where(sample => sample.Key.StartsWith(begin, StringComparison.Ordinal))
        .Sum(sample => sample.Value));

    [GeneratedRegex("""^straightwire_([a-z0-9_]+(?:\{[^}]*\})?) ([-+.0-9eE]+)$""", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
