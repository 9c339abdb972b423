using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Bytes received and not consumed, and bytes received out of order, in buffers lent to the connections that
/// have any. An out-of-order byte stands where it will belong. A connection that consumes what it is shown,
/// in order, never has a buffer; one with the window that it began with has one at a time; one with a larger
/// window has a chain, with buffers only where bytes stand.
/// </summary>
public sealed partial class ReceiveQueue
{
    /// <summary>Bytes of a small buffer.</summary>
    public const int SmallLength = 2048;

    private const int None = ReceivePool.None;

    private readonly ReceiveMemory _memory;
    private readonly ReceivePool _small;
    private readonly ReceivePool _large;
    private readonly TcpCounters _counters;

    // What each connection reports; beside its control block, since few ever do.
    private readonly SackHistory[] _histories;

    /// <summary>Creates the buffers, which nobody has.</summary>
    public ReceiveQueue(TcpLimits limits, PeerShares shares, TcpCounters counters)
    {
        _memory = new ReceiveMemory(limits, SmallLength, shares, counters);
        (_small, _large) = (_memory.Small, _memory.Large);
        _counters = counters;
        _histories = new SackHistory[limits.Connections];
    }

    /// <summary>Buffers of either kind that nobody has or was promised.</summary>
    public int FreeCount => _small.FreeCount + _memory.Unpromised;

    /// <summary>
    /// Bytes in order that the session has not consumed, as many as stand together: fewer than there are only
    /// while <see cref="TryGather"/> shows more.
    /// </summary>
    public ReadOnlySpan<byte> Bytes(in TcpConnection tcb)
    {
        if (tcb.ReceiveBuffer == 0)
        {
            return [];
        }
        ref ReceiveBuffer first = ref FirstOf(in tcb);
        return BytesOf(in tcb).Slice(first.Front, Math.Min(tcb.ReceivedBytes, first.Length - first.Front));
    }

    /// <summary>
    /// Makes <see cref="Bytes"/> longer than so many, by moving bytes in order together if need be: as long
    /// as the window is that a connection begins with, or as all of them. False when it cannot be longer.
    /// </summary>
    public bool TryGather(ref TcpConnection tcb, int left)
    {
        int shown = Bytes(in tcb).Length;
        if (shown > left || shown == tcb.ReceivedBytes || shown == _large.Length)
        {
            return shown > left;
        }
        Invariant.Assert(tcb.ReceiveBuffer < 0, "a small buffer shows all that it has");
        ref ReceiveBuffer first = ref FirstOf(in tcb);
        Span<byte> bytes = BytesOf(in tcb);
        bytes.Slice(first.Front, shown).CopyTo(bytes);
        first.Origin += first.Front;
        first.Front = 0;
        // The second one has what is copied here, too, until the first is consumed to where it begins.
        ref ReceiveBuffer second = ref At(in tcb, first.Next);
        int begin = (first.Origin + shown).Since(second.Origin);
        int more = Math.Min(_large.Length - begin, Math.Min(_large.Length, tcb.ReceivedBytes) - shown);
        LargeBytes(in tcb, first.Next).Slice(begin, more).CopyTo(bytes[shown..]);
        first.Length = shown + more;
        return true;
    }

    /// <summary>
    /// How many of <paramref name="length"/> bytes that begin at RCV.NXT <see cref="TryAppend"/> keeps at
    /// least, and <see cref="Bytes"/> has at once, for a connection that keeps nothing yet. Good until the
    /// next call that changes a queue.
    /// </summary>
    public int Keepable(in TcpConnection tcb, int length)
    {
        bool small = _memory.MayRentSmall(in tcb);
        if (small && length <= SmallLength)
        {
            return length;
        }
        if (_memory.MayRentLarge(in tcb))
        {
            return Math.Min(length, _large.Length);
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
        int stored = Store(ref tcb, tcb.RcvNxt, bytes);
        if (stored == 0 && tcb.ReceiveBuffer >= 0)
        {
            // What fits a small buffer is progress, while no large one is to be had.
            stored = Math.Min(SmallLength - tcb.ReceivedBytes, bytes.Length);
            if (stored <= 0 || !TryReserveSmall(ref tcb))
            {
                return false;
            }
            bytes[..stored].CopyTo(BytesOf(in tcb)[tcb.ReceivedBytes..]);
        }
        if (stored == 0)
        {
            return false;
        }
        SequenceNumber start = tcb.RcvNxt;
        tcb.ReceivedBytes += stored;
        tcb.RcvNxt += stored;
        if (tcb.RangeCount > 0)
        {
            Absorb(ref tcb, start);
        }
        DropPassed(ref tcb);
        Check(in tcb);
        return true;
    }

    /// <summary>Keeps bytes that begin beyond RCV.NXT. They lie in the receive window.</summary>
    public void AddOutOfOrder(ref TcpConnection tcb, SequenceNumber start, ReadOnlySpan<byte> bytes)
    {
        Check(in tcb);
        int stored = Store(ref tcb, start, bytes);
        if (stored == 0)
        {
            return;
        }
        SackBlock copy = default;
        bool isAdded = TryAddRanges(ref tcb, start, start + stored, ref copy);
        if (!isAdded && tcb.ReceiveBuffer > 0 && TryMoveToLarge(ref tcb))
        {
            isAdded = TryAddRanges(ref tcb, start, start + stored, ref copy);
        }
        if (copy != default && tcb.Is(TcpMarks.Sack))
        {
            // RFC 2883 §4.1.2: what came twice out of order is reported, too.
            tcb.DuplicateSack = copy;
        }
        _counters.OutOfOrderSegments += isAdded ? 1 : 0;
        _counters.OutOfOrderRangesExceeded += isAdded ? 0 : 1;
        Check(in tcb);
    }

    /// <summary>
    /// The session has consumed bytes from the front. What is left moves to a small buffer if it fits one, so
    /// that a large one is lent only while it is needed.
    /// </summary>
    public void Consume(ref TcpConnection tcb, int bytes)
    {
        Check(in tcb);
        Invariant.Assert(bytes >= 0 && bytes <= tcb.ReceivedBytes, "a session consumes what it was shown");
        if (bytes == tcb.ReceivedBytes && tcb.RangeCount == 0)
        {
            Release(ref tcb);
        }
        else if (bytes > 0)
        {
            tcb.ReceivedBytes -= bytes;
            ref ReceiveBuffer first = ref FirstOf(in tcb);
            first.Front += bytes;
            if (tcb.ReceiveBuffer > 0 || (first.Next == None && _memory.Promised(in tcb) == 0))
            {
                MoveToFront(ref tcb);
            }
            else
            {
                DropPassed(ref tcb);
            }
        }
        Check(in tcb);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Release(ref TcpConnection tcb)
    {
        Invariant.Assert(IsHeld(in tcb), "what is kept stands in a buffer");
        if (tcb.ReceiveBuffer > 0)
        {
            _memory.ReturnSmall(in tcb, tcb.ReceiveBuffer - 1);
        }
        for (int large = -tcb.ReceiveBuffer - 1; large >= 0;)
        {
            int next = At(in tcb, large).Next;
            _memory.ReturnLarge(in tcb, large);
            large = next;
        }
        Invariant.Assert(!_memory.Holds(in tcb), "a connection knows the buffers that it holds");
        tcb.ReceiveBuffer = 0;
        tcb.ReceivedBytes = 0;
        tcb.RangeCount = 0;
    }

    /// <summary>Gives the buffers back, and what was promised.</summary>
    public void Clear(ref TcpConnection tcb)
    {
        Release(ref tcb);
        _memory.Unpromise(in tcb, 0);
    }

    /// <summary>
    /// Gives back the buffers of a connection whose control block is trusted in its place alone.
    /// </summary>
    public void Salvage(ref TcpConnection tcb)
    {
        int owner = ReceiveMemory.OwnerOf(in tcb);
        while (_small.BufferOf(owner) is >= 0 and var small)
        {
            _memory.ReturnSmall(in tcb, small);
        }
        while (_large.BufferOf(owner) is >= 0 and var large)
        {
            _memory.ReturnLarge(in tcb, large);
        }
        _memory.Unpromise(in tcb, 0);
        tcb.ReceiveBuffer = tcb.ReceivedBytes = tcb.RangeCount = 0;
    }

    /// <summary>
    /// Promises the buffers that a window of so many bytes needs, wherever in a buffer it begins, or as many
    /// as there are for the connection; returns the bytes of the window that those suffice for.
    /// </summary>
    public int PromiseWindow(in TcpConnection tcb, int bytes)
    {
        int count = _memory.Promise(in tcb, BuffersOf(bytes));
        return Math.Max(1, count - 1) * _large.Length;
    }

    /// <summary>
    /// Takes back what was promised beyond what so many bytes need; all when they are no more than the window
    /// that a connection begins with. What is held now stays where it is.
    /// </summary>
    public void UnpromiseBeyond(in TcpConnection tcb, int bytes) =>
        _memory.Unpromise(in tcb, BuffersOf(bytes));

    /// <summary>
    /// The peer has finished, so that nothing more comes for which buffers could be needed.
    /// </summary>
    public void UnpromiseAll(in TcpConnection tcb) => _memory.Unpromise(in tcb, 0);

    /// <summary>Blocks of the next SACK option, at most <paramref name="max"/>; 0 without SACK.</summary>
    public int SackBlockCount(in TcpConnection tcb, int max)
    {
        if (!tcb.Is(TcpMarks.Sack))
        {
            return 0;
        }
        int ranges = tcb.RangeCount == 0 ? 0 : _histories[tcb.Place].Count;
        return Math.Min(max, ranges + (tcb.DuplicateSack != default ? 1 : 0));
    }

    /// <summary>
    /// Whether the next SACK option has no place for another range, of which then nobody would ever be told.
    /// </summary>
    public bool IsSackFull(in TcpConnection tcb, int max) =>
        tcb.Is(TcpMarks.Sack) && tcb.RangeCount > 0 && _histories[tcb.Place].UntoldCount
            + (tcb.DuplicateSack != default ? 1 : 0) >= max;

    /// <summary>
    /// The blocks for a SACK option, the one that the latest segment is in first, then those reported before
    /// it, the most recent first (RFC 2018 §4), a duplicate's before all (RFC 2883 §4). As many as
    /// <see cref="SackBlockCount"/> says.
    /// </summary>
    public void WriteSackBlocks(ref TcpConnection tcb, Span<SackBlock> blocks)
    {
        int count = 0;
        if (tcb.DuplicateSack != default)
        {
            blocks[count++] = tcb.DuplicateSack;
            tcb.DuplicateSack = default;
        }
        ref SackHistory history = ref _histories[tcb.Place];
        for (int i = 0; count < blocks.Length; i++)
        {
            SackBlock block = history[i];
            // A FIN behind it is received, too, and its octet in nobody's way (RFC 2018 §3, RFC 9293 §3.4).
            bool hasFin = tcb.Is(TcpMarks.FinHeard) && block.Right == tcb.FinAt;
            blocks[count++] = hasFin ? block with { Right = block.Right + 1 } : block;
        }
        history.Tell();
    }

    private int BuffersOf(int bytes) =>
        bytes <= _large.Length ? 0 : ((bytes + _large.Length - 1) / _large.Length) + 1;

    // What holds before and after each change: all that is kept stands in buffers.
    private void Check(in TcpConnection tcb) => Invariant.Assert(
        tcb.ReceivedBytes >= 0 && tcb.RangeCount >= 0 && IsHeld(in tcb)
        && (tcb.ReceiveBuffer >= 0 || FirstOf(in tcb).Front <= _large.Length)
        && (tcb.ReceiveBuffer <= 0 || Extent(in tcb) <= SmallLength),
        "what is kept stands in a buffer");

    private static bool IsHeld(in TcpConnection tcb) =>
        tcb.ReceiveBuffer != 0 || (tcb.ReceivedBytes == 0 && tcb.RangeCount == 0);
}
