using System.Globalization;
using System.Text;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// The measurements of a run as one Markdown table: medians, spread, and ratio to the reference.
/// </summary>
internal sealed class ResultTable(IReadOnlyList<ServerKind> servers, string reference)
{
    private readonly List<string> _rows = [];
    private readonly Dictionary<(string Row, string Server), List<Sample>> _samples = [];
    private readonly Dictionary<string, int> _bytes = [];

    /// <summary>Adds a measurement of a load.</summary>
    public void Add(IBenchmarkRow row, ServerKind server, Sample sample)
    {
        _bytes[row.Title] = row.Bytes;
        Add(row.Title, server, sample);
    }

    /// <summary>Adds a number that stands for itself.</summary>
    public void Add(string row, ServerKind server, double value) =>
        Add(row, server, new Sample(value, 0, 0, 0));

    /// <summary>The value in the middle, or the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A number with as many digits as say something.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 1000 ? "N0" : value >= 10 ? "N1" : "N2", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"| work | server | requests/s | min–max | to {reference} | GB/s | server core µs/request "
            + $"| to {reference} | server process µs/request | client core µs/request |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (string row in _rows)
        {
            foreach (ServerKind server in servers.Where(s => _samples.ContainsKey((row, s.Name))))
            {
                text.AppendLine(Line(row, server));
            }
        }
        return text.ToString();
    }

    private string Line(string row, ServerKind server)
    {
        List<Sample> samples = _samples[(row, server.Name)];
        double rate = Median(samples.Select(s => s.Rate));
        string spread = $"{Number(samples.Min(s => s.Rate))}–{Number(samples.Max(s => s.Rate))}";
        string[] cells = [row, server.Title, Number(rate), spread, Ratio(row, rate, s => s.Rate)];
        double core = Median(samples.Select(s => s.ServerCore));
        if (core == 0)
        {
            return $"| {string.Join(" | ", cells)} | | | | | |";
        }
        int bytes = _bytes.GetValueOrDefault(row);
        cells =
        [
            .. cells, bytes == 0 ? "" : Number(rate * bytes / 1e9),
            Number(core), Ratio(row, core, s => s.ServerCore),
            Number(Median(samples.Select(s => s.Server))), Number(Median(samples.Select(s => s.ClientCore))),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    private string Ratio(string row, double value, Func<Sample, double> select) =>
        _samples.TryGetValue((row, reference), out List<Sample>? samples)
            && Median(samples.Select(select)) is var r and > 0
            ? Number(value / r)
            : "";

    private void Add(string row, ServerKind server, Sample sample)
    {
        if (!_rows.Contains(row))
        {
            _rows.Add(row);
        }
        if (!_samples.TryGetValue((row, server.Name), out List<Sample>? samples))
        {
            _samples[(row, server.Name)] = samples = [];
        }
        samples.Add(sample);
    }
}
