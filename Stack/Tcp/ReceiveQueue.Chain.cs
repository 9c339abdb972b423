using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Where a byte stands: in a small buffer, or in the chain of large ones; and what of it is out of order.
/// </content>
public sealed partial class ReceiveQueue
{
    // From the first unconsumed byte to the last that stands in the only buffer.
    private int Extent(in TcpConnection tcb)
    {
        ref ReceiveBuffer first = ref FirstOf(in tcb);
        return first.RangeCount == 0
            ? tcb.ReceivedBytes
            : RangesOf(in tcb)[first.RangeCount - 1].End.Since(first.Origin + first.Front);
    }

    // Returns how many were stored: all, unless there was no buffer.
    private int Store(ref TcpConnection tcb, SequenceNumber start, ReadOnlySpan<byte> bytes)
    {
        Invariant.Assert(IsHeld(in tcb), "what is kept stands in a buffer");
        if (tcb.ReceiveBuffer >= 0)
        {
            int offset = tcb.ReceivedBytes + start.Since(tcb.RcvNxt);
            if (offset + bytes.Length <= SmallLength && TryReserveSmall(ref tcb))
            {
                bytes.CopyTo(BytesOf(in tcb)[offset..]);
                return bytes.Length;
            }
            if (!TryMoveToLarge(ref tcb))
            {
                return 0;
            }
        }
        int stored = 0;
        while (stored < bytes.Length && TryReach(ref tcb, start + stored, out int large))
        {
            int offset = (start + stored).Since(At(in tcb, large).Origin);
            int length = Math.Min(_large.Length - offset, bytes.Length - stored);
            bytes.Slice(stored, length).CopyTo(LargeBytes(in tcb, large)[offset..]);
            stored += length;
        }
        return stored;
    }

    // The buffer that a byte stands in, which is added to the chain if there is none yet.
    private bool TryReach(ref TcpConnection tcb, SequenceNumber number, out int large)
    {
        large = FindBefore(in tcb, number);
        ref ReceiveBuffer before = ref At(in tcb, large);
        int beyond = number.Since(before.Origin) / _large.Length;
        Invariant.Assert(beyond >= 0, "nothing is received before what was consumed");
        if (beyond == 0)
        {
            return true;
        }
        int previous = large;
        SequenceNumber origin = before.Origin + (beyond * _large.Length);
        if (!_memory.TryRentLarge(in tcb, origin, out large))
        {
            return false;
        }
        ref ReceiveBuffer added = ref At(in tcb, large);
        (added.Previous, added.Next) = (previous, before.Next);
        if (before.Next == None)
        {
            FirstOf(in tcb).Last = large;
        }
        else
        {
            At(in tcb, before.Next).Previous = large;
        }
        before.Next = large;
        return true;
    }

    // The last buffer that begins at a byte or before it. Most bytes are for the end of the chain or, sent
    // again, for its beginning.
    private int FindBefore(in TcpConnection tcb, SequenceNumber number)
    {
        int large = -tcb.ReceiveBuffer - 1;
        int last = At(in tcb, large).Last;
        if (At(in tcb, last).Origin.IsAtOrBefore(number))
        {
            return last;
        }
        for (int next = At(in tcb, large).Next;
            next != None && At(in tcb, next).Origin.IsAtOrBefore(number);
            next = At(in tcb, next).Next)
        {
            large = next;
        }
        return large;
    }

    private bool TryReserveSmall(ref TcpConnection tcb)
    {
        if (tcb.ReceiveBuffer == 0 && _memory.TryRentSmall(in tcb, tcb.RcvNxt, out int small))
        {
            tcb.ReceiveBuffer = small + 1;
        }
        return tcb.ReceiveBuffer > 0;
    }

    private bool TryMoveToLarge(ref TcpConnection tcb)
    {
        SequenceNumber front = tcb.RcvNxt - tcb.ReceivedBytes;
        if (!_memory.TryRentLarge(in tcb, front, out int large))
        {
            return false;
        }
        if (tcb.ReceiveBuffer > 0)
        {
            CopyOnly(in tcb, _large, large);
            _memory.ReturnSmall(in tcb, tcb.ReceiveBuffer - 1);
        }
        tcb.ReceiveBuffer = -large - 1;
        return true;
    }

    // What is left in the only buffer begins at its first byte, so that it has room for a whole window; or it
    // moves to a small one.
    private void MoveToFront(ref TcpConnection tcb)
    {
        ref ReceiveBuffer first = ref FirstOf(in tcb);
        int left = Extent(in tcb);
        SequenceNumber front = first.Origin + first.Front;
        if (tcb.ReceiveBuffer < 0 && left <= SmallLength
            && first.RangeCount <= _small.RangeMax && _memory.TryRentSmall(in tcb, front, out int small))
        {
            CopyOnly(in tcb, _small, small);
            _memory.ReturnLarge(in tcb, -tcb.ReceiveBuffer - 1);
            tcb.ReceiveBuffer = small + 1;
            return;
        }
        BytesOf(in tcb).Slice(first.Front, left).CopyTo(BytesOf(in tcb));
        (first.Origin, first.Front) = (front, 0);
    }

    // What is kept in the only buffer is copied to the beginning of another.
    private void CopyOnly(in TcpConnection tcb, ReceivePool pool, int buffer)
    {
        ref ReceiveBuffer from = ref FirstOf(in tcb);
        int owner = ReceiveMemory.OwnerOf(in tcb);
        BytesOf(in tcb).Slice(from.Front, Extent(in tcb)).CopyTo(pool.Bytes(buffer, owner));
        RangesOf(in tcb)[..from.RangeCount].CopyTo(pool.Ranges(buffer, owner));
        pool.At(buffer, owner).RangeCount = from.RangeCount;
    }

    // A first buffer is given back once the next one has all that is left of it.
    private void DropPassed(ref TcpConnection tcb)
    {
        while (tcb.ReceiveBuffer < 0)
        {
            ref ReceiveBuffer first = ref FirstOf(in tcb);
            SequenceNumber front = first.Origin + first.Front;
            if (first.Next == None || At(in tcb, first.Next).Origin.IsAfter(front))
            {
                return;
            }
            Invariant.Assert(first.RangeCount == 0, "what was consumed is not out of order");
            int next = first.Next;
            ref ReceiveBuffer second = ref At(in tcb, next);
            (second.Previous, second.Last) = (None, first.Last);
            second.Front = front.Since(second.Origin);
            _memory.ReturnLarge(in tcb, -tcb.ReceiveBuffer - 1);
            tcb.ReceiveBuffer = -next - 1;
        }
    }

    private bool TryAddRanges(
        ref TcpConnection tcb, SequenceNumber start, SequenceNumber end, ref SackBlock copy)
    {
        ref SackHistory history = ref _histories[tcb.Place];
        if (tcb.RangeCount == 0)
        {
            history.Clear();
        }
        SackBlock latest = default;
        int buffer = tcb.ReceiveBuffer < 0 ? FindBefore(in tcb, start) : None;
        for (SequenceNumber at = start; at.IsBefore(end);)
        {
            ref ReceiveBuffer header = ref buffer == None ? ref FirstOf(in tcb) : ref At(in tcb, buffer);
            SequenceNumber stop = buffer == None
                ? end
                : SequenceNumber.Min(end, header.Origin + _large.Length);
            ReceivedRange added = new() { Start = at, End = stop };
            int before = header.RangeCount;
            if (!ReceivedRange.TryAdd(RangesOf(in tcb, buffer), ref header.RangeCount, ref added, ref copy))
            {
                break;
            }
            tcb.RangeCount += header.RangeCount - before;
            latest = new SackBlock(
                at == start ? LeftEdge(in tcb, in history, buffer, added.Start) : latest.Left,
                RightEdge(in tcb, in history, buffer, added.End));
            (at, buffer) = (stop, header.Next);
        }
        if (latest != default)
        {
            history.Add(latest);
        }
        return latest != default && latest.Right.IsAtOrAfter(end);
    }

    // How far what is received reaches before a range of a buffer, and behind it.
    private SequenceNumber LeftEdge(
        in TcpConnection tcb, in SackHistory history, int buffer, SequenceNumber edge)
    {
        while (buffer != None && !history.TryFindLeftOf(edge, out _))
        {
            ref ReceiveBuffer header = ref At(in tcb, buffer);
            int previous = header.Previous;
            if (edge != header.Origin || previous == None || At(in tcb, previous).RangeCount == 0)
            {
                return edge;
            }
            ReceivedRange last = RangesOf(in tcb, previous)[At(in tcb, previous).RangeCount - 1];
            if (last.End != edge)
            {
                return edge;
            }
            (edge, buffer) = (last.Start, previous);
        }
        return history.TryFindLeftOf(edge, out SackBlock found) ? found.Left : edge;
    }

    private SequenceNumber RightEdge(
        in TcpConnection tcb, in SackHistory history, int buffer, SequenceNumber edge)
    {
        while (buffer != None && !history.TryFindRightOf(edge, out _))
        {
            ref ReceiveBuffer header = ref At(in tcb, buffer);
            int next = header.Next;
            if (edge != header.Origin + _large.Length || next == None || At(in tcb, next).RangeCount == 0)
            {
                return edge;
            }
            ReceivedRange first = RangesOf(in tcb, next)[0];
            if (first.Start != edge)
            {
                return edge;
            }
            (edge, buffer) = (first.End, next);
        }
        return history.TryFindRightOf(edge, out SackBlock found) ? found.Right : edge;
    }

    // RCV.NXT has moved over bytes from a number on: it moves on over what follows, and what is in order now
    // is no range any more.
    private void Absorb(ref TcpConnection tcb, SequenceNumber start)
    {
        int buffer = tcb.ReceiveBuffer < 0 ? FindBefore(in tcb, start) : None;
        do
        {
            ref ReceiveBuffer header = ref buffer == None ? ref FirstOf(in tcb) : ref At(in tcb, buffer);
            if (buffer != None && header.Origin.IsAfter(tcb.RcvNxt))
            {
                break;
            }
            Absorb(ref tcb, RangesOf(in tcb, buffer), ref header.RangeCount);
            buffer = header.Next;
        }
        while (buffer != None);
        ref SackHistory history = ref _histories[tcb.Place];
        history.Forget(tcb.RcvNxt);
        if (history.Count == 0 && tcb.RangeCount > 0)
        {
            ReportFirst(in tcb, ref history);
        }
    }

    private static void Absorb(ref TcpConnection tcb, Span<ReceivedRange> ranges, ref int count)
    {
        int gone = 0;
        while (gone < count && ranges[gone].Start.IsAtOrBefore(tcb.RcvNxt))
        {
            int more = Math.Max(0, ranges[gone].End.Since(tcb.RcvNxt));
            tcb.RcvNxt += more;
            tcb.ReceivedBytes += more;
            gone++;
        }
        ranges[gone..count].CopyTo(ranges);
        count -= gone;
        tcb.RangeCount -= gone;
    }

    // What was reported last is in order now: what has not been is reported from its beginning on.
    private void ReportFirst(in TcpConnection tcb, ref SackHistory history)
    {
        int buffer = tcb.ReceiveBuffer < 0 ? -tcb.ReceiveBuffer - 1 : None;
        while (buffer != None && At(in tcb, buffer).RangeCount == 0)
        {
            buffer = At(in tcb, buffer).Next;
        }
        ReceivedRange first = RangesOf(in tcb, buffer)[0];
        history.Add(new SackBlock(first.Start, RightEdge(in tcb, in history, buffer, first.End)));
    }

    private ref ReceiveBuffer FirstOf(in TcpConnection tcb)
    {
        int owner = ReceiveMemory.OwnerOf(in tcb);
        return ref tcb.ReceiveBuffer > 0
            ? ref _small.At(tcb.ReceiveBuffer - 1, owner)
            : ref _large.At(-tcb.ReceiveBuffer - 1, owner);
    }

    private ref ReceiveBuffer At(in TcpConnection tcb, int large) =>
        ref _large.At(large, ReceiveMemory.OwnerOf(in tcb));

    private Span<byte> BytesOf(in TcpConnection tcb) => tcb.ReceiveBuffer > 0
        ? _small.Bytes(tcb.ReceiveBuffer - 1, ReceiveMemory.OwnerOf(in tcb))
        : LargeBytes(in tcb, -tcb.ReceiveBuffer - 1);

    private Span<byte> LargeBytes(in TcpConnection tcb, int large) =>
        _large.Bytes(large, ReceiveMemory.OwnerOf(in tcb));

    private Span<ReceivedRange> RangesOf(in TcpConnection tcb) => RangesOf(
        in tcb, tcb.ReceiveBuffer < 0 ? -tcb.ReceiveBuffer - 1 : None);

    // Those of a large buffer, or of the small one.
    private Span<ReceivedRange> RangesOf(in TcpConnection tcb, int large) => large == None
        ? _small.Ranges(tcb.ReceiveBuffer - 1, ReceiveMemory.OwnerOf(in tcb))
        : _large.Ranges(large, ReceiveMemory.OwnerOf(in tcb));
}
