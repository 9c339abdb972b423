using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What is lost, what is in the network, and when recovery begins and ends: RFC 6675 where SACK was
/// negotiated, NewReno (RFC 6582) elsewhere, RFC 6298 §5 after a timeout. RACK-TLP (RFC 8985) belongs here
/// too.
/// </summary>
public sealed class LossDetection(TcpLimits limits, SackScoreboard scoreboard, TcpCounters counters)
{
    private const int DuplicateThreshold = 3;

    /// <summary>
    /// An acknowledgement moved nothing, but may tell of a loss (RFC 5681 §2, RFC 6675 §5).
    /// </summary>
    public void OnDuplicate(ref TcpConnection tcb)
    {
        tcb.DuplicateAcks = (byte)Math.Min(tcb.DuplicateAcks + 1, 255);
        if (tcb.Loss == LossMode.Timeout)
        {
            return;
        }
        SequenceNumber lost = SequenceNumber.Max(tcb.SndUna, scoreboard.LostUpTo(in tcb));
        if (tcb.DuplicateAcks >= DuplicateThreshold && tcb.Loss == LossMode.Open)
        {
            lost = SequenceNumber.Max(lost, FirstSegmentEnd(in tcb));
        }
        if (tcb.Loss == LossMode.Open && lost.IsAfter(tcb.SndUna))
        {
            EnterRecovery(ref tcb);
        }
        if (tcb.Loss == LossMode.Recovery)
        {
            tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, lost);
        }
    }

    /// <summary>SND.UNA has moved by <paramref name="bytes"/> octets.</summary>
    public void OnAcknowledged(ref TcpConnection tcb, int bytes, Instant now)
    {
        scoreboard.Advance(ref tcb);
        tcb.DuplicateAcks = 0;
        tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, tcb.SndUna);
        tcb.HighRxt = SequenceNumber.Max(tcb.HighRxt, tcb.SndUna);
        bool complete = tcb.SndUna.IsAtOrAfter(tcb.RecoveryPoint);
        if (tcb.Loss == LossMode.Recovery && complete)
        {
            // RFC 6582 §3.2 step 3: a full acknowledgement deflates the window, and does not make it grow.
            LeaveRecovery(ref tcb);
        }
        else if (tcb.Loss != LossMode.Recovery)
        {
            if (tcb.Loss == LossMode.Timeout)
            {
                // RFC 3465 §2.3: what is acknowledged now left long ago, most of it. L = 1.
                bytes = Math.Min(bytes, tcb.SegmentSize);
                if (complete)
                {
                    LeaveRecovery(ref tcb);
                }
            }
            CongestionControl.OnAcknowledged(ref tcb, bytes, now, limits);
        }
        else if (tcb.Is(TcpMarks.Sack))
        {
            tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, scoreboard.LostUpTo(in tcb));
        }
        else
        {
            // RFC 6582 §3.2 step 3, partial acknowledgement: the next segment is lost too.
            tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, FirstSegmentEnd(in tcb));
        }
    }

    /// <summary>
    /// The retransmission timer expired: everything in flight that is not SACKed is taken for lost.
    /// </summary>
    public void OnTimeout(ref TcpConnection tcb)
    {
        counters.RetransmissionTimeouts++;
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
            ref tcb, Pipe(in tcb), tcb.Loss != LossMode.Timeout || tcb.Backoff == 0, limits);
        tcb.Loss = LossMode.Timeout;
        tcb.DuplicateAcks = 0;
        tcb.RecoveryPoint = tcb.SndNxt;
        tcb.LostUpTo = tcb.SndNxt;
        tcb.HighRxt = tcb.SndUna;
        tcb.Mark(TcpMarks.WindowLimited);
        RttEstimator.Cancel(ref tcb);
    }

    /// <summary>
    /// What was sent from one number to another was too large for the path, and goes again in smaller
    /// segments. It was not lost to congestion (RFC 1191 §6.4): as after a timeout, the window grows on
    /// while it is repaired, but neither it nor the threshold is taken back.
    /// </summary>
    public static void OnTooLarge(ref TcpConnection tcb, SequenceNumber from, SequenceNumber end)
    {
        tcb.LostUpTo = end;
        tcb.HighRxt = from;
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
        if (!tcb.Is(TcpMarks.Sack))
        {
            // Each duplicate acknowledgement tells of one segment that has left the network (RFC 5681 §3.2).
            above = Math.Max(0, above - (tcb.DuplicateAcks * tcb.SegmentSize));
        }
        int resent = tcb.HighRxt.Since(tcb.SndUna) - scoreboard.Sacked(in tcb, tcb.SndUna, tcb.HighRxt);
        return above + resent;
    }

    private static SequenceNumber FirstSegmentEnd(in TcpConnection tcb) =>
        SequenceNumber.Min(tcb.SndUna + tcb.SegmentSize, tcb.SndNxt);

    /// <summary>
    /// RFC 3522: the first acknowledgement after a retransmission that echoes an earlier transmission tells
    /// that nothing was lost, only late. The window and the threshold are what they were.
    /// </summary>
    /// <param name="tcb">SND.UNA moves.</param>
    /// <param name="echo">The timestamp that the acknowledgement echoes; 0: none.</param>
    public void OnEcho(ref TcpConnection tcb, uint echo)
    {
        if (!tcb.Is(TcpMarks.Undoable) || tcb.FirstResent == 0)
        {
            return;
        }
        bool isNeedless = tcb.Is(TcpMarks.Timestamps) && echo != 0 && (int)(echo - tcb.FirstResent) < 0;
        tcb.Unmark(TcpMarks.Undoable);
        if (!isNeedless || tcb.Loss == LossMode.Open)
        {
            return;
        }
        counters.NeedlessRecoveries++;
        LeaveRecovery(ref tcb);
        tcb.Cwnd = Math.Max(tcb.Cwnd, tcb.UndoCwnd);
        tcb.Ssthresh = Math.Max(tcb.Ssthresh, tcb.UndoSsthresh);
        tcb.Mark(TcpMarks.WindowLimited);
    }

    // What a recovery takes can be given back, unless it is the second in a row.
    private static void KeepForUndo(ref TcpConnection tcb)
    {
        if (tcb.Loss == LossMode.Open)
        {
            tcb.Mark(TcpMarks.Undoable);
            (tcb.UndoCwnd, tcb.UndoSsthresh, tcb.FirstResent) = (tcb.Cwnd, tcb.Ssthresh, 0);
        }
        else
        {
            tcb.Unmark(TcpMarks.Undoable);
        }
    }

    private void EnterRecovery(ref TcpConnection tcb)
    {
        counters.FastRecoveries++;
        KeepForUndo(ref tcb);
        CongestionControl.OnFastRetransmit(ref tcb, limits);
        tcb.Loss = LossMode.Recovery;
        tcb.RecoveryPoint = tcb.SndNxt;
        tcb.HighRxt = tcb.SndUna;
        RttEstimator.Cancel(ref tcb);
    }

    private static void LeaveRecovery(ref TcpConnection tcb)
    {
        if (tcb.Loss == LossMode.Recovery)
        {
            tcb.Cwnd = tcb.Ssthresh;
        }
        tcb.Loss = LossMode.Open;
        tcb.LostUpTo = tcb.SndUna;
        tcb.HighRxt = tcb.SndUna;
    }
}
