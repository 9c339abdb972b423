using System.Globalization;
using System.Text;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// The measurements of a run as Markdown tables, a column for each server: medians, CPU, spread, the ratio of
/// the best of ours to the best of the peers, and those of ours to a baseline.
/// </summary>
internal sealed class ResultTable(IReadOnlyList<ServerKind> servers)
{
    private const int BulkBytes = 50_000;

    private readonly List<ResultRow> _rows = [];
    private readonly Dictionary<(string Row, string Server), SortedList<int, Sample>> _samples = [];

    /// <summary>The servers that were measured, in the order of their columns.</summary>
    public IReadOnlyList<ServerKind> Servers { get; } = servers;

    /// <summary>The rows, in the order in which they were measured.</summary>
    public IReadOnlyList<ResultRow> Rows => _rows;

    /// <summary>Adds a measurement of a round.</summary>
    public void Add(ResultRow row, ServerKind server, Sample sample, int round)
    {
        if (!_rows.Contains(row))
        {
            _rows.Add(row);
        }
        if (!_samples.TryGetValue((row.Title, server.Name), out SortedList<int, Sample>? samples))
        {
            _samples[(row.Title, server.Name)] = samples = [];
        }
        samples[round] = sample;
    }

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
        _samples.TryGetValue((row.Title, server.Name), out SortedList<int, Sample>? samples)
            ? Median(samples.Values.Select(s => s.Rate))
            : null;

    /// <summary>The median of the best peer in a row; null when there is none.</summary>
    public double? BestPeer(ResultRow row) => Best(row, Servers.Where(s => s.Side == ServerSide.Peer));

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
        foreach (ServerKind baseline in Servers.Where(s => s.Side == ServerSide.Baseline))
        {
            if (Servers.FirstOrDefault(s => s.IsOurs && s.LinkName == baseline.LinkName) is { } ours)
            {
                AppendRatios(text, ours, baseline);
            }
        }
        text.AppendLine("\nLeast and most of the rounds.\n");
        AppendMatrix(text, "work", Servers, [.. _rows.Where(IsRepeated)], Spread, _ => []);
        return text.ToString();
    }

    /// <summary>
    /// Rounds are compared each with itself: between rounds the machine's own speed changes, in one it is the
    /// same for both.
    /// </summary>
    private void AppendRatios(StringBuilder text, ServerKind ours, ServerKind baseline)
    {
        text.AppendLine($"\n{ours.Title} to {baseline.Title}, round by round: median, least and most.\n");
        text.AppendLine("| work | rate, or what the row says | busy time of the process for a request "
            + "| busy time of the core for a request |\n|---|--:|--:|--:|");
        foreach (ResultRow row in _rows)
        {
            string[] cells =
            [
                row.Title, Cell(row, s => s.Rate), Cell(row, s => s.Server), Cell(row, s => s.ServerCore),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        string Cell(ResultRow row, Func<Sample, double> of)
        {
            SortedList<int, Sample> old = ByRound(row, baseline);
            double[] ratios =
            [
                .. ByRound(row, ours)
                    .Where(pair => old.TryGetValue(pair.Key, out Sample sample) && of(sample) > 0)
                    .Select(pair => of(pair.Value) / of(old[pair.Key])),
            ];
            return ratios.Length == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture,
                    $"{Median(ratios):F3} ({ratios.Min():F2}–{ratios.Max():F2})");
        }
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

    private SortedList<int, Sample> ByRound(ResultRow row, ServerKind server) =>
        _samples.GetValueOrDefault((row.Title, server.Name)) ?? [];

    private IList<Sample> Samples(ResultRow row, ServerKind server) => ByRound(row, server).Values;

    private string Cost(ResultRow row, ServerKind server)
    {
        IList<Sample> samples = Samples(row, server);
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
        IList<Sample> samples = Samples(row, server);
        return samples.Count == 0
            ? ""
            : $"{Number(samples.Min(s => s.Rate))}–{Number(samples.Max(s => s.Rate))}";
    }
}
