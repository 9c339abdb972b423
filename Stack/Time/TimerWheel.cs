using System.Numerics;
using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Time;

/// <summary>
/// Deadlines of a fixed set of timers, named 0 to capacity − 1, one deadline each. Hierarchical: four levels
/// of 64 slots, the lowest of 2^20 ns (about 1 ms), each further one 64 times as wide, so that setting and
/// expiring cost O(1) and nothing is allocated after construction. A timer fires when its deadline has come,
/// never early. Deadlines beyond the top level's 64 slots (4.9 h) stand in one list more until the hand comes
/// near.
/// </summary>
/// <remarks>
/// The hand is a time in ticks of the lowest level. A timer stands on the level of the highest 6-bit digit in
/// which its tick differs from the hand, in the slot of that digit. So every timer on a level is earlier than
/// all on the levels above, and slots to the left of the hand are empty. Each slot keeps a bound: no timer in
/// it is due before.
/// </remarks>
public sealed class TimerWheel
{
    private const int TickBits = 20;
    private const int LevelBits = 6;
    private const int LevelCount = 4;
    private const int SlotsPerLevel = 1 << LevelBits;
    private const int FarSlot = LevelCount * SlotsPerLevel;
    private const int SlotCount = FarSlot + 1;

    // The timers, and behind them the heads of the slots' circular lists, whose deadline is the slot's bound.
    private readonly Node[] _nodes;
    private readonly int _heads;
    private readonly ulong[] _occupied = new ulong[LevelCount + 1];
    private long _hand;

    /// <summary>
    /// Creates a wheel of <paramref name="capacity"/> timers, all unset, with its hand at
    /// <paramref name="now"/>.
    /// </summary>
    public TimerWheel(int capacity, Instant now)
    {
        _heads = capacity;
        _hand = TickOf(now);
        _nodes = new Node[capacity + SlotCount];
        for (int i = 0; i < _nodes.Length; i++)
        {
            _nodes[i] = new Node { Deadline = Instant.Never, Next = i, Previous = i };
        }
    }

    /// <summary>
    /// No timer is due before this; <see cref="Instant.Never"/> when none is set. It may be earlier than the
    /// earliest deadline where a timer was moved or unset; <see cref="Expire"/> then finds that out, at most
    /// once per level.
    /// </summary>
    public Instant NextDeadline
    {
        get
        {
            int slot = FirstSlot();
            return slot < 0 ? Instant.Never : _nodes[_heads + slot].Deadline;
        }
    }

    /// <summary>The deadline of a timer, <see cref="Instant.Never"/> when unset.</summary>
    public Instant DeadlineOf(int timer)
    {
        Invariant.Assert((uint)timer < (uint)_heads, "a timer is within the capacity");
        return _nodes[timer].Deadline;
    }

    /// <summary>Sets or moves a timer; <see cref="Instant.Never"/> unsets it.</summary>
    public void Set(int timer, Instant deadline)
    {
        Invariant.Assert((uint)timer < (uint)_heads, "a timer is within the capacity");
        ref Node node = ref _nodes[timer];
        Instant before = node.Deadline;
        node.Deadline = deadline;
        if (before != Instant.Never)
        {
            int slot = SlotOf(before);
            if (deadline != Instant.Never && SlotOf(deadline) == slot)
            {
                // What is pushed on by every acknowledgement stays in its list.
                LowerBound(slot, deadline);
                return;
            }
            Unlink(timer, slot);
        }
        if (deadline != Instant.Never)
        {
            Link(timer);
        }
    }

    /// <summary>
    /// Takes up to <paramref name="due"/>.Length timers whose deadline is not after <paramref name="now"/>,
    /// unsets them, writes their names to <paramref name="due"/> and returns how many. Call again while it
    /// returns a full span.
    /// </summary>
    public int Expire(Instant now, Span<int> due)
    {
        int count = 0;
        int slot;
        while ((slot = FirstSlot()) >= 0 && _nodes[_heads + slot].Deadline <= now)
        {
            if (slot >= SlotsPerLevel)
            {
                // All earlier slots are empty: the hand can go to the first tick of this one.
                MoveHand(FirstTickOf(slot));
            }
            else if (!TakeDue(slot, now, due, ref count))
            {
                return count;
            }
        }
        if (TickOf(now) > _hand)
        {
            MoveHand(TickOf(now));
        }
        return count;
    }

    /// <summary>
    /// Takes the due timers of a slot of the lowest level; false when there was no room for all.
    /// </summary>
    private bool TakeDue(int slot, Instant now, Span<int> due, ref int count)
    {
        int head = _heads + slot;
        Instant bound = Instant.Never;
        int next;
        for (int timer = _nodes[head].Next; timer != head; timer = next)
        {
            ref Node node = ref _nodes[timer];
            next = node.Next;
            if (node.Deadline > now)
            {
                bound = Instant.Min(bound, node.Deadline);
                continue;
            }
            if (count == due.Length)
            {
                return false;
            }
            node.Deadline = Instant.Never;
            Unlink(timer, slot);
            due[count++] = timer;
        }
        _nodes[head].Deadline = bound;
        return true;
    }

    /// <summary>
    /// Moves the hand to a tick before which nothing is set, and what stands in slots that it enters to
    /// lower levels.
    /// </summary>
    private void MoveHand(long tick)
    {
        bool leavesTop = (tick ^ _hand) >> (LevelBits * LevelCount) != 0;
        _hand = tick;
        if (leavesTop)
        {
            Spread(FarSlot);
        }
        for (int level = LevelCount - 1; level > 0; level--)
        {
            Spread((level * SlotsPerLevel) + DigitOf(tick, level));
        }
    }

    /// <summary>Links the timers of a slot anew, as they stand to the hand now.</summary>
    private void Spread(int slot)
    {
        if ((_occupied[slot / SlotsPerLevel] & (1UL << (slot % SlotsPerLevel))) == 0)
        {
            return;
        }
        int head = _heads + slot;
        int timer = _nodes[head].Next;
        _nodes[head] = new Node { Deadline = Instant.Never, Next = head, Previous = head };
        _occupied[slot / SlotsPerLevel] &= ~(1UL << (slot % SlotsPerLevel));
        while (timer != head)
        {
            int next = _nodes[timer].Next;
            Link(timer);
            timer = next;
        }
    }

    private void Link(int timer)
    {
        ref Node node = ref _nodes[timer];
        int slot = SlotOf(node.Deadline);
        int head = _heads + slot;
        LowerBound(slot, node.Deadline);
        node.Next = head;
        node.Previous = _nodes[head].Previous;
        _nodes[node.Previous].Next = timer;
        _nodes[head].Previous = timer;
        _occupied[slot / SlotsPerLevel] |= 1UL << (slot % SlotsPerLevel);
    }

    private void Unlink(int timer, int slot)
    {
        Node node = _nodes[timer];
        _nodes[node.Previous].Next = node.Next;
        _nodes[node.Next].Previous = node.Previous;
        if (node.Next == node.Previous && node.Next == _heads + slot)
        {
            _nodes[node.Next].Deadline = Instant.Never;
            _occupied[slot / SlotsPerLevel] &= ~(1UL << (slot % SlotsPerLevel));
        }
    }

    private void LowerBound(int slot, Instant deadline)
    {
        ref Instant bound = ref _nodes[_heads + slot].Deadline;
        bound = Instant.Min(bound, deadline);
    }

    /// <summary>Where a deadline stands, given the hand; what is past stands under the hand.</summary>
    private int SlotOf(Instant deadline)
    {
        long tick = Math.Max(TickOf(deadline), _hand);
        int level = (63 - BitOperations.LeadingZeroCount((ulong)(tick ^ _hand) | 1)) / LevelBits;
        return level >= LevelCount ? FarSlot : (level * SlotsPerLevel) + DigitOf(tick, level);
    }

    /// <summary>The earliest slot that is not empty, or −1.</summary>
    private int FirstSlot()
    {
        for (int level = 0; level <= LevelCount; level++)
        {
            if (_occupied[level] != 0)
            {
                return (level * SlotsPerLevel) + BitOperations.TrailingZeroCount(_occupied[level]);
            }
        }
        return -1;
    }

    /// <summary>The first tick of a slot of an upper level; of the far list, the tick of its bound.</summary>
    private long FirstTickOf(int slot)
    {
        if (slot == FarSlot)
        {
            return TickOf(_nodes[_heads + slot].Deadline);
        }
        int shift = slot / SlotsPerLevel * LevelBits;
        long above = _hand >> (shift + LevelBits);
        return ((above << LevelBits) | (uint)(slot % SlotsPerLevel)) << shift;
    }

    private static int DigitOf(long tick, int level) =>
        (int)(tick >> (level * LevelBits)) & (SlotsPerLevel - 1);

    private static long TickOf(Instant instant) => instant.Nanoseconds >> TickBits;

    private struct Node
    {
        public Instant Deadline;
        public int Next;
        public int Previous;
    }
}
