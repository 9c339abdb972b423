using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>SYN-SENT (RFC 9293 §3.10.7.3), and what SYNs negotiate.</content>
public sealed partial class TcpInput
{
    /// <summary>Takes in what the peer's SYN offers; we offer timestamps, SACK and scaling always.</summary>
    /// <param name="tcb">The connection that is being opened.</param>
    /// <param name="mss">The peer's MSS, 0 for none.</param>
    /// <param name="ourMss">What our link carries.</param>
    /// <param name="pathMss">Our MSS as the path takes it, as far as is known.</param>
    /// <param name="windowScale">The peer's scale; negative for none.</param>
    /// <param name="marks">Timestamps and Sack, as the peer offers them.</param>
    /// <param name="limits">What is the least MSS, and the default.</param>
    public static void Negotiate(
        ref TcpConnection tcb, int mss, int ourMss, int pathMss, int windowScale, TcpMarks marks,
        TcpLimits limits)
    {
        // RFC 9293 §3.7.1: 536 without the option. A tiny MSS would make a flood of our answers
        // (CVE-2019-11479).
        int announced = mss == 0 ? limits.MssDefault : Math.Max(mss, (int)limits.MssMin);
        int optionsLength = (marks & TcpMarks.Timestamps) != 0 ? TcpOptions.TimestampsLength : 0;
        tcb.MssAgreed = (ushort)Math.Max(Math.Min(announced, ourMss), limits.MssMin + optionsLength);
        tcb.Mss = (ushort)Math.Min((int)tcb.MssAgreed, Math.Max(pathMss, limits.MssMin + optionsLength));
        tcb.Mark(marks);
        if (windowScale >= 0)
        {
            tcb.SndScale = (byte)windowScale;
        }
        else
        {
            // RFC 7323 §2.2: without the option from both sides neither scales.
            tcb.RcvScale = 0;
        }
        CongestionControl.Initialize(ref tcb, limits);
    }

    private TcpActions OnSynSent(ref TcpConnection tcb, ref TcpSegment segment, Instant now)
    {
        TcpHeader header = segment.Header;
        bool acknowledged = header.Has(TcpFlags.Ack);
        if (acknowledged
            && (!header.Acknowledgment.IsAfter(tcb.Iss) || header.Acknowledgment.IsAfter(tcb.SndNxt)))
        {
            counters.BadAck++;
            return header.Has(TcpFlags.Rst) ? TcpActions.None : TcpActions.ResetSender;
        }
        if (header.Has(TcpFlags.Rst))
        {
            return acknowledged ? TcpActions.Reset : TcpActions.None;
        }
        if (!header.Has(TcpFlags.Syn))
        {
            counters.BadFlags++;
            return TcpActions.None;
        }
        TcpMarks offered = (segment.Options.HasTimestamps ? TcpMarks.Timestamps : TcpMarks.None)
            | (segment.Options.SackPermitted ? TcpMarks.Sack : TcpMarks.None);
        Negotiate(
            ref tcb, segment.Options.Mss, tcb.MssAgreed, tcb.Mss, segment.Options.WindowScale, offered,
            limits);
        TakeEcnAnswer(ref tcb, in segment, limits);
        tcb.Irs = segment.Sequence;
        tcb.RcvNxt = segment.Sequence + 1;
        tcb.RcvEdge = tcb.RcvNxt + Math.Min(limits.ReceiveWindow, ushort.MaxValue);
        tcb.LastAckSent = tcb.RcvNxt;
        tcb.TsRecent = segment.Options.TimestampValue;
        tcb.TsRecentAt = now;
        // The window of a SYN is never scaled (RFC 7323 §2.2).
        tcb.SndWnd = tcb.SndWndMax = header.Window;
        tcb.SndWl1 = segment.Sequence;
        tcb.SndWl2 = header.Acknowledgment;
        if (!acknowledged)
        {
            // Simultaneous open (RFC 9293 §3.5, figure 7): our SYN goes again, with an ACK.
            tcb.MoveTo(TcpState.SynReceived);
            tcb.Mark(TcpMarks.SynOwed);
            return TcpActions.Send;
        }
        tcb.SndUna = header.Acknowledgment;
        tcb.LostUpTo = tcb.HighRxt = tcb.SndUna;
        tcb.RetransmitAt = Instant.Never;
        tcb.Backoff = 0;
        tcb.MoveTo(TcpState.Established);
        RttEstimator.OnAcknowledged(ref tcb, now, limits);
        return OweAck(ref tcb) | TcpActions.Connected | TcpActions.Send;
    }
}
