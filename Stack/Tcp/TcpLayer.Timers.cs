using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Timers: one per connection on the wheel, at its earliest deadline or earlier; and the turns of those that
/// have something to send, or waited to have.
/// </content>
public sealed partial class TcpLayer
{
    private const int None = ConnectionLists.None;
    private const int ExpireMax = 64;

    // What one connection may build in one pass before the others have their turn: so many segments, and none
    // after so many bytes.
    private const int SegmentsPerTurn = 4;
    private const int BytesPerTurn = 4 * ushort.MaxValue;

    private bool _waitsForPool;
    private long _neighborVersion;
    private long _contentVersion;

    /// <summary>Connections wait for their turn to build segments, or resets for theirs.</summary>
    public bool HasTurns(Instant now) => _lists.DirtyCount > 0 || (_owedCount > 0 && _owedAt <= now);

    /// <summary>Expires what is due.</summary>
    public void OnTimers(Instant now)
    {
        if (_sweepAt <= now)
        {
            Sweep(now);
        }
        Span<int> due = stackalloc int[ExpireMax];
        int count;
        do
        {
            count = _timers.Expire(now, due);
            foreach (int place in due[..count])
            {
                // One that was due, too, may have given way by now.
                if (_table.IsUsed(place))
                {
                    OnTimer(place, now);
                }
            }
        }
        while (count == due.Length);
        do
        {
            count = _syns.Expire(now, due);
            foreach (int place in due[..count])
            {
                TakeSynTimer(place, now, isDue: true);
            }
        }
        while (count == due.Length);
    }

    /// <summary>Lets connections that waited try again, when what they may wait for has changed.</summary>
    public void Unblock(Instant now)
    {
        SendHeldSynAcks(now);
        if (_lists.BlockedCount == 0)
        {
            return;
        }
        bool pool = _waitsForPool
            && _pool.FreeCount > _pool.FrameCount / 16
            && _sendQueue.FreeCount > _limits.SendSlices / 16;
        long content = _content.Version;
        if (_neighborVersion == _ip.NeighborVersion && _contentVersion == content && !pool
            && !MayRetryShares(now))
        {
            return;
        }
        _neighborVersion = _ip.NeighborVersion;
        _contentVersion = content;
        int count = _lists.BlockedCount;
        _waitsForPool = false;
        BeginRetry(now);
        for (int i = 0; i < count; i++)
        {
            int place = _lists.TakeBlocked();
            if (_table[place].State != TcpState.Closed)
            {
                Unblock(place, now);
            }
        }
        _inHand = None;
    }

    private void Unblock(int place, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            FollowNeighbor(place, ref tcb);
            OnRoom(place, ref tcb, now);
            AfterEvent(place, ref tcb, send: true, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Room, fault, now);
        }
    }

    // What was sent to a neighbour that is elsewhere now is lost, and the first of it goes again at once:
    // the timer may be far.
    private void FollowNeighbor(int place, ref TcpConnection tcb)
    {
        if (tcb.Loss != LossMode.Timeout)
        {
            return;
        }
        if (_ip.HasMovedSince(tcb.Flow.RemoteAddress, tcb.LastSentAt))
        {
            _input.Losses.SendAllAgain(ref tcb, tcb.SndUna);
        }
        else
        {
            Block(place);
        }
    }

    /// <summary>Builds segments of dirty connections into the batch, in turns, while it has room.</summary>
    public void Build(Instant now)
    {
        SendOwed(now);
        for (int turns = _lists.DirtyCount; turns > 0 && _batch.HasRoomToSpare; turns--)
        {
            int place = _lists.TakeDirty();
            if (_table[place].State != TcpState.Closed)
            {
                BuildTurn(place, now);
            }
        }
        _inHand = None;
    }

    private void BuildTurn(int place, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            TcpTransitions.CheckSequences(in tcb);
            BuildTurn(place, ref tcb, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Output, fault, now);
        }
    }

    private void BuildTurn(int place, ref TcpConnection tcb, Instant now)
    {
        if (IsPathNews(in tcb))
        {
            FollowPath(place, ref tcb, now);
        }
        _output.CheckSegmentSize(in tcb);
        SequenceNumber start = tcb.SndNxt;
        for (int i = 0;
            i < SegmentsPerTurn && tcb.SndNxt.Since(start) < BytesPerTurn && _batch.HasRoomToSpare;
            i++)
        {
            switch (_output.TryBuild(ref tcb, place, now))
            {
                case BuildResult.Idle:
                    tcb.AnsweredUpTo = tcb.SndUna;
                    Schedule(place, in tcb);
                    return;
                case BuildResult.Blocked:
                    _counters.Blocked++;
                    if (tcb.RetransmitAt == Instant.Never)
                    {
                        // The user timeout watches over what cannot be sent, too.
                        tcb.ProgressAt = tcb.Backoff == 0 ? now : tcb.ProgressAt;
                        tcb.RetransmitAt = RttEstimator.NextTry(in tcb, now, _limits);
                    }
                    Schedule(place, in tcb);
                    Block(place);
                    return;
                case BuildResult.Faulted:
                    OnContentFault(place, now);
                    return;
            }
        }
        tcb.AnsweredUpTo = tcb.SndUna;
        Schedule(place, in tcb);
        MarkDirty(place);
    }

    private void MarkDirty(int place) => _lists.MarkDirty(place);

    private void Block(int place)
    {
        if (_lists.BlockedCount == 0)
        {
            _neighborVersion = _ip.NeighborVersion;
            _contentVersion = _content.Version;
        }
        _lists.Block(place);
    }

    // The wheel is touched only when a deadline comes earlier; one that moved later is looked at when the old
    // one fires.
    private void Schedule(int place, in TcpConnection tcb)
    {
        Instant next = tcb.NextDeadline;
        if (next < _timers.DeadlineOf(place))
        {
            _timers.Set(place, next);
        }
    }

    private void OnTimer(int place, Instant now)
    {
        try
        {
            ref TcpConnection tcb = ref TakeInHand(place);
            Invariant.Assert(tcb.Flow == _table.FlowOf(place), "a control block knows its flow");
            TcpTransitions.CheckSequences(in tcb);
            OnTimer(place, ref tcb, now);
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.Timer, fault, now);
        }
        _inHand = None;
    }

    private void OnTimer(int place, ref TcpConnection tcb, Instant now)
    {
        if (tcb.StateAt <= now)
        {
            // TIME-WAIT is over; or FIN-WAIT-2, or the session of a connection that is at its end, has waited
            // long enough.
            bool expected = _lists.IsInTimeWait(place);
            CloseConnection(
                place,
                expected ? StreamEnd.Closed : StreamEnd.TimedOut,
                reset: tcb.State == TcpState.FinWait2,
                now);
            return;
        }
        bool send = false;
        if (tcb.AckAt <= now)
        {
            tcb.AckAt = Instant.Never;
            tcb.Mark(TcpMarks.AckOwed);
        }
        if ((tcb.RetransmitAt <= now && !OnRetransmissionTimer(place, ref tcb, now, ref send))
            || (tcb.PersistAt <= now && !OnPersistTimer(place, ref tcb, now, ref send))
            || (tcb.KeepAliveAt <= now && !OnKeepAliveTimer(place, ref tcb, now)))
        {
            return;
        }
        if (tcb.SessionAt <= now)
        {
            tcb.SessionAt = Instant.Never;
            if (_table.SessionOf(place) is { } session)
            {
                StreamOutput output = new(this, place, now);
                session.OnDeadline(ref output);
                send = true;
            }
        }
        AfterEvent(place, ref tcb, send, now);
    }

    // RFC 6298 §5.4 to 5.7. Returns whether the connection lives on.
    private bool OnRetransmissionTimer(int place, ref TcpConnection tcb, Instant now, ref bool send)
    {
        if (tcb.Timer != LossTimer.Retransmission)
        {
            // RFC 8985 §6.3, §7.3.
            _input.Losses.OnEarlyTimer(ref tcb, now);
            send = true;
            return true;
        }
        tcb.RetransmitAt = Instant.Never;
        if (!tcb.IsSynchronized)
        {
            if (tcb.Backoff >= _limits.SynRetransmitMax)
            {
                CloseConnection(place, StreamEnd.ConnectFailed, reset: false, now);
                return false;
            }
            RttEstimator.Cancel(ref tcb);
            tcb.Mark(TcpMarks.SynOwed);
            // As of a SYN-ACK: nothing else is under way that would find out.
            _ip.Suspect(tcb.Flow.RemoteAddress, now);
        }
        else if (tcb.Backoff >= _limits.Retransmissions || IsWithoutProgress(in tcb, now))
        {
            return TimeOut(place, now);
        }
        else if (tcb.FlightSize > 0)
        {
            _input.Losses.OnTimeout(ref tcb);
            if (tcb.Backoff > 0)
            {
                // A second one in a row: nothing arrives, or nothing that would tell of it.
                _ip.Suspect(tcb.Flow.RemoteAddress, now);
            }
            Block(place);
        }
        tcb.Backoff++;
        if (tcb.IsSynchronized && tcb.FlightSize > 0)
        {
            // Whatever becomes of what is sent now, this is not the last try.
            tcb.RetransmitAt = RttEstimator.NextTry(in tcb, now, _limits);
        }
        send = true;
        return true;
    }

    // RFC 9293 §3.8.6.1: the window is probed at growing intervals; a window open by less than a segment is
    // used at last.
    private bool OnPersistTimer(int place, ref TcpConnection tcb, Instant now, ref bool send)
    {
        if (IsWithoutProgress(in tcb, now))
        {
            return TimeOut(place, now);
        }
        tcb.Backoff = (byte)Math.Min(tcb.Backoff + 1, 64);
        tcb.PersistAt = RttEstimator.NextTry(in tcb, now, _limits);
        tcb.Mark(tcb.SndWnd > 0 ? TcpMarks.Override : TcpMarks.ProbeOwed);
        if (tcb.SndWnd == 0)
        {
            NoteProbe(ref tcb, now);
        }
        send = true;
        return true;
    }

    // RFC 9293 §3.8.4.
    private bool OnKeepAliveTimer(int place, ref TcpConnection tcb, Instant now)
    {
        if (tcb.FlightSize > 0 || !tcb.IsSynchronized
            || tcb.State is TcpState.TimeWait or TcpState.LastAck)
        {
            tcb.KeepAliveAt = now + _limits.KeepAlive;
            return true;
        }
        if (tcb.Probes >= _limits.KeepAliveProbeMax)
        {
            return TimeOut(place, now);
        }
        NoteProbe(ref tcb, now);
        tcb.Mark(TcpMarks.ProbeOwed);
        tcb.KeepAliveAt = now + _limits.KeepAliveInterval;
        return true;
    }

    // Of a second probe in a row that nobody answers the same is to be thought as of a second timeout.
    private void NoteProbe(ref TcpConnection tcb, Instant now)
    {
        if (tcb.Probes > 0)
        {
            _ip.Suspect(tcb.Flow.RemoteAddress, now);
        }
        tcb.Probes = (byte)Math.Min(tcb.Probes + 1, byte.MaxValue);
    }

    private bool IsWithoutProgress(in TcpConnection tcb, Instant now) =>
        RttEstimator.GivenUpAt(in tcb, _limits) <= now;

    private bool TimeOut(int place, Instant now)
    {
        _counters.TimedOut++;
        CloseConnection(place, StreamEnd.TimedOut, reset: true, now);
        return false;
    }

    private void TakeSynTimer(int place, Instant now, bool isDue)
    {
        try
        {
            if (isDue)
            {
                OnSynTimer(place, now);
            }
            else
            {
                SendSynAck(place, now);
            }
        }
        catch (Exception fault) when (IsSurvivable(fault))
        {
            OnFault(FaultPlace.HalfOpen, fault, now);
            _syns.Remove(place);
        }
    }

    private void OnSynTimer(int place, Instant now)
    {
        ref SynEntry entry = ref _syns[place];
        if (entry.Retransmissions >= _limits.SynRetransmitMax)
        {
            _counters.SynTimedOut++;
            _syns.Remove(place);
            return;
        }
        // Where nothing else is under way, nobody else finds out that a router has gone elsewhere.
        _ip.Suspect(entry.Flow.RemoteAddress, now);
        entry.Retransmissions++;
        // RFC 3168 §6.1.1.1, as of a SYN. The peer may know of the one before, and is told of CE anyway.
        entry.Marks &= ~TcpMarks.EcnCapable;
        if (_syns.IsPressed)
        {
            long delay = (long)_limits.RtoInitial.Milliseconds << entry.Retransmissions;
            _syns.SetDeadline(place, now.PlusMilliseconds(delay));
            return;
        }
        _counters.SynAckRetransmissions++;
        SendSynAck(place, now);
    }
}
