using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What is lost, what is in the network, and when recovery begins and ends: RACK-TLP (RFC 8985) where SACK
/// was negotiated, NewReno (RFC 6582) elsewhere, RFC 6298 §5 after a timeout.
/// </summary>
public sealed partial class LossDetection(
    TcpLimits limits, SackScoreboard scoreboard, TcpCounters counters)
{
    private const int DuplicateThreshold = 3;

    /// <summary>
    /// An acknowledgement has moved SND.UNA, or SACKed something new, or is a duplicate where nobody SACKs.
    /// </summary>
    public void OnAcknowledgment(ref TcpConnection tcb, in AckNews news, Instant now)
    {
        NoteReordering(ref tcb, in news);
        int delivered = news.Octets;
        if (tcb.Scoreboard != 0)
        {
            int sacked = scoreboard.Sacked(in tcb);
            scoreboard.Advance(ref tcb);
            scoreboard.Resent.OnAcknowledged(ref tcb, news.Echo, now);
            // What SND.UNA has moved over was SACKed before, some of it.
            delivered = Math.Max(0, news.Octets - (sacked - scoreboard.Sacked(in tcb)) + news.Sacked);
        }
        tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, tcb.SndUna);
        tcb.HighRxt = SequenceNumber.Max(tcb.HighRxt, tcb.SndUna);
        if (news.IsDuplicate)
        {
            tcb.DuplicateAcks = (byte)Math.Min(tcb.DuplicateAcks + 1, byte.MaxValue);
        }
        bool isReduced = tcb.Is(TcpMarks.EcnCapable) && TakeEcho(ref tcb, in news);
        isReduced |= OnProbeAcknowledged(ref tcb, in news);
        UndoIfNeedless(ref tcb, in news);
        LossMode before = tcb.Loss;
        if (before != LossMode.Open && tcb.SndUna.IsAtOrAfter(tcb.RecoveryPoint) && news.Octets > 0)
        {
            LeaveRecovery(ref tcb);
        }
        if (before != LossMode.Recovery && !isReduced)
        {
            // RFC 3465 §2.3: what is acknowledged after a timeout left long ago, most of it. L = 1.
            int octets = before == LossMode.Timeout
                ? Math.Min(news.Octets, tcb.SegmentSize)
                : news.Octets;
            CongestionControl.OnAcknowledged(ref tcb, octets, news.RoundTrip, now, limits);
        }
        Instant due = DetectLost(ref tcb, in news, now);
        Recover(ref tcb, delivered, advances: news.Octets > 0);
        if (news.Octets > 0)
        {
            tcb.DuplicateAcks = 0;
            Arm(ref tcb, now);
        }
        ArmReordering(ref tcb, due, now);
    }

    /// <summary>
    /// The retransmission timer expired: everything in flight that is not SACKed is taken for lost.
    /// </summary>
    public void OnTimeout(ref TcpConnection tcb)
    {
        counters.RetransmissionTimeouts++;
        int pipe = Pipe(in tcb);
        // RFC 2018 §8: a peer may have thrown away what it had SACKed; a second expiry no longer relies on
        // it.
        if (tcb.Backoff > 0 || scoreboard.IsReneged(in tcb))
        {
            scoreboard.Release(ref tcb);
        }
        if (tcb.Backoff == 0)
        {
            KeepForUndo(ref tcb);
        }
        CongestionControl.OnTimeout(
            ref tcb, pipe, tcb.Loss != LossMode.Timeout || tcb.Backoff == 0, limits);
        tcb.Loss = LossMode.Timeout;
        tcb.DuplicateAcks = 0;
        tcb.RecoveryPoint = tcb.SndNxt;
        tcb.LostUpTo = tcb.SndNxt;
        SendAllAgain(ref tcb, tcb.SndUna);
        tcb.Mark(TcpMarks.WindowLimited);
        tcb.Unmark(TcpMarks.TailProbe);
        RttEstimator.Cancel(ref tcb);
    }

    /// <summary>What is lost from a number on goes again, whether it was sent again before or not.</summary>
    public void SendAllAgain(ref TcpConnection tcb, SequenceNumber from)
    {
        tcb.HighRxt = from;
        scoreboard.Resent.Clear(ref tcb);
    }

    /// <summary>
    /// What was sent from one number to another was too large for the path, and goes again in smaller
    /// segments. It was not lost to congestion (RFC 1191 §6.4): as after a timeout, the window grows on
    /// while it is repaired, but neither it nor the threshold is taken back.
    /// </summary>
    public void OnTooLarge(ref TcpConnection tcb, SequenceNumber from, SequenceNumber end)
    {
        tcb.LostUpTo = end;
        SendAllAgain(ref tcb, from);
        tcb.RecoveryPoint = tcb.SndNxt;
        tcb.Loss = tcb.Loss == LossMode.Open ? LossMode.Timeout : tcb.Loss;
    }

    /// <summary>Octets that are in the network (RFC 6675 §4, "pipe").</summary>
    public int Pipe(in TcpConnection tcb)
    {
        if (tcb.Loss == LossMode.Open && tcb.Scoreboard == 0 && tcb.DuplicateAcks == 0)
        {
            return tcb.FlightSize;
        }
        int above = tcb.SndNxt.Since(tcb.LostUpTo) - scoreboard.Sacked(in tcb, tcb.LostUpTo, tcb.SndNxt);
        // Each duplicate acknowledgement tells of one segment that has left the network (RFC 5681 §3.2).
        above = Math.Max(0, above - (tcb.DuplicateAcks * tcb.SegmentSize));
        int resent = tcb.HighRxt.Since(tcb.SndUna) - scoreboard.Sacked(in tcb, tcb.SndUna, tcb.HighRxt);
        return above + Math.Max(0, resent - scoreboard.Resent.LostOctets(in tcb));
    }

    // Whether something is lost that was not sent again since.
    private bool HasLost(in TcpConnection tcb) => tcb.Is(TcpMarks.LostAgain)
        || (tcb.HighRxt.IsBefore(tcb.LostUpTo)
            && scoreboard.TryFindHole(in tcb, tcb.HighRxt, tcb.LostUpTo, out _, out _));

    // Moves LostUpTo, and returns when the next octets are lost that were only passed so far.
    private Instant DetectLost(ref TcpConnection tcb, in AckNews news, Instant now)
    {
        if (tcb.Scoreboard != 0)
        {
            return DetectPassed(ref tcb, now);
        }
        // RFC 5681 §3.2, and RFC 6582 §3.2 step 3: after a partial acknowledgement the next segment is lost
        // too.
        bool isThird = tcb.Loss == LossMode.Open && tcb.DuplicateAcks >= DuplicateThreshold;
        bool isPartial = tcb.Loss == LossMode.Recovery && news.Octets > 0;
        if (isThird || isPartial)
        {
            SequenceNumber end = SequenceNumber.Min(tcb.SndUna + tcb.SegmentSize, tcb.SndNxt);
            tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, end);
        }
        return Instant.Never;
    }

    // RFC 8985 §6.2, step 5. Segments that were sent once left in the order of their numbers: what is SACKed
    // was sent after all below it. So they are judged by when they were first passed, which takes no time of
    // sending for each of them, and is later than the RFC's judgement by the time between two segments.
    private Instant DetectPassed(ref TcpConnection tcb, Instant now)
    {
        long window = ReorderingWindow(in tcb);
        Instant passed = new(now.Nanoseconds - window);
        SequenceNumber lost = scoreboard.PassedUpTo(in tcb, passed, out Instant next);
        tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, lost);
        counters.RetransmissionsLost += scoreboard.Resent.DetectLost(ref tcb, passed, out Instant nextResent);
        next = Instant.Min(next, nextResent);
        return next == Instant.Never ? next : next.Plus(window);
    }

    // What a recovery takes can be given back, unless it is the second in a row.
    private void KeepForUndo(ref TcpConnection tcb)
    {
        tcb.Unmark(TcpMarks.Undoable | TcpMarks.UndoableByDuplicates);
        if (tcb.Loss != LossMode.Open || !tcb.Is(TcpMarks.Sack) || !scoreboard.TryHaveBoard(ref tcb))
        {
            return;
        }
        ref RecoveryState state = ref scoreboard.RecoveryOf(in tcb);
        (state.Cwnd, state.Ssthresh, state.Growth) = (tcb.Cwnd, tcb.Ssthresh, tcb.Growth);
        (state.FirstResent, state.From, state.ResentInDoubt) = (0, tcb.SndUna, 0);
        tcb.Mark(TcpMarks.UndoableByDuplicates);
        if (!tcb.HighRxt.IsAfter(tcb.SndUna))
        {
            // Else what was sent again in the recovery before is under way, and its echo is no original's.
            tcb.Mark(TcpMarks.Undoable);
        }
    }

    // Begins a recovery where something is lost, and sends as one that is under way may.
    private void Recover(ref TcpConnection tcb, int delivered, bool advances)
    {
        if (tcb.Loss == LossMode.Open && HasLost(in tcb))
        {
            EnterRecovery(ref tcb, delivered);
        }
        if (tcb.Loss == LossMode.Recovery && tcb.Scoreboard != 0)
        {
            ReduceInProportion(ref tcb, delivered, isSafe: advances && !HasLost(in tcb));
        }
    }

    private void EnterRecovery(ref TcpConnection tcb, int delivered)
    {
        counters.FastRecoveries++;
        KeepForUndo(ref tcb);
        int used = WindowInUse(in tcb);
        if (!IsReducedAlready(in tcb))
        {
            CongestionControl.OnFastRetransmit(ref tcb, used, limits);
        }
        tcb.Loss = LossMode.Recovery;
        tcb.RecoveryPoint = tcb.SndNxt;
        if (tcb.Scoreboard != 0)
        {
            ref RecoveryState state = ref scoreboard.RecoveryOf(in tcb);
            // What is allowed and not sent yet counts as sent, and may be. What was SACKed before has left
            // the network: while a wide reordering window was waited for, more than a window may have been
            // sent.
            int allowed = Math.Max(0, used - tcb.FlightSize);
            int flight = tcb.FlightSize + allowed - scoreboard.Sacked(in tcb);
            state.Flight = (uint)(Math.Max(0, flight) + delivered);
            (state.PrrDelivered, state.PrrOut) = (0, -allowed);
        }
        tcb.Unmark(TcpMarks.TailProbe);
        RttEstimator.Cancel(ref tcb);
    }

    // How much of the window is used, octets: what was in flight when all was sent last that might be. Many
    // acknowledgements may come at once, and the one that tells of a loss among them: what those before it
    // allow is not sent yet, so that less is in flight than the path has carried. A window that was full is
    // taken for as full as it would have been, had each been answered.
    private static int WindowInUse(in TcpConnection tcb)
    {
        int unanswered = Math.Max(0, tcb.SndUna.Since(tcb.AnsweredUpTo));
        long used = tcb.FlightSize + (long)unanswered;
        used += tcb.Is(TcpMarks.WindowLimited) ? unanswered : 0;
        return (int)Math.Min(used, tcb.Cwnd);
    }

    // RFC 6937 §3 with RFC 9937's rule for when slow start may follow: what is sent is in proportion to what
    // has arrived, so that recovery begins with no silence and ends with no burst.
    private void ReduceInProportion(ref TcpConnection tcb, int delivered, bool isSafe)
    {
        int pipe = Pipe(in tcb);
        ref RecoveryState state = ref scoreboard.RecoveryOf(in tcb);
        bool isFirst = state.PrrDelivered == 0 && state.PrrOut <= 0;
        // A board may have become free in mid-recovery: then it begins now.
        state.Flight = state.Flight == 0 ? (uint)tcb.FlightSize : state.Flight;
        state.PrrDelivered += (uint)delivered;
        long count;
        if (pipe > tcb.Ssthresh)
        {
            long due = (long)state.PrrDelivered * tcb.Ssthresh / Math.Max(1, state.Flight);
            count = due - state.PrrOut;
        }
        else
        {
            count = Math.Max((long)state.PrrDelivered - state.PrrOut, isSafe ? delivered : 0);
            count = Math.Min(tcb.Ssthresh - pipe, count + (isSafe ? tcb.SegmentSize : 0));
        }
        count = Math.Max(count, isFirst ? tcb.SegmentSize : 0);
        tcb.Cwnd = (uint)Math.Clamp(pipe + count, tcb.SegmentSize, CongestionControl.WindowMax);
    }

    private void LeaveRecovery(ref TcpConnection tcb)
    {
        if (tcb.Loss == LossMode.Recovery)
        {
            // RFC 6582 §3.2 step 3, RFC 6937 §3: the window is the threshold now.
            tcb.Cwnd = tcb.Ssthresh;
            ShrinkReorderingWindow(ref tcb);
        }
        tcb.Loss = LossMode.Open;
        tcb.RecoveryPoint = tcb.SndNxt;
        scoreboard.Advance(ref tcb);
    }
}
