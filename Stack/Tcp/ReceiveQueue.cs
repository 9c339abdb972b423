using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Bytes received and not consumed, and bytes received out of order, in buffers lent to the connections that
/// have any. A buffer is linear: its first byte is the first unconsumed one, and an out-of-order byte stands
/// where it will belong. A connection that consumes what it is shown, in order, never has a buffer.
/// </summary>
public sealed class ReceiveQueue
{
    /// <summary>Bytes of a small buffer.</summary>
    public const int SmallLength = 2048;

    // Ranges that are remembered of a buffer. One of 64 KB has no more than 23 holes of a full segment each;
    // a small one is for heads in pieces.
    private const int SmallRanges = 4;
    private const int LargeRanges = 64;

    private readonly BufferPool _small;
    private readonly BufferPool _large;
    private readonly PeerShares _shares;
    private readonly TcpCounters _counters;
    private readonly int _window;

    // Buffers that each connection holds, whatever its control block says.
    private readonly byte[] _held;

    /// <summary>Creates the buffers, which nobody has.</summary>
    public ReceiveQueue(TcpLimits limits, PeerShares shares, TcpCounters counters)
    {
        _small = new BufferPool(limits.ReceiveBufferSmallCount, SmallLength, SmallRanges);
        _large = new BufferPool(limits.ReceiveBufferCount, limits.ReceiveWindow, LargeRanges);
        _shares = shares;
        _counters = counters;
        _held = new byte[limits.Connections];
        _window = limits.ReceiveWindow;
    }

    /// <summary>Buffers of either kind that nobody has.</summary>
    public int FreeCount => _small.FreeCount + _large.FreeCount;

    /// <summary>The bytes in order that the session has not consumed.</summary>
    public ReadOnlySpan<byte> Bytes(in TcpConnection tcb) =>
        tcb.ReceiveBuffer == 0 ? [] : BufferOf(in tcb)[..tcb.ReceivedBytes];

    /// <summary>
    /// How many of <paramref name="length"/> bytes that begin at RCV.NXT <see cref="TryAppend"/> keeps at
    /// least, for a connection that keeps nothing yet. Good until the next call that changes a queue.
    /// </summary>
    public int Keepable(in TcpConnection tcb, int length)
    {
        bool small = MayRentSmall(in tcb);
        if ((small && length <= SmallLength) || MayRentLarge(in tcb))
        {
            return length;
        }
        return small ? SmallLength : 0;
    }

    /// <summary>
    /// Appends bytes that begin at RCV.NXT, as many as there is a buffer for, and moves RCV.NXT over them and
    /// over what now follows in order. False when there is no room for any: RCV.NXT stays.
    /// </summary>
    public bool TryAppend(ref TcpConnection tcb, ReadOnlySpan<byte> bytes)
    {
        Check(in tcb);
        if (!TryStore(ref tcb, tcb.ReceivedBytes, bytes))
        {
            // What fits a small buffer is progress, while no large one is to be had.
            int room = SmallLength - tcb.ReceivedBytes;
            if (room <= 0 || !TryReserveSmall(ref tcb))
            {
                return false;
            }
            bytes = bytes[..Math.Min(room, bytes.Length)];
            bytes.CopyTo(BufferOf(in tcb)[tcb.ReceivedBytes..]);
        }
        tcb.ReceivedBytes += bytes.Length;
        tcb.RcvNxt += bytes.Length;
        Absorb(ref tcb);
        Check(in tcb);
        return true;
    }

    /// <summary>Keeps bytes that begin beyond RCV.NXT. They lie in the receive window.</summary>
    public void AddOutOfOrder(ref TcpConnection tcb, SequenceNumber start, ReadOnlySpan<byte> bytes)
    {
        Check(in tcb);
        SequenceNumber end = start + bytes.Length;
        if (!FitsRanges(in tcb, start, end)
            && !(tcb.ReceiveBuffer > 0 && TryMoveToLarge(ref tcb) && FitsRanges(in tcb, start, end)))
        {
            _counters.OutOfOrderRangesExceeded++;
            return;
        }
        if (!TryStore(ref tcb, tcb.ReceivedBytes + start.Since(tcb.RcvNxt), bytes))
        {
            return;
        }
        MergeRange(ref tcb, start, end);
        Check(in tcb);
        _counters.OutOfOrderSegments++;
    }

    /// <summary>
    /// The session has consumed bytes from the front. What is left moves to a small buffer if it fits one, so
    /// that a large one is lent only while it is needed.
    /// </summary>
    public void Consume(ref TcpConnection tcb, int bytes)
    {
        Check(in tcb);
        Invariant.Assert(bytes >= 0 && bytes <= tcb.ReceivedBytes, "a session consumes what it was shown");
        int extent = Extent(in tcb);
        tcb.ReceivedBytes -= bytes;
        if (extent == bytes)
        {
            Release(ref tcb);
        }
        else if (bytes > 0)
        {
            Span<byte> left = BufferOf(in tcb)[bytes..extent];
            if (tcb.ReceiveBuffer < 0 && left.Length <= SmallLength && tcb.RangeCount <= SmallRanges
                && TryRentSmall(in tcb, out int small))
            {
                left.CopyTo(_small.Bytes(small, OwnerOf(in tcb)));
                RangesOf(in tcb)[..tcb.RangeCount].CopyTo(_small.Ranges(small, OwnerOf(in tcb)));
                ReturnLarge(in tcb);
                tcb.ReceiveBuffer = small + 1;
            }
            else
            {
                left.CopyTo(BufferOf(in tcb));
            }
        }
        Check(in tcb);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release(ref TcpConnection tcb)
    {
        Invariant.Assert(IsHeld(in tcb), "what is kept stands in a buffer");
        if (tcb.ReceiveBuffer > 0)
        {
            ReturnSmall(in tcb);
        }
        else if (tcb.ReceiveBuffer < 0)
        {
            ReturnLarge(in tcb);
        }
        Invariant.Assert(_held[tcb.Place] == 0, "a connection knows the buffer that it holds");
        tcb.ReceiveBuffer = 0;
        tcb.ReceivedBytes = 0;
        tcb.RangeCount = 0;
    }

    /// <summary>
    /// Gives back the buffers of a connection whose control block is trusted in its place alone.
    /// </summary>
    public void Salvage(ref TcpConnection tcb)
    {
        int owner = OwnerOf(in tcb);
        while (_small.BufferOf(owner) is >= 0 and var small)
        {
            tcb.ReceiveBuffer = small + 1;
            ReturnSmall(in tcb);
        }
        while (_large.BufferOf(owner) is >= 0 and var large)
        {
            tcb.ReceiveBuffer = -large - 1;
            ReturnLarge(in tcb);
        }
        tcb.ReceiveBuffer = tcb.ReceivedBytes = tcb.RangeCount = 0;
    }

    /// <summary>Blocks of the next SACK option, at most <paramref name="max"/>; 0 without SACK.</summary>
    public static int SackBlockCount(in TcpConnection tcb, int max) => tcb.Is(TcpMarks.Sack)
        ? Math.Min(max, tcb.RangeCount + (tcb.DuplicateSack != default ? 1 : 0))
        : 0;

    /// <summary>
    /// The blocks for a SACK option, the one that the latest segment is in first, then those reported before
    /// it, the most recent first (RFC 2018 §4), a duplicate's before all (RFC 2883 §4). Returns how many.
    /// </summary>
    public int WriteSackBlocks(ref TcpConnection tcb, Span<SackBlock> blocks)
    {
        int count = 0;
        if (tcb.DuplicateSack != default)
        {
            blocks[count++] = tcb.DuplicateSack;
            tcb.DuplicateSack = default;
        }
        uint before = uint.MaxValue;
        for (int left = tcb.RangeCount; left > 0 && count < blocks.Length; left--)
        {
            ReceivedRange range = LatestBefore(in tcb, before);
            if (range.Recency == 0)
            {
                // The clock of the ranges has wrapped: a peer's doing, and fewer blocks are no fault.
                break;
            }
            // A FIN behind it is received, too, and its octet in nobody's way (RFC 2018 §3, RFC 9293 §3.4).
            bool hasFin = tcb.Is(TcpMarks.FinHeard) && range.End == tcb.FinAt;
            blocks[count++] = new SackBlock(range.Start, hasFin ? range.End + 1 : range.End);
            before = range.Recency;
        }
        return count;
    }

    private ReceivedRange LatestBefore(in TcpConnection tcb, uint recency)
    {
        ReceivedRange latest = default;
        foreach (ref readonly ReceivedRange range in RangesOf(in tcb)[..tcb.RangeCount])
        {
            if (range.Recency < recency && range.Recency > latest.Recency)
            {
                latest = range;
            }
        }
        return latest;
    }

    private static bool IsHeld(in TcpConnection tcb) =>
        tcb.ReceiveBuffer != 0 || (tcb.ReceivedBytes == 0 && tcb.RangeCount == 0);

    // What holds before and after each change: all that is kept stands in the buffer, in few ranges.
    private void Check(in TcpConnection tcb) => Invariant.Assert(
        tcb.ReceivedBytes >= 0 && tcb.RangeCount <= RangesOf(in tcb).Length
        && Extent(in tcb) <= (tcb.ReceiveBuffer == 0 ? 0 : tcb.ReceiveBuffer > 0 ? SmallLength : _window),
        "what is kept stands in a buffer");

    private int Extent(in TcpConnection tcb) => tcb.RangeCount == 0
        ? tcb.ReceivedBytes
        : tcb.ReceivedBytes + RangesOf(in tcb)[tcb.RangeCount - 1].End.Since(tcb.RcvNxt);

    private bool FitsRanges(in TcpConnection tcb, SequenceNumber start, SequenceNumber end)
    {
        Span<ReceivedRange> ranges = RangesOf(in tcb);
        if (tcb.ReceiveBuffer == 0 || tcb.RangeCount < ranges.Length)
        {
            return true;
        }
        foreach (ref readonly ReceivedRange range in ranges)
        {
            if (start.IsAtOrBefore(range.End) && end.IsAtOrAfter(range.Start))
            {
                return true;
            }
        }
        return false;
    }

    private void MergeRange(ref TcpConnection tcb, SequenceNumber start, SequenceNumber end)
    {
        Span<ReceivedRange> ranges = RangesOf(in tcb);
        int count = tcb.RangeCount;
        int first = 0;
        while (first < count && ranges[first].End.IsBefore(start))
        {
            first++;
        }
        int last = first;
        tcb.RangeClock = count == 0 ? 0 : tcb.RangeClock;
        ReceivedRange merged = new() { Start = start, End = end, Recency = ++tcb.RangeClock };
        while (last < count && !ranges[last].Start.IsAfter(end))
        {
            merged.Start = SequenceNumber.Min(merged.Start, ranges[last].Start);
            merged.End = SequenceNumber.Max(merged.End, ranges[last].End);
            last++;
        }
        ranges[last..count].CopyTo(ranges[Math.Min(first + 1, ranges.Length)..]);
        ranges[first] = merged;
        tcb.RangeCount = (byte)(count + 1 - (last - first));
    }

    private void Absorb(ref TcpConnection tcb)
    {
        Span<ReceivedRange> ranges = RangesOf(in tcb)[..tcb.RangeCount];
        int gone = 0;
        while (gone < ranges.Length && ranges[gone].Start.IsAtOrBefore(tcb.RcvNxt))
        {
            int more = ranges[gone].End.Since(tcb.RcvNxt);
            if (more > 0)
            {
                tcb.RcvNxt += more;
                tcb.ReceivedBytes += more;
            }
            gone++;
        }
        if (gone > 0)
        {
            ranges[gone..].CopyTo(ranges);
            tcb.RangeCount -= (byte)gone;
        }
    }

    private bool TryStore(ref TcpConnection tcb, int offset, ReadOnlySpan<byte> bytes)
    {
        if (!TryReserve(ref tcb, offset + bytes.Length))
        {
            return false;
        }
        bytes.CopyTo(BufferOf(in tcb)[offset..]);
        return true;
    }

    private bool TryReserve(ref TcpConnection tcb, int length)
    {
        Invariant.Assert(IsHeld(in tcb), "what is kept stands in a buffer");
        if (tcb.ReceiveBuffer < 0 || (length <= SmallLength && TryReserveSmall(ref tcb)))
        {
            return true;
        }
        return TryMoveToLarge(ref tcb);
    }

    private bool TryMoveToLarge(ref TcpConnection tcb)
    {
        if (!TryRentLarge(in tcb, out int large))
        {
            return false;
        }
        if (tcb.ReceiveBuffer > 0)
        {
            BufferOf(in tcb)[..Extent(in tcb)].CopyTo(_large.Bytes(large, OwnerOf(in tcb)));
            RangesOf(in tcb)[..tcb.RangeCount].CopyTo(_large.Ranges(large, OwnerOf(in tcb)));
            ReturnSmall(in tcb);
        }
        tcb.ReceiveBuffer = -large - 1;
        return true;
    }

    private bool TryReserveSmall(ref TcpConnection tcb)
    {
        if (tcb.ReceiveBuffer == 0 && TryRentSmall(in tcb, out int small))
        {
            tcb.ReceiveBuffer = small + 1;
        }
        return tcb.ReceiveBuffer > 0;
    }

    // What these two say is what the calls that rent do. One peer has a part of the buffers at most, so that
    // others can always send.
    private bool MayRentSmall(in TcpConnection tcb) =>
        _shares.Room(tcb.Peer, PeerShare.SmallBuffers, _small.FreeCount) > 0;

    private bool MayRentLarge(in TcpConnection tcb) =>
        _shares.Room(tcb.Peer, PeerShare.LargeBuffers, _large.FreeCount) > 0;

    private bool TryRentLarge(in TcpConnection tcb, out int large)
    {
        large = -1;
        if (_large.FreeCount == 0)
        {
            _counters.ReceiveBuffersExhausted++;
            return false;
        }
        return MayRentLarge(in tcb) ? TryTake(_large, in tcb, PeerShare.LargeBuffers, out large) : Refuse();
    }

    private bool TryRentSmall(in TcpConnection tcb, out int small)
    {
        small = -1;
        return _small.FreeCount > 0
            && (MayRentSmall(in tcb) ? TryTake(_small, in tcb, PeerShare.SmallBuffers, out small) : Refuse());
    }

    private bool Refuse()
    {
        _counters.ReceiveBuffersOfPeerExhausted++;
        return false;
    }

    private bool TryTake(BufferPool pool, in TcpConnection tcb, PeerShare share, out int buffer)
    {
        bool rented = pool.TryRent(OwnerOf(in tcb), out buffer);
        Invariant.Assert(rented, "the buffers were counted before");
        _held[tcb.Place]++;
        _shares.Take(tcb.Peer, share);
        return true;
    }

    private void ReturnLarge(in TcpConnection tcb)
    {
        _large.Return(-tcb.ReceiveBuffer - 1, OwnerOf(in tcb));
        _held[tcb.Place]--;
        _shares.Give(tcb.Peer, PeerShare.LargeBuffers);
    }

    private void ReturnSmall(in TcpConnection tcb)
    {
        _small.Return(tcb.ReceiveBuffer - 1, OwnerOf(in tcb));
        _held[tcb.Place]--;
        _shares.Give(tcb.Peer, PeerShare.SmallBuffers);
    }

    private Span<byte> BufferOf(in TcpConnection tcb) => tcb.ReceiveBuffer > 0
        ? _small.Bytes(tcb.ReceiveBuffer - 1, OwnerOf(in tcb))
        : _large.Bytes(-tcb.ReceiveBuffer - 1, OwnerOf(in tcb));

    private Span<ReceivedRange> RangesOf(in TcpConnection tcb) => tcb.ReceiveBuffer switch
    {
        0 => [],
        > 0 => _small.Ranges(tcb.ReceiveBuffer - 1, OwnerOf(in tcb)),
        _ => _large.Ranges(-tcb.ReceiveBuffer - 1, OwnerOf(in tcb)),
    };

    private static int OwnerOf(in TcpConnection tcb) => tcb.Place + 1;

    private sealed class BufferPool
    {
        private readonly byte[] _memory;
        private readonly ReceivedRange[] _ranges;
        private readonly int[] _free;
        private readonly int[] _owners;
        private readonly int _length;
        private readonly int _rangeMax;

        public BufferPool(int count, int length, int rangeMax)
        {
            _memory = GC.AllocateUninitializedArray<byte>(checked(count * length), pinned: true);
            _ranges = new ReceivedRange[count * rangeMax];
            (_length, _rangeMax) = (length, rangeMax);
            _free = new int[count];
            _owners = new int[count];
            for (int i = count - 1; i >= 0; i--)
            {
                _free[FreeCount++] = i;
            }
        }

        public int FreeCount { get; private set; }

        public bool TryRent(int owner, out int buffer)
        {
            buffer = FreeCount > 0 ? _free[--FreeCount] : -1;
            if (buffer < 0)
            {
                return false;
            }
            _owners[buffer] = owner;
            return true;
        }

        public void Return(int buffer, int owner)
        {
            CheckOwner(buffer, owner);
            _owners[buffer] = 0;
            _free[FreeCount++] = buffer;
        }

        public Span<byte> Bytes(int buffer, int owner)
        {
            CheckOwner(buffer, owner);
            return _memory.AsSpan(buffer * _length, _length);
        }

        public Span<ReceivedRange> Ranges(int buffer, int owner)
        {
            CheckOwner(buffer, owner);
            return _ranges.AsSpan(buffer * _rangeMax, _rangeMax);
        }

        public int BufferOf(int owner) => _owners.AsSpan().IndexOf(owner);

        private void CheckOwner(int buffer, int owner) =>
            Invariant.Assert(_owners[buffer] == owner, "a connection uses its own buffer");
    }
}
