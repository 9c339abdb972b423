using System.Globalization;
using System.Xml.Linq;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// The rows of a run as bars in SVG, on a logarithmic scale: how many times as good as the best peer of the
/// same row each server is. Where less is better, half as much is twice as good.
/// </summary>
internal sealed class ResultPlot
{
    private const int Width = 960;
    private const int LabelWidth = 330;
    private const int BarHeight = 9;
    private const int RowGap = 14;
    private const int LegendHeight = 54;
    private const int Bottom = 30;
    private const double Least = 1.0 / 32;
    private const double Most = 32;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Ours = ["#0b5394", "#3d85c6", "#9fc5e8"];
    private static readonly string[] Peers = ["#999999", "#bf9000", "#6aa84f", "#a64d79", "#cc4125"];

    private readonly Dictionary<string, string> _colors = [];
    private readonly List<XElement> _bars = [];

    private ResultPlot(IReadOnlyList<ResultTable> tables)
    {
        int ours = 0;
        int peers = 0;
        foreach (ServerKind server in tables.SelectMany(table => table.Servers).DistinctBy(s => s.Title))
        {
            _colors[server.Title] =
                server.IsOurs ? Ours[ours++ % Ours.Length] : Peers[peers++ % Peers.Length];
        }
    }

    /// <summary>Draws tables below one another.</summary>
    public static string Draw(IReadOnlyList<ResultTable> tables) => new ResultPlot(tables).Draw(
        tables.SelectMany(table => table.Rows
            .Where(row => table.BestPeer(row) is > 0)
            .Select(row => (table, row))));

    private string Draw(IEnumerable<(ResultTable Table, ResultRow Row)> rows)
    {
        int y = LegendHeight;
        foreach ((ResultTable table, ResultRow row) in rows)
        {
            y = DrawRow(table, row, y) + RowGap;
        }
        var root = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", Invariant($"0 0 {Width} {y + Bottom}")),
            new XAttribute("font-family", "sans-serif"),
            new XAttribute("font-size", 11),
            Rectangle(0, 0, Width, y + Bottom, "white"),
            Legend(),
            Scale(y),
            _bars);
        return root + "\n";
    }

    private int DrawRow(ResultTable table, ResultRow row, int y)
    {
        double best = table.BestPeer(row)!.Value;
        int top = y;
        foreach (ServerKind server in table.Servers)
        {
            if (table.MedianOf(row, server) is not (> 0 and var value))
            {
                continue;
            }
            double ratio = row.LessIsBetter ? best / value : value / best;
            double from = Math.Min(X(1), X(ratio));
            double width = Math.Max(1, Math.Abs(X(ratio) - X(1)));
            XElement bar = Rectangle(from, y, width, BarHeight - 1, _colors[server.Title]);
            string said = $"{server.Title}: {ResultTable.Number(value)}, {ResultTable.Number(ratio)} times";
            bar.Add(new XElement(Svg + "title", said));
            _bars.Add(bar);
            y += BarHeight;
        }
        _bars.Add(Text(LabelWidth - 10, ((top + y) / 2) + 4, "end", row.Title));
        return y;
    }

    private IEnumerable<XElement> Legend()
    {
        int x = 10;
        foreach ((string title, string color) in _colors)
        {
            yield return Rectangle(x, 8, 10, 10, color);
            yield return Text(x + 14, 17, "start", title);
            x += 34 + (title.Length * 6);
        }
        yield return Text(X(1), 36, "middle", "the best peer of the row = 1; to the right is better");
    }

    private static IEnumerable<XElement> Scale(int bottom)
    {
        for (double at = Least; at <= Most; at *= 2)
        {
            yield return new XElement(
                Svg + "line", Number("x1", X(at)), Number("x2", X(at)), Number("y1", LegendHeight - 8),
                Number("y2", bottom), new XAttribute("stroke", "#ddd"));
            yield return Text(
                X(at), bottom + 14, "middle", at >= 1 ? Invariant($"{at:F0}") : Invariant($"1/{1 / at:F0}"));
        }
    }

    private static double X(double ratio)
    {
        double share = Math.Log2(Math.Clamp(ratio, Least, Most) / Least) / Math.Log2(Most / Least);
        return LabelWidth + (share * (Width - LabelWidth - 20));
    }

    private static XElement Rectangle(double x, double y, double width, double height, string color) => new(
        Svg + "rect", Number("x", x), Number("y", y), Number("width", width), Number("height", height),
        new XAttribute("fill", color));

    private static XElement Text(double x, double y, string anchor, string text) => new(
        Svg + "text", Number("x", x), Number("y", y), new XAttribute("text-anchor", anchor), text);

    private static XAttribute Number(string name, double value) =>
        new(name, value.ToString("0.#", CultureInfo.InvariantCulture));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
