using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Unicode;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text exposition format 0.0.4. Names begin with <c>straightwire_</c>, but for
/// the standard ones of a process (<c>process_</c>), and counters end with <c>_total</c>; both are added
/// here. Units are seconds and bytes, and stand last in a name.
/// </summary>
public sealed class MetricsText
{
    private const int LineMax = 8192;
    private const string StandardPrefix = "process_";
    private const string Prefix = "straightwire_";

    private readonly ArrayBufferWriter<byte> _text = new(65_536);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    /// <summary>A number that only grows.</summary>
    public void Counter<T>(string name, string help, T value)
        where T : struct, INumber<T> => Sample(DeclareCounter(name, help), "", value);

    /// <summary>A number that goes up and down.</summary>
    public void Gauge<T>(string name, string help, T value)
        where T : struct, INumber<T> => Sample(DeclareGauge(name, help), "", value);

    /// <summary>Numbers that only grow, each with the value that it has of a label.</summary>
    public void Counters(
        string name, string help, string label, IEnumerable<(string Of, long Value)> values) =>
        Samples(DeclareCounter(name, help), label, values);

    /// <summary>Numbers that go up and down, likewise.</summary>
    public void Gauges(string name, string help, string label, IEnumerable<(string Of, long Value)> values) =>
        Samples(DeclareGauge(name, help), label, values);

    /// <summary>
    /// How many values are not greater than each of some bounds, how many there are, and their sum.
    /// </summary>
    /// <param name="name">The name, its unit last.</param>
    /// <param name="help">What is counted, as a sentence.</param>
    /// <param name="bounds">The bounds, ascending.</param>
    /// <param name="counts">
    /// Values at each bound, not those at bounds before it, and those beyond the last.
    /// </param>
    /// <param name="sum">All values together.</param>
    public void Histogram(
        string name,
        string help,
        IEnumerable<double> bounds,
        IReadOnlyList<long> counts,
        double sum)
    {
        string full = Declare(name, help, "histogram");
        long count = 0;
        int place = 0;
        foreach (double bound in bounds.Append(double.PositiveInfinity))
        {
            string text = double.IsInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture);
            count += counts[place++];
            Sample(full + "_bucket", $"{{{Labelled("le", text)}}}", count);
        }
        Sample(full + "_sum", "", sum);
        Sample(full + "_count", "", count);
    }

    /// <summary>Facts that are texts: labels of a gauge that is always 1.</summary>
    public void Info(string name, string help, params ReadOnlySpan<(string Label, string Value)> facts)
    {
        string labels = "";
        foreach ((string label, string value) in facts)
        {
            labels += (labels.Length == 0 ? "" : ",") + Labelled(label, value);
        }
        Sample(DeclareGauge(name, help), $"{{{labels}}}", 1);
    }

    private static string Labelled(string label, string value)
    {
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{label}=\"{escaped}\"";
    }

    private string DeclareCounter(string name, string help) => Declare(name + "_total", help, "counter");

    private string DeclareGauge(string name, string help) => Declare(name, help, "gauge");

    /// <summary>Writes what is said of all samples of a name, and gives it in full.</summary>
    private string Declare(string name, string help, string type)
    {
        string full = name.StartsWith(StandardPrefix, StringComparison.Ordinal) ? name : Prefix + name;
        // HELP escapes backslash and line feed, and nothing else.
        string escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        bool fits = Utf8.TryWrite(
            _text.GetSpan(LineMax), $"# HELP {full} {escaped}\n# TYPE {full} {type}\n", out int written);
        Advance(fits, written);
        return full;
    }

    private void Samples(string name, string label, IEnumerable<(string Of, long Value)> values)
    {
        foreach ((string of, long value) in values)
        {
            Sample(name, $"{{{Labelled(label, of)}}}", value);
        }
    }

    private void Sample<T>(string name, string labels, T value)
        where T : struct, INumber<T>
    {
        bool fits = Utf8.TryWrite(
            _text.GetSpan(LineMax), CultureInfo.InvariantCulture,
            $"{name}{labels} {value}\n", out int written);
        Advance(fits, written);
    }

    private void Advance(bool fits, int written)
    {
        Invariant.Assert(fits, "names and helps are short");
        _text.Advance(written);
    }
}
