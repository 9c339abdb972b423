using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>Explicit congestion notification (RFC 3168 §6.1), of what arrives.</content>
public sealed partial class TcpInput
{
    /// <summary>What who uses ECN does: hear of congestion, and tell of it.</summary>
    public const TcpMarks EcnBoth = TcpMarks.EcnCapable | TcpMarks.EcnEchoing;

    /// <summary>
    /// What a SYN without ACK offers of it (RFC 3168 §6.1.1): both flags. In an IP header no SYN of a sender
    /// has anything, so that what stands there is of a path that cannot be relied on (Linux sees it so).
    /// </summary>
    public static TcpMarks EcnOffer(in TcpSegment segment, TcpLimits limits)
    {
        const TcpFlags Setup = TcpFlags.Ece | TcpFlags.Cwr;
        return limits.Ecn != EcnMode.Off && (segment.Header.Flags & Setup) == Setup
            && segment.Ecn == EcnCodepoint.NotEct
            ? EcnBoth
            : TcpMarks.None;
    }

    // A SYN-ACK has ECE alone; with both, what was sent was only reflected. To a SYN a peer in simultaneous
    // open says the same as we. A host that has sent a SYN without flags, too, does not send ECT, but hears
    // of congestion of who believes in the one before.
    private static void TakeEcnAnswer(ref TcpConnection tcb, in TcpSegment segment, TcpLimits limits)
    {
        bool isAgreed = segment.Header.Has(TcpFlags.Ack)
            ? (segment.Header.Flags & (TcpFlags.Ece | TcpFlags.Cwr)) == TcpFlags.Ece
            : EcnOffer(in segment, limits) != TcpMarks.None;
        if (!isAgreed)
        {
            tcb.Unmark(EcnBoth);
        }
    }

    // RFC 3168 §6.1.3: each acknowledgement echoes CE until the sender tells that it has slowed down; CE of
    // the segment that tells so is news. §6.1.5: only of data within the window.
    private void TakeEcnOfData(ref TcpConnection tcb, in TcpSegment segment)
    {
        if (segment.Header.Has(TcpFlags.Cwr))
        {
            // The sender's window may be a single segment by now, and wait for this acknowledgement.
            tcb.Unmark(TcpMarks.CongestionSeen);
            tcb.Mark(TcpMarks.AckOwed);
        }
        if (segment.Ecn == EcnCodepoint.Ce)
        {
            counters.CongestionMarks++;
            tcb.Mark(TcpMarks.CongestionSeen);
        }
    }
}
