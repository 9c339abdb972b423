using System.Globalization;
using System.Text;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// The measurements of a run as Markdown tables, a column for each server: medians, CPU, spread, and the
/// ratio of the best of ours to the best of the peers.
/// </summary>
internal sealed class ResultTable(IReadOnlyList<ServerKind> servers)
{
    private const int BulkBytes = 50_000;

    private readonly List<ResultRow> _rows = [];
    private readonly Dictionary<(string Row, string Server), List<Sample>> _samples = [];

    /// <summary>The servers that were measured, in the order of their columns.</summary>
    public IReadOnlyList<ServerKind> Servers { get; } = servers;

    /// <summary>The rows, in the order in which they were measured.</summary>
    public IReadOnlyList<ResultRow> Rows => _rows;

    /// <summary>Adds a measurement.</summary>
    public void Add(ResultRow row, ServerKind server, Sample sample)
    {
        if (!_rows.Contains(row))
        {
            _rows.Add(row);
        }
        if (!_samples.TryGetValue((row.Title, server.Name), out List<Sample>? samples))
        {
            _samples[(row.Title, server.Name)] = samples = [];
        }
        samples.Add(sample);
    }

    /// <summary>Adds a number that stands for itself, of which less is better.</summary>
    public void Add(string title, ServerKind server, double value) =>
        Add(new ResultRow(title, 0, LessIsBetter: true), server, new Sample(value, 0, 0, 0));

    /// <summary>The value in the middle, or the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A number with as many digits as say something.</summary>
    public static string Number(double value) =>
        value.ToString(value >= 1000 ? "N0" : value >= 10 ? "N1" : "N2", CultureInfo.InvariantCulture);

    /// <summary>The median of a server in a row; null when it was not measured.</summary>
    public double? MedianOf(ResultRow row, ServerKind server) =>
        _samples.TryGetValue((row.Title, server.Name), out List<Sample>? samples)
            ? Median(samples.Select(s => s.Rate))
            : null;

    /// <summary>The median of the best peer in a row; null when there is none.</summary>
    public double? BestPeer(ResultRow row) => Best(row, Servers.Where(s => !s.IsOurs));

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        AppendMatrix(text, "work", Servers, _rows, Value, row => [Ratio(row)], "best of ours to best peer");
        ResultRow[] costly = [.. _rows.Where(HasCosts)];
        if (costly.Length > 0)
        {
            text.AppendLine("\nBusy time for a request, µs: the server's core, the load generator's core; "
                + "and for a byte, picoseconds of the server's core.\n");
            AppendMatrix(text, "work", Servers, costly, Cost, _ => []);
        }
        text.AppendLine("\nLeast and most of the rounds.\n");
        AppendMatrix(text, "work", Servers, [.. _rows.Where(IsRepeated)], Spread, _ => []);
        return text.ToString();
    }

    private static void AppendMatrix(
        StringBuilder text,
        string corner,
        IReadOnlyList<ServerKind> servers,
        IEnumerable<ResultRow> rows,
        Func<ResultRow, ServerKind, string> cell,
        Func<ResultRow, string[]> last,
        params string[] lastTitles)
    {
        string[] titles = [corner, .. servers.Select(s => s.Title), .. lastTitles];
        text.AppendLine($"| {string.Join(" | ", titles)} |");
        text.AppendLine($"|---|{string.Concat(titles.Skip(1).Select(_ => "--:|"))}");
        foreach (ResultRow row in rows)
        {
            string[] cells = [row.Title, .. servers.Select(s => cell(row, s)), .. last(row)];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }
    }

    private string Value(ResultRow row, ServerKind server) => MedianOf(row, server) switch
    {
        null => "",
        { } rate when row.Bytes >= BulkBytes => $"{Number(rate)} ({Number(rate * row.Bytes / 1e9)} GB/s)",
        { } rate => Number(rate),
    };

    private string Ratio(ResultRow row) =>
        BestPeer(row) is { } peer and > 0 && Best(row, Servers.Where(s => s.IsOurs)) is { } ours
            ? Number(ours / peer)
            : "";

    private double? Best(ResultRow row, IEnumerable<ServerKind> servers)
    {
        double[] values = [.. servers.Select(s => MedianOf(row, s)).OfType<double>()];
        return values.Length == 0 ? null : row.LessIsBetter ? values.Min() : values.Max();
    }

    private bool HasCosts(ResultRow row) =>
        Servers.Any(s => Samples(row, s).Any(sample => sample.ServerCore > 0));

    private bool IsRepeated(ResultRow row) => Servers.Any(s => Samples(row, s).Count > 1);

    private List<Sample> Samples(ResultRow row, ServerKind server) =>
        _samples.GetValueOrDefault((row.Title, server.Name)) ?? [];

    private string Cost(ResultRow row, ServerKind server)
    {
        List<Sample> samples = Samples(row, server);
        if (samples.Count == 0)
        {
            return "";
        }
        double core = Median(samples.Select(s => s.ServerCore));
        string cost = $"{Number(core)}, {Number(Median(samples.Select(s => s.ClientCore)))}";
        return row.Bytes >= BulkBytes ? $"{cost}; {Number(core * 1e6 / row.Bytes)}" : cost;
    }

    private string Spread(ResultRow row, ServerKind server)
    {
        List<Sample> samples = Samples(row, server);
        return samples.Count == 0
            ? ""
            : $"{Number(samples.Min(s => s.Rate))}–{Number(samples.Max(s => s.Rate))}";
    }
}
