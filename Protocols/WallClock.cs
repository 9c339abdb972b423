using Straightwire.Stack.Time;

namespace Straightwire.Protocols;

/// <summary>
/// Civil time from monotonic time. Appliance sets it anew about once a second, so that it follows the host's
/// clock.
/// </summary>
public sealed class WallClock
{
    private long _unixNanosecondsAtZero;

    /// <summary>At <paramref name="now"/> it is <paramref name="utc"/>.</summary>
    public void Set(Instant now, DateTimeOffset utc) =>
        _unixNanosecondsAtZero = UnixNanosecondsOf(utc) - now.Nanoseconds;

    /// <summary>Nanoseconds since 1970 of a time of day, to 100 ns.</summary>
    public static long UnixNanosecondsOf(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;

    /// <summary>Nanoseconds since 1970 at an instant.</summary>
    public long UnixNanoseconds(Instant now) => _unixNanosecondsAtZero + now.Nanoseconds;

    /// <summary>Whole seconds since 1970 at an instant.</summary>
    public long UnixSeconds(Instant now) => UnixNanoseconds(now) / 1_000_000_000;
}
