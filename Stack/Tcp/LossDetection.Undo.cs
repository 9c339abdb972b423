using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// What proves that nothing was lost, only late or copied: the reordering window that follows from it (RFC
/// 8985 §6.2, step 4), and what is given back (RFC 3522, RFC 4015, RFC 3708).
/// </content>
public sealed partial class LossDetection
{
    private const long ReorderingLeast = 1_000_000;
    private const byte StepsMax = 100;
    private const byte StepsLast = 16;

    /// <summary>
    /// How long what was passed by later segments may be late before it is lost; nanoseconds. A quarter of
    /// the least round trip, more where duplicates prove that this was too little, and nothing where no
    /// reordering was ever seen and the loss is plain.
    /// </summary>
    public long ReorderingWindow(in TcpConnection tcb)
    {
        if (!tcb.Is(TcpMarks.ReorderingSeen)
            && (tcb.Loss != LossMode.Open || scoreboard.IsThresholdReached(in tcb)))
        {
            return 0;
        }
        long window = (tcb.ReorderingSteps + 1) * (tcb.MinRttNanoseconds / 4);
        return Math.Max(ReorderingLeast, Math.Min(window, RttEstimator.Believed(in tcb)));
    }

    // RFC 8985 §6.2, step 3: what arrives below something that has arrived before it, and was sent once, was
    // reordered. Step 4: a duplicate tells that the window was too short, once a round trip; it shrinks
    // again after 16 recoveries without one.
    private void NoteReordering(ref TcpConnection tcb, in AckNews news)
    {
        bool isLate = news.Sacked > 0 && news.FirstSacked.IsBefore(news.HighestBefore)
            && news.FirstSacked.IsAtOrAfter(tcb.HighRxt);
        if (!isLate && news.Octets > 0 && tcb.Scoreboard != 0)
        {
            SequenceNumber from = SequenceNumber.Max(tcb.HighRxt, tcb.SndUna - news.Octets);
            SequenceNumber to = SequenceNumber.Min(tcb.SndUna, news.HighestBefore);
            isLate = from.IsBefore(to) && scoreboard.TryFindHole(in tcb, from, to, out _, out _);
        }
        if (isLate)
        {
            NoteReordering(ref tcb);
        }
        if (tcb.Is(TcpMarks.WindowWidened) && tcb.SndUna.IsAtOrAfter(tcb.WidenedUntil))
        {
            // At once, and not with the next duplicate: after 2 GB the number would seem to lie ahead again.
            tcb.Unmark(TcpMarks.WindowWidened);
        }
        if (news.Duplicate == default)
        {
            return;
        }
        counters.DuplicateSacksReceived++;
        if (!tcb.Is(TcpMarks.WindowWidened))
        {
            tcb.Mark(TcpMarks.WindowWidened);
            tcb.WidenedUntil = tcb.SndNxt;
            tcb.ReorderingSteps = Math.Min((byte)(tcb.ReorderingSteps + 1), StepsMax);
            tcb.ReorderingRecoveries = StepsLast;
        }
    }

    private static void ShrinkReorderingWindow(ref TcpConnection tcb)
    {
        if (tcb.ReorderingRecoveries > 0 && --tcb.ReorderingRecoveries == 0)
        {
            tcb.ReorderingSteps = 0;
        }
    }

    private void NoteReordering(ref TcpConnection tcb)
    {
        counters.ReorderingsSeen += tcb.Is(TcpMarks.ReorderingSeen) ? 0 : 1;
        tcb.Mark(TcpMarks.ReorderingSeen);
    }

    // RFC 3522: the first acknowledgement after a retransmission that echoes an earlier transmission tells
    // that nothing was lost, once there is nothing else of which that is in doubt. RFC 3708: so do duplicates
    // of all that was sent again, which takes no timestamps, and a round trip more.
    private void UndoIfNeedless(ref TcpConnection tcb, in AckNews news)
    {
        if (!tcb.Is(TcpMarks.UndoableByDuplicates))
        {
            return;
        }
        ref RecoveryState state = ref scoreboard.RecoveryOf(in tcb);
        bool isNeedless = false;
        if (news.Octets > 0 && tcb.Is(TcpMarks.Undoable) && state.FirstResent != 0)
        {
            bool isOfFirst = tcb.Loss != LossMode.Open && tcb.Is(TcpMarks.Timestamps) && news.Echo != 0
                && (int)(news.Echo - state.FirstResent) < 0;
            isNeedless = isOfFirst && (tcb.Loss == LossMode.Timeout
                || (scoreboard.Resent.IsEmpty(in tcb) && !HasLost(in tcb)));
            if (isNeedless || !isOfFirst)
            {
                tcb.Unmark(TcpMarks.Undoable);
            }
        }
        if (news.Duplicate != default && state.ResentInDoubt > 0
            && news.Duplicate.Left.IsAtOrAfter(state.From))
        {
            int octets = news.Duplicate.Right.Since(news.Duplicate.Left);
            state.ResentInDoubt = (uint)Math.Max(0, (long)state.ResentInDoubt - octets);
            isNeedless |= state.ResentInDoubt == 0;
        }
        if (isNeedless)
        {
            Undo(ref tcb, in state, news.Octets);
        }
    }

    private void Undo(ref TcpConnection tcb, in RecoveryState state, int octets)
    {
        counters.NeedlessRecoveries++;
        NoteReordering(ref tcb);
        uint cwnd = tcb.Loss == LossMode.Recovery ? tcb.Ssthresh : tcb.Cwnd;
        tcb.LostUpTo = tcb.HighRxt;
        tcb.Cwnd = Math.Max(cwnd, state.Cwnd);
        tcb.Ssthresh = Math.Max(tcb.Ssthresh, state.Ssthresh);
        // RFC 9438 §4.9: what grows by the time since the last loss goes on where it was.
        tcb.Growth = state.Growth;
        // What tested the smaller window need not test this one: else each needless recovery would add what
        // the peer's window lets be sent to a window that is never filled (RFC 7661).
        CongestionControl.NoteUse(ref tcb, tcb.FlightSize + octets);
        // What was given back is no reduction to tell the peer of.
        tcb.Unmark(
            TcpMarks.Undoable | TcpMarks.UndoableByDuplicates | TcpMarks.CwrOwed | TcpMarks.Reduced);
        tcb.Loss = LossMode.Open;
        scoreboard.Advance(ref tcb);
    }
}
