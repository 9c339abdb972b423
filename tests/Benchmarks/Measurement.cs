using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>What one load gave for one row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Sample">The numbers.</param>
internal sealed record Measurement(ResultRow Row, Sample Sample)
{
    /// <summary>A number that stands for itself, of which less is better.</summary>
    public static Measurement Of(string title, double value) =>
        new(new ResultRow(title, 0, LessIsBetter: true), new Sample(value, 0, 0, 0));
}

/// <summary>The numbers of one measurement.</summary>
/// <param name="Rate">Requests a second, or what the row's title says.</param>
/// <param name="ServerCore">
/// Microseconds of the server's core per request, the kernel's packet work included.
/// </param>
/// <param name="Server">Microseconds of the server's processes per request, user and system.</param>
/// <param name="ClientCore">Microseconds of the load generator's core per request.</param>
internal readonly record struct Sample(double Rate, double ServerCore, double Server, double ClientCore)
{
    /// <summary>Makes one of a number and of what was used for so many requests.</summary>
    public static Sample Of(double rate, CpuTimes used, double requests)
    {
        double perRequest = 1_000_000 / Math.Max(requests, 1);
        return new Sample(
            rate, used.ServerCore * perRequest, used.Server * perRequest, used.ClientCore * perRequest);
    }
}
