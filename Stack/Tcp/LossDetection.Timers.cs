using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// The one timer of what is in flight: it waits for the retransmission timeout (RFC 6298), for a tail loss
/// probe (RFC 8985 §7), or for the end of the reordering window (RFC 8985 §6.3).
/// </content>
public sealed partial class LossDetection
{
    // RFC 8985 §7.2: how late a peer may acknowledge a single segment, and what timers are late by.
    private const long WorstDelayedAck = 200_000_000;
    private const long TimerGranularity = 2_000_000;

    /// <summary>What is in flight has changed: the timer begins anew.</summary>
    public void Arm(ref TcpConnection tcb, Instant now)
    {
        ArmRetransmission(ref tcb, now);
        if (tcb.FlightSize == 0)
        {
            tcb.RetransmitAt = Instant.Never;
            return;
        }
        if (MayProbe(in tcb))
        {
            long wait = (2 * tcb.SrttNanoseconds)
                + (tcb.FlightSize <= tcb.SegmentSize ? WorstDelayedAck : TimerGranularity);
            Instant probe = now.Plus(wait);
            if (probe < tcb.RetransmitAt)
            {
                (tcb.RetransmitAt, tcb.Timer) = (probe, LossTimer.TailProbe);
            }
        }
    }

    /// <summary>So many new bytes were sent, of which nobody may ever tell, if they are the last.</summary>
    public void OnSent(ref TcpConnection tcb, int bytes, Instant now)
    {
        CountSent(ref tcb, bytes);
        if (tcb.RetransmitAt == Instant.Never || tcb.Timer == LossTimer.TailProbe)
        {
            Arm(ref tcb, now);
        }
    }

    /// <summary>Octets were sent again.</summary>
    public void OnSentAgain(
        ref TcpConnection tcb, SequenceNumber start, SequenceNumber end, bool wasLostAgain, Instant now)
    {
        if (wasLostAgain)
        {
            scoreboard.Resent.TakeLost(ref tcb, end);
        }
        else
        {
            tcb.HighRxt = end;
        }
        if (tcb.Is(TcpMarks.Sack) && scoreboard.TryHaveBoard(ref tcb))
        {
            scoreboard.Resent.Add(ref tcb, start, end, now);
        }
        NoteResent(ref tcb, end.Since(start), now);
        ArmRetransmission(ref tcb, now);
    }

    /// <summary>The probe was sent: from now on the retransmission timer runs.</summary>
    /// <param name="tcb">Whose probe.</param>
    /// <param name="resent">How many octets of it had been sent before.</param>
    /// <param name="now">Now.</param>
    public void OnProbeSent(ref TcpConnection tcb, int resent, Instant now)
    {
        counters.TailProbes++;
        tcb.Mark(TcpMarks.TailProbe);
        tcb.TailProbeEnd = tcb.SndNxt;
        tcb.Unmark(TcpMarks.TailProbeResent);
        if (resent > 0)
        {
            tcb.Mark(TcpMarks.TailProbeResent);
            RttEstimator.Cancel(ref tcb);
        }
        ArmRetransmission(ref tcb, now);
    }

    /// <summary>
    /// What comes before the retransmission timeout is due: a probe is owed, or the reordering window of
    /// something that was passed is over.
    /// </summary>
    public void OnEarlyTimer(ref TcpConnection tcb, Instant now)
    {
        bool isProbe = tcb.Timer == LossTimer.TailProbe;
        ArmRetransmission(ref tcb, now);
        if (isProbe)
        {
            tcb.Mark(TcpMarks.TailProbeOwed);
        }
        else if (tcb.Scoreboard != 0)
        {
            Instant due = DetectPassed(ref tcb, now);
            Recover(ref tcb, delivered: 0, advances: false);
            ArmReordering(ref tcb, due, now);
        }
    }

    private void ArmRetransmission(ref TcpConnection tcb, Instant now)
    {
        tcb.Timer = LossTimer.Retransmission;
        tcb.RetransmitAt = RttEstimator.NextTry(in tcb, now, limits);
    }

    private void ArmReordering(ref TcpConnection tcb, Instant due, Instant now)
    {
        if (due == Instant.Never)
        {
            if (tcb.Timer == LossTimer.Reordering)
            {
                Arm(ref tcb, now);
            }
        }
        else if (due < tcb.RetransmitAt || tcb.Timer != LossTimer.Retransmission)
        {
            (tcb.RetransmitAt, tcb.Timer) = (due, LossTimer.Reordering);
        }
    }

    // RFC 8985 §7.2: one probe at a time, and only while nothing tells of a loss already.
    private bool MayProbe(in TcpConnection tcb) =>
        tcb.Loss == LossMode.Open && tcb.Is(TcpMarks.Sack) && !tcb.Is(TcpMarks.TailProbe)
        && tcb.IsSynchronized && tcb.SrttNanoseconds > 0 && !RttEstimator.IsBackedOff(in tcb, limits)
        && scoreboard.Sacked(in tcb) == 0;

    // RFC 8985 §7.4: a probe that was sent before and is acknowledged, without a duplicate that tells of its
    // first transmission, has repaired a loss, which is answered as any. Returns whether it was.
    private bool OnProbeAcknowledged(ref TcpConnection tcb, in AckNews news)
    {
        if (!tcb.Is(TcpMarks.TailProbe) || tcb.SndUna.IsBefore(tcb.TailProbeEnd))
        {
            return false;
        }
        bool isDuplicate = news.Duplicate != default && news.Duplicate.Right == tcb.TailProbeEnd;
        if (!tcb.Is(TcpMarks.TailProbeResent) || isDuplicate)
        {
            tcb.Unmark(TcpMarks.TailProbe);
            return false;
        }
        if (!tcb.SndUna.IsAfter(tcb.TailProbeEnd))
        {
            return false;
        }
        tcb.Unmark(TcpMarks.TailProbe);
        counters.TailLossesRepaired++;
        bool isReduced = tcb.Is(TcpMarks.Reduced) && tcb.TailProbeEnd.IsAtOrBefore(tcb.RecoveryPoint);
        if (tcb.Loss != LossMode.Open || isReduced)
        {
            return false;
        }
        CongestionControl.OnFastRetransmit(ref tcb, (int)tcb.Cwnd, limits);
        tcb.RecoveryPoint = tcb.SndNxt;
        return true;
    }

    private void NoteResent(ref TcpConnection tcb, int octets, Instant now)
    {
        CountSent(ref tcb, octets);
        if (!tcb.Is(TcpMarks.UndoableByDuplicates))
        {
            return;
        }
        ref RecoveryState state = ref scoreboard.RecoveryOf(in tcb);
        state.ResentInDoubt = (uint)Math.Min((long)state.ResentInDoubt + octets, int.MaxValue);
        if (state.FirstResent == 0)
        {
            // 0 is none.
            state.FirstResent = Math.Max(1, TcpInput.Timestamp(in tcb, now));
        }
    }

    private void CountSent(ref TcpConnection tcb, int octets)
    {
        if (tcb.Loss == LossMode.Recovery && tcb.Scoreboard != 0)
        {
            scoreboard.RecoveryOf(in tcb).PrrOut += octets;
        }
    }
}
