namespace Straightwire.Benchmarks.Paths;

/// <summary>What is to be reached in a row.</summary>
/// <param name="Name">What of it.</param>
/// <param name="Text">How the table says it.</param>
/// <param name="IsReached">Whether ours, beside Linux's, reaches it.</param>
/// <param name="Part">Of which part of the transfers it judges the time; null: it judges no time.</param>
internal sealed record PathBar(
    string Name, string Text, Func<PathColumn, PathColumn, bool> IsReached, double? Part = null)
{
    private const double Half = 0.5;

    /// <summary>The quantile of the times is at most so many times Linux's.</summary>
    public static PathBar Time(double most, double part = Half)
    {
        string name = part == Half ? "time" : FormattableString.Invariant($"p{100 * part:F0}");
        return new(
            name, FormattableString.Invariant($"{name} ≤ {most:F2}"),
            (ours, linux) => ours.RatioTo(linux, part) <= most, part);
    }

    /// <summary>The median is between these times Linux's: faster than it is fair is a fault too.</summary>
    public static PathBar Between(double least, double most) => new(
        "time", FormattableString.Invariant($"time {least:F2} to {most:F2}"),
        (ours, linux) => ours.RatioTo(linux, Half) is double ratio && ratio >= least && ratio <= most, Half);

    /// <summary>The throughput is at least so many times Linux's.</summary>
    public static PathBar Throughput(double least) => new(
        "throughput", FormattableString.Invariant($"throughput ≥ {least:F1}"),
        (ours, linux) => 1 / ours.RatioTo(linux, Half) >= least, Half);

    /// <summary>Bytes sent again are at most so many percent points more than Linux's.</summary>
    public static PathBar AgainPoints(double points) => new(
        "again", FormattableString.Invariant($"again ≤ Linux + {points:F0} points"),
        (ours, linux) => ours.AgainPercent <= linux.AgainPercent + points);

    /// <summary>Bytes sent again are at most so many times Linux's.</summary>
    public static PathBar AgainTimes(double times) => new(
        "again", FormattableString.Invariant($"again ≤ {times:F1} × Linux"),
        (ours, linux) => ours.AgainPercent <= linux.AgainPercent * times);

    /// <summary>The lesser of two flows has at least this part of what both move, in the median.</summary>
    public static PathBar Share(double least) => new(
        "share",
        FormattableString.Invariant($"share {100 * least:F0}:{100 * (1 - least):F0} or fairer"),
        (ours, _) => ResultTable.Median(ours.Samples.Select(s => Math.Min(s.Share, 1 - s.Share))) >= least);

    /// <summary>At least this part of the link carries what is needed.</summary>
    public static PathBar Use(double least) => new(
        "use", FormattableString.Invariant($"≥ {100 * least:F0} % of the link used"),
        (ours, _) => ours.Use >= least);
}
