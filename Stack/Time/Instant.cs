namespace Straightwire.Stack.Time;

/// <summary>
/// A point of monotonic time in nanoseconds since an arbitrary origin. It is an argument everywhere below
/// Appliance: nothing in Stack or Protocols reads a clock.
/// </summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>Later than every other instant: a deadline that never comes.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The origin, from which all others count.</summary>
    public static readonly Instant Zero;

    /// <summary>This instant and a number of milliseconds; <see cref="Never"/> stays.</summary>
    public Instant PlusMilliseconds(long milliseconds) => Plus(milliseconds * 1_000_000);

    /// <summary>This instant and a number of nanoseconds; <see cref="Never"/> stays.</summary>
    public Instant Plus(long nanoseconds) =>
        Nanoseconds == long.MaxValue ? this : new Instant(Nanoseconds + nanoseconds);

    /// <summary>Nanoseconds from <paramref name="earlier"/> to this; negative when this is earlier.</summary>
    public long Since(Instant earlier) => Nanoseconds - earlier.Nanoseconds;

    /// <summary>The earlier of two.</summary>
    public static Instant Min(Instant a, Instant b) => a.Nanoseconds <= b.Nanoseconds ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Adds a span to an instant; <see cref="Never"/> stays.</summary>
    public static Instant operator +(Instant instant, TimeSpan span) => instant.Plus(span.Ticks * 100);

    /// <summary>Adds a length of time to an instant; <see cref="Never"/> stays.</summary>
    public static Instant operator +(Instant instant, Duration time) => instant.Plus(time.Nanoseconds);

    /// <summary>The span between two instants, to 100 ns.</summary>
    public static TimeSpan operator -(Instant later, Instant earlier) => new(later.Since(earlier) / 100);

    /// <summary>Whether the left is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Whether the left is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Whether the left is not later.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Whether the left is not earlier.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;
}
