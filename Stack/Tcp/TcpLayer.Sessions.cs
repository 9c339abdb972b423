using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// What passes between connections and sessions: received bytes, room, finish, and the sink of <see
/// cref="StreamOutput"/>.
/// </content>
public sealed partial class TcpLayer
{
    // Below this much room a session may be unable to answer at all.
    private const int RoomLow = 16;

    // What every session may have queued that makes its bytes as they are needed.
    private const int SendAheadLeast = 128 * 1024;

    /// <summary>Accepts nothing new and asks every session to finish.</summary>
    public void Drain(Instant now)
    {
        _draining = true;
        for (int place = 0; place < _table.Capacity; place++)
        {
            if (_table[place].State != TcpState.Closed && _table.SessionOf(place) is { } session)
            {
                Drain(place, session, now);
            }
        }
        _inHand = None;
    }

    private void Drain(int place, IStreamSession session, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            StreamOutput output = new(this, place, now);
            session.OnDrain(ref output);
            AfterEvent(place, ref tcb, send: true, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Drain, fault, now);
        }
    }

    /// <summary>
    /// Resets connections, as many as the batch has room for; false when all are gone.
    /// </summary>
    public bool ResetSome(Instant now)
    {
        SendOwed(now);
        for (int place = 0; place < _table.Capacity; place++)
        {
            if (!_table.IsUsed(place))
            {
                continue;
            }
            if (!_batch.HasRoomToSpare)
            {
                return true;
            }
            CloseOther(place, StreamEnd.Evicted, reset: true, now);
        }
        return false;
    }

    /// <inheritdoc/>
    public int Room(int connection)
    {
        ref TcpConnection tcb = ref _table[connection];
        return (tcb.Marks & (TcpMarks.FinQueued | TcpMarks.AbortAsked)) != 0 ? 0 : _sendQueue.Room(in tcb);
    }

    /// <inheritdoc/>
    public long Unacknowledged(int connection) => _table[connection].QueuedBytes;

    /// <inheritdoc/>
    public long SendAhead(int connection)
    {
        ref TcpConnection tcb = ref _table[connection];
        long frames = (long)_sendQueue.FrameRoom(in tcb) * _pool.FrameLength;
        return Math.Max(SendAheadLeast, Math.Min(2L * tcb.Cwnd, (tcb.QueuedBytes + frames) / 2));
    }

    /// <inheritdoc/>
    public bool TryWrite(int connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        ref TcpConnection tcb = ref _table[connection];
        NoteQueued(ref tcb, now);
        return MayWrite(in tcb)
            && (_sendQueue.TryWrite(ref tcb, bytes) || Refuse(connection, ref tcb, now));
    }

    /// <inheritdoc/>
    public bool TryWriteContent(int connection, in ContentSlice slice, Instant now)
    {
        ref TcpConnection tcb = ref _table[connection];
        NoteQueued(ref tcb, now);
        return MayWrite(in tcb)
            && (_sendQueue.TryAppend(ref tcb, in slice) || Refuse(connection, ref tcb, now));
    }

    /// <inheritdoc/>
    public void WaitForAcknowledgement(int connection) => _table[connection].Mark(TcpMarks.WantsWritable);

    /// <inheritdoc/>
    public void Finish(int connection, Instant now)
    {
        ref TcpConnection tcb = ref _table[connection];
        NoteQueued(ref tcb, now);
        tcb.Mark(TcpMarks.FinQueued);
        MarkDirty(connection);
    }

    /// <inheritdoc/>
    public void Abort(int connection) => _table[connection].Mark(TcpMarks.AbortAsked);

    /// <inheritdoc/>
    public void SetDeadline(int connection, Instant deadline) => _table[connection].SessionAt = deadline;

    // From now on there is something that the peer is to take, where there was nothing.
    private static void NoteQueued(ref TcpConnection tcb, Instant now)
    {
        if (tcb.QueuedBytes == 0 && !tcb.Is(TcpMarks.FinQueued))
        {
            tcb.Progress = 0;
            tcb.ProgressAt = now;
        }
    }

    private bool MayWrite(in TcpConnection tcb) =>
        (tcb.Marks & (TcpMarks.FinQueued | TcpMarks.AbortAsked)) == 0 && tcb.State != TcpState.Closed;

    private bool Refuse(int place, ref TcpConnection tcb, Instant now)
    {
        tcb.Mark(TcpMarks.WantsWritable);
        WaitForRoom(place, in tcb, now);
        return false;
    }

    private void Receive(int place, ref TcpConnection tcb, in TcpSegment segment, Instant now)
    {
        _counters.ReceivedBytes += segment.Payload.Length;
        if (segment.Payload.Length > 0)
        {
            if (segment.Sequence == tcb.RcvNxt)
            {
                ReceiveInOrder(place, ref tcb, in segment, now);
            }
            else
            {
                _receiveQueue.AddOutOfOrder(ref tcb, segment.Sequence, segment.Payload);
                tcb.Mark(TcpMarks.AckOwed);
                _output.AcknowledgeRanges(ref tcb, place, now);
            }
        }
        // A session that has aborted is told nothing more: its RST leaves from the state that it was in.
        if (tcb.Is(TcpMarks.FinHeard) && !tcb.Is(TcpMarks.AbortAsked))
        {
            OnFin(place, ref tcb, now);
        }
    }

    private void OnFin(int place, ref TcpConnection tcb, Instant now)
    {
        TcpActions actions = TcpInput.OnFin(ref tcb);
        if ((actions & TcpActions.PeerFinished) != 0)
        {
            _receiveWindow.OnPeerFinished(ref tcb);
            if (_receiveQueue.Bytes(in tcb).Length < tcb.ReceivedBytes)
            {
                tcb.Mark(TcpMarks.FinUntold);
                tcb.StateAt = Instant.Never;
            }
            else
            {
                TellPeerFinished(place, now);
            }
        }
        if ((actions & TcpActions.EnterTimeWait) != 0)
        {
            EnterTimeWait(place, ref tcb, now);
        }
    }

    private void ReceiveInOrder(int place, ref TcpConnection tcb, in TcpSegment segment, Instant now)
    {
        ReadOnlySpan<byte> payload = segment.Payload;
        SequenceNumber before = tcb.RcvNxt;
        bool fillsHole = tcb.RangeCount > 0;
        if (tcb.ReceivedBytes == 0 && !fillsHole)
        {
            // The usual case: the session reads the frame itself, and what it leaves is kept.
            ShowFrame(place, ref tcb, payload, now);
        }
        else if (_receiveQueue.TryAppend(ref tcb, payload))
        {
            ShowBuffered(place, ref tcb, now);
        }
        int received = tcb.RcvNxt.Since(before);
        tcb.UnacknowledgedReceived += received;
        tcb.DeliveredBytes += received;
        if (tcb.State == TcpState.FinWait2)
        {
            tcb.StateAt = now + _limits.FinWait2;
        }
        // At once when a hole is filled (RFC 5681 §4.2).
        if (fillsHole || received < payload.Length || IsAckDue(in tcb, received))
        {
            tcb.Mark(TcpMarks.AckOwed);
            _receiveWindow.OnReceived(ref tcb, segment.Options.TimestampEcho, now);
            return;
        }
        _receiveWindow.OnLittleReceived(ref tcb, now);
        if (tcb.AckAt == Instant.Never)
        {
            tcb.AckAt = now + _limits.DelayedAck;
        }
    }

    // RFC 9293 §3.8.6.3: at least every second full segment. What is full to the peer may be much less than
    // to us, where its path is another than ours; and if it waits for the acknowledgement of more than one,
    // it takes the last of them for lost soon (RFC 8985 §7.2).
    private bool IsAckDue(in TcpConnection tcb, int received)
    {
        bool isSecond = tcb.UnacknowledgedReceived > received;
        return isSecond
            ? tcb.UnacknowledgedReceived > Math.Min(tcb.SegmentSize, _limits.MssDefault)
            : tcb.UnacknowledgedReceived >= 2 * tcb.SegmentSize;
    }

    // A session never sees less than it was shown, so that it is shown no more at once than can be kept.
    // Where nothing can, it is shown everything all the same: what is consumed at once needs no buffer, and
    // an honest request mostly is; if anything is left, the connection ends.
    private void ShowFrame(int place, ref TcpConnection tcb, ReadOnlySpan<byte> payload, Instant now)
    {
        while (!payload.IsEmpty && !tcb.Is(TcpMarks.AbortAsked))
        {
            int keepable = _receiveQueue.Keepable(in tcb, payload.Length);
            int shown = keepable == 0 ? payload.Length : Math.Min(keepable, payload.Length);
            int consumed = Show(place, payload[..shown], now);
            tcb.RcvNxt += consumed;
            payload = payload[consumed..];
            if (consumed < shown)
            {
                KeepShown(place, ref tcb, payload, shown - consumed, now);
                return;
            }
        }
    }

    private void KeepShown(
        int place, ref TcpConnection tcb, ReadOnlySpan<byte> left, int shown, Instant now)
    {
        if (tcb.Is(TcpMarks.AbortAsked))
        {
            return;
        }
        if (!_receiveQueue.TryAppend(ref tcb, left))
        {
            _counters.ReceiveStarved++;
            tcb.Mark(TcpMarks.AbortAsked);
            return;
        }
        Invariant.Assert(tcb.ReceivedBytes >= shown, "a session is shown again what it left");
        if (tcb.ReceivedBytes > shown)
        {
            ShowBuffered(place, ref tcb, now);
        }
        else
        {
            BlockIfStarved(place, in tcb, now);
        }
    }

    private int Show(int place, ReadOnlySpan<byte> bytes, Instant now)
    {
        IStreamSession? session = _table.SessionOf(place);
        if (session is null)
        {
            return bytes.Length;
        }
        StreamOutput output = new(this, place, now);
        int consumed = session.OnReceived(bytes, ref output);
        Invariant.Assert((uint)consumed <= (uint)bytes.Length, "a session consumes what it was shown");
        MarkDirtyIfUnsent(place);
        return consumed;
    }

    private void ShowBuffered(int place, ref TcpConnection tcb, Instant now)
    {
        if (tcb.ReceivedBytes == 0 || tcb.Is(TcpMarks.AbortAsked))
        {
            return;
        }
        int before = tcb.ReceivedBytes, left;
        do
        {
            ReadOnlySpan<byte> shown = _receiveQueue.Bytes(in tcb);
            int consumed = Show(place, shown, now);
            left = shown.Length - consumed;
            _receiveQueue.Consume(ref tcb, consumed);
        }
        while (tcb.ReceivedBytes > left && !tcb.Is(TcpMarks.AbortAsked)
            && _receiveQueue.TryGather(ref tcb, left));
        BlockIfStarved(place, in tcb, now);
        if (tcb.Is(TcpMarks.FinUntold))
        {
            OnShownBeforeFin(place, ref tcb, left, before - tcb.ReceivedBytes, now);
            return;
        }
        // RFC 9293 §3.8.6.2.2: the peer is told when half of the window has opened again.
        int window = _receiveWindow.Of(in tcb);
        int most = Math.Min(window, ushort.MaxValue << tcb.RcvScale);
        int open = Math.Min(window - tcb.ReceivedBytes, most);
        if (!tcb.Is(TcpMarks.PeerFinished) && open - tcb.RcvWnd >= most / 2)
        {
            tcb.Mark(TcpMarks.AckOwed);
        }
    }

    // The peer's FIN came before its session was shown all: so much of it is left now, and was taken.
    private void OnShownBeforeFin(int place, ref TcpConnection tcb, int left, int taken, Instant now)
    {
        if (tcb.StateAt != Instant.Never && taken > 0)
        {
            tcb.StateAt = now + _limits.FinWait2;
        }
        if (tcb.ReceivedBytes > left || tcb.Is(TcpMarks.AbortAsked))
        {
            return;
        }
        tcb.Unmark(TcpMarks.FinUntold);
        TellPeerFinished(place, now);
        if (tcb.State == TcpState.TimeWait)
        {
            EnterTimeWait(place, ref tcb, now);
        }
        else if (tcb.State == TcpState.LastAck && tcb.FlightSize == 0 && tcb.Is(TcpMarks.FinSent)
            && !tcb.Is(TcpMarks.AbortAsked))
        {
            CloseConnection(place, StreamEnd.Closed, reset: false, now);
        }
    }

    private void BlockIfStarved(int place, in TcpConnection tcb, Instant now)
    {
        if (tcb.ReceivedBytes > 0 && _sendQueue.Room(in tcb) < RoomLow)
        {
            WaitForRoom(place, in tcb, now);
        }
    }

    private void MarkDirtyIfUnsent(int place)
    {
        ref TcpConnection tcb = ref _table[place];
        if (tcb.UnsentBytes > 0)
        {
            MarkDirty(place);
        }
    }

    private void TellPeerFinished(int place, Instant now)
    {
        if (_table.SessionOf(place) is { } session)
        {
            StreamOutput output = new(this, place, now);
            session.OnPeerFinished(ref output);
        }
        MarkDirty(place);
    }

    // Queue space was freed: a session that was refused may write again, and one that stopped reading may go
    // on. One that is being opened hears first that it is connected.
    private void OnRoom(int place, ref TcpConnection tcb, Instant now)
    {
        if (!tcb.IsSynchronized || _table.SessionOf(place) is not { } session)
        {
            return;
        }
        bool half = tcb.SendCount <= _limits.SendSlicesPerConnection / 2;
        if (tcb.QueuedBytes == 0 || (half && tcb.Is(TcpMarks.WantsWritable)))
        {
            tcb.Unmark(TcpMarks.WantsWritable);
            StreamOutput output = new(this, place, now);
            session.OnWritable(ref output);
            MarkDirtyIfUnsent(place);
        }
        if (half && tcb.ReceivedBytes > 0)
        {
            ShowBuffered(place, ref tcb, now);
        }
    }
}
