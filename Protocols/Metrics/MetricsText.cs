using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text exposition format 0.0.4. Names begin with <c>straightwire_</c>, and
/// counters end with <c>_total</c>; both are added here.
/// </summary>
public sealed class MetricsText
{
    private const int LineMax = 4096;

    private readonly ArrayBufferWriter<byte> _text = new(65_536);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    /// <summary>A number that only grows.</summary>
    public void Counter(string name, string help, long value) => Single(name, "_total", help, value);

    /// <summary>The same with a fraction, as of seconds.</summary>
    public void Counter(string name, string help, double value) => Single(name, "_total", help, value);

    /// <summary>A number that goes up and down.</summary>
    public void Gauge(string name, string help, long value) => Single(name, "", help, value);

    /// <summary>The same with a fraction.</summary>
    public void Gauge(string name, string help, double value) => Single(name, "", help, value);

    /// <summary>Numbers that only grow, each with its place as the value of a label.</summary>
    public void Counters(string name, string help, string label, IEnumerable<long> values) =>
        Samples(name, "_total", help, label, values);

    /// <summary>Numbers that go up and down, likewise.</summary>
    public void Gauges(string name, string help, string label, IEnumerable<long> values) =>
        Samples(name, "", help, label, values);

    /// <summary>A fact that is a text: a label of a gauge that is always 1.</summary>
    public void Info(string name, string help, string label, string value)
    {
        Declare(name, "", help);
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        bool fits = Utf8.TryWrite(
            _text.GetSpan(LineMax), $"straightwire_{name}{{{label}=\"{escaped}\"}} 1\n", out int written);
        Advance(fits, written);
    }

    private void Single<T>(string name, string suffix, string help, T value)
        where T : IUtf8SpanFormattable
    {
        Declare(name, suffix, help);
        bool fits = Utf8.TryWrite(
            _text.GetSpan(LineMax), CultureInfo.InvariantCulture,
            $"straightwire_{name}{suffix} {value}\n", out int written);
        Advance(fits, written);
    }

    private void Samples(string name, string suffix, string help, string label, IEnumerable<long> values)
    {
        Declare(name, suffix, help);
        int place = 0;
        foreach (long value in values)
        {
            bool fits = Utf8.TryWrite(
                _text.GetSpan(LineMax), CultureInfo.InvariantCulture,
                $"straightwire_{name}{suffix}{{{label}=\"{place++}\"}} {value}\n", out int written);
            Advance(fits, written);
        }
    }

    private void Declare(string name, string suffix, string help)
    {
        // HELP escapes backslash and line feed, and nothing else.
        string escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        string type = suffix.Length == 0 ? "gauge" : "counter";
        bool fits = Utf8.TryWrite(
            _text.GetSpan(LineMax),
            $"# HELP straightwire_{name}{suffix} {escaped}\n# TYPE straightwire_{name}{suffix} {type}\n",
            out int written);
        Advance(fits, written);
    }

    private void Advance(bool fits, int written)
    {
        Invariant.Assert(fits, "names and helps are short");
        _text.Advance(written);
    }
}
