namespace Straightwire.Benchmarks.Paths;

/// <summary>What one server gave in a row, in all rounds together.</summary>
/// <param name="Samples">A sample for each round.</param>
internal sealed record PathColumn(IReadOnlyList<PathSample> Samples)
{
    /// <summary>Bytes that were sent again, in percent of those that were to be sent.</summary>
    public double AgainPercent =>
        100.0 * Samples.Sum(s => s.Report.Again) / Math.Max(1, Samples.Sum(s => s.Report.Fresh));

    /// <summary>The median of the used part of the link.</summary>
    public double Use => ResultTable.Median(Samples.Select(s => s.Use));

    /// <summary>
    /// The times to another server's: round by round, as the same losses met both in a round, and the median
    /// of that; of many transfers in a round the quantiles of all of them.
    /// </summary>
    public double RatioTo(PathColumn other, double part)
    {
        if (Samples.Any(s => s.Seconds.Count > 1))
        {
            return Quantile(part) / other.Quantile(part);
        }
        Dictionary<int, PathSample> others = other.Samples.ToDictionary(s => s.Round);
        return ResultTable.Median(Samples.Where(s => others.ContainsKey(s.Round))
            .Select(s => s.Seconds[0] / others[s.Round].Seconds[0])
            .DefaultIfEmpty(double.NaN));
    }

    /// <summary>The time that so large a part of the transfers took at most, in seconds.</summary>
    public double Quantile(double part)
    {
        double[] sorted = [.. Samples.SelectMany(s => s.Seconds).Order()];
        double at = part * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
