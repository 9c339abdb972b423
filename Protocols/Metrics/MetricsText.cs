using System.Buffers;
using System.Globalization;
using System.Text;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text exposition format 0.0.4. Names begin with <c>straightwire_</c>, and
/// counters end with <c>_total</c>; both are added here.
/// </summary>
public sealed class MetricsText
{
    private readonly ArrayBufferWriter<byte> _text = new(65_536);

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    /// <summary>A number that only grows.</summary>
    public void Counter(string name, string help, long value)
    {
        Declare(name + "_total", help, "counter");
        Sample(name + "_total", "", Text(value));
    }

    /// <summary>The same with a fraction, as of seconds.</summary>
    public void Counter(string name, string help, double value)
    {
        Declare(name + "_total", help, "counter");
        Sample(name + "_total", "", Text(value));
    }

    /// <summary>A number that goes up and down.</summary>
    public void Gauge(string name, string help, long value)
    {
        Declare(name, help, "gauge");
        Sample(name, "", Text(value));
    }

    /// <summary>The same with a fraction.</summary>
    public void Gauge(string name, string help, double value)
    {
        Declare(name, help, "gauge");
        Sample(name, "", Text(value));
    }

    /// <summary>Numbers that only grow, each with its place as the value of a label.</summary>
    public void Counters(string name, string help, string label, IEnumerable<long> values)
    {
        Declare(name + "_total", help, "counter");
        Samples(name + "_total", label, values);
    }

    /// <summary>Numbers that go up and down, likewise.</summary>
    public void Gauges(string name, string help, string label, IEnumerable<long> values)
    {
        Declare(name, help, "gauge");
        Samples(name, label, values);
    }

    /// <summary>A fact that is a text: a label of a gauge that is always 1.</summary>
    public void Info(string name, string help, string label, string value)
    {
        Declare(name, help, "gauge");
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        Sample(name, $"{{{label}=\"{escaped}\"}}", "1");
    }

    private void Declare(string name, string help, string type)
    {
        // HELP escapes backslash and line feed, and nothing else.
        string escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        Write($"# HELP straightwire_{name} {escaped}\n# TYPE straightwire_{name} {type}\n");
    }

    private void Samples(string name, string label, IEnumerable<long> values)
    {
        int place = 0;
        foreach (long value in values)
        {
            Sample(name, $"{{{label}=\"{Text(place++)}\"}}", Text(value));
        }
    }

    private void Sample(string name, string labels, string value) =>
        Write($"straightwire_{name}{labels} {value}\n");

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _text);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
