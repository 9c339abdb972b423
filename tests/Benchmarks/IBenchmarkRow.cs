using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>One row of a table: a load, and how its result is read.</summary>
internal interface IBenchmarkRow
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Its name in the table; with the unit where it is not requests a second.</summary>
    string Title { get; }

    /// <summary>Bytes of content that a request carries; 0 where that says nothing.</summary>
    int Bytes { get; }

    /// <summary>Puts the load on a server once.</summary>
    /// <exception cref="InvalidOperationException">The load generator failed, or saw an error.</exception>
    Sample Measure(RunningServer server, int seconds);
}

/// <summary>One measurement.</summary>
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
