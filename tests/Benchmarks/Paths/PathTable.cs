using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Straightwire.Benchmarks.Paths;

/// <summary>The samples of a run, and the table of them.</summary>
/// <param name="rows">The rows, in their order.</param>
/// <param name="ours">Ours.</param>
/// <param name="linux">What it is measured beside.</param>
internal sealed class PathTable(IReadOnlyList<PathRow> rows, PathServer ours, PathServer linux)
{
    private readonly ConcurrentDictionary<(string Row, PathServer Server), ConcurrentBag<PathSample>>
        _samples = new();

    private readonly ConcurrentBag<(PathRow Row, string Fault)> _faults = [];

    /// <summary>What went wrong, in the order of the rows' names.</summary>
    public IEnumerable<string> Faults => _faults.Select(f => $"{f.Row.Name}: {f.Fault}").Order();

    /// <summary>Adds what a run of a row gave.</summary>
    public void Add(PathRow row, PathServer server, PathSample sample)
    {
        _samples.GetOrAdd((row.Name, server), _ => []).Add(sample);
        if (sample.Report.Faults > 0)
        {
            AddFault(row, $"{sample.Report.Faults} frames went wrong in the relay itself");
        }
    }

    /// <summary>Adds that a run of a row failed, by which it reaches nothing.</summary>
    public void AddFault(PathRow row, string fault) => _faults.Add((row, fault));

    /// <summary>The table as Markdown, and how exact the relay was.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            $"| path | {ours.Title} | {linux.Title} | ratio | sent again, % | to reach | reached |");
        text.AppendLine("|---|--:|--:|--:|--:|---|---|");
        int reached = 0;
        foreach (PathRow row in rows)
        {
            string[] missed = Missed(row);
            reached += missed.Length == 0 ? 1 : 0;
            string bars = string.Join("; ", row.Bars.Select(b => b.Text));
            string verdict = missed.Length == 0 ? "yes" : $"no: {string.Join(", ", missed)}";
            foreach (string line in Lines(row))
            {
                text.AppendLine($"| {line} | {bars} | {verdict} |");
            }
        }
        text.AppendLine($"\n{reached} of {rows.Count} rows reach what is to be reached.");
        RelayReport[] reports = [.. _samples.Values.SelectMany(samples => samples.Select(s => s.Report))];
        if (reports.Length > 0)
        {
            double half = ResultTable.Median(reports.Select(r => r.Late50));
            double most = ResultTable.Median(reports.Select(r => r.Late99));
            text.AppendLine(FormattableString.Invariant(
                $"Half of the frames left the relay at most {half:F0} µs late, 99 % at most {most:F0} µs; ")
                + FormattableString.Invariant($"in the worst run {reports.Max(r => r.Late99):F0} µs."));
        }
        return text.ToString();
    }

    private PathColumn? ColumnOf(PathRow row, PathServer server) =>
        _samples.TryGetValue((row.Name, server), out ConcurrentBag<PathSample>? samples)
            ? new PathColumn([.. samples])
            : null;

    private string[] Missed(PathRow row)
    {
        PathColumn? mine = ColumnOf(row, ours);
        PathColumn? theirs = row.Load.IsContest ? mine : ColumnOf(row, linux);
        int failed = _faults.Count(f => f.Row == row);
        return failed > 0 || mine is null || theirs is null
            ? [$"{failed} runs failed"]
            : [.. row.Bars.Where(b => !b.IsReached(mine, theirs)).Select(b => b.Name)];
    }

    private IEnumerable<string> Lines(PathRow row)
    {
        if (ColumnOf(row, ours) is not { } mine)
        {
            return [$"{row.Title} | – | – | – | –"];
        }
        if (row.Load.IsContest)
        {
            string shares = string.Join(' ', mine.Samples.Select(s => s.Share).Order().Select(s =>
                string.Create(CultureInfo.InvariantCulture, $"{100 * s:F0}:{100 * (1 - s):F0}")));
            string used = $"used {Percent(100 * mine.Use)} %";
            return [$"{row.Title} | {shares} | | {used} | {Percent(mine.AgainPercent)}"];
        }
        if (ColumnOf(row, linux) is not { } theirs)
        {
            return [$"{row.Title} | {Time(row, mine, 0.5)} | – | – | {Percent(mine.AgainPercent)}"];
        }
        string again = $"{Percent(mine.AgainPercent)} / {Percent(theirs.AgainPercent)}";
        string use = row.Load is DownloadLoad { Flows: > 1 }
            ? $"; used {Percent(100 * mine.Use)} / {Percent(100 * theirs.Use)} %" : "";
        return row.Bars.Select(b => b.Part).OfType<double>().Select(part =>
        {
            string name = row.Load is ObjectsLoad
                ? string.Create(CultureInfo.InvariantCulture, $"p{100 * part:F0}, {row.Load.Unit}")
                : row.Load.Unit;
            string ratio = mine.RatioTo(theirs, part).ToString("F2", CultureInfo.InvariantCulture);
            return $"{row.Title}, {name} | {Time(row, mine, part)} | {Time(row, theirs, part)} | "
                + $"{ratio}{use} | {again}";
        });
    }

    /// <summary>A quantile; of one transfer a round also its quarters.</summary>
    private static string Time(PathRow row, PathColumn column, double part)
    {
        double scale = row.Load.Unit == "ms" ? 1000 : 1;
        return row.Load is ObjectsLoad
            ? Number(part)
            : $"{Number(part)} ({Number(0.25)}–{Number(0.75)})";

        string Number(double of) => ResultTable.Number(scale * column.Quantile(of));
    }

    private static string Percent(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
