using System.Diagnostics;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Native;

/// <summary>
/// The clock that every deadline given to a link's Wait is read from. A reading costs some 40 ns: one a pass.
/// </summary>
public static class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>What CLOCK_MONOTONIC shows now.</summary>
    public static Instant Now => new(
        Stopwatch.Frequency == NanosecondsPerSecond
            ? Stopwatch.GetTimestamp()
            : (long)((Int128)Stopwatch.GetTimestamp() * NanosecondsPerSecond / Stopwatch.Frequency));
}
