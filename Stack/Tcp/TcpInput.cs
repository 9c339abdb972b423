using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// SEGMENT ARRIVES (RFC 9293 §3.10.7) for a connection that has a control block: changes the block, decides,
/// and sends nothing. The caller acts on the returned <see cref="TcpActions"/>.
/// </summary>
public sealed partial class TcpInput(
    TcpLimits limits,
    SendQueue sendQueue,
    SackScoreboard scoreboard,
    LossDetection losses,
    TcpCounters counters)
{
    // RFC 7323 §5.5: after 24 days without a segment the last timestamp says nothing any more.
    private const long TimestampValidNanoseconds = 24L * 24 * 3600 * 1_000_000_000;

    /// <summary>Who decides what is lost.</summary>
    public LossDetection Losses => losses;

    /// <summary>Takes in a segment, trimming it to the window.</summary>
    public TcpActions OnSegment(ref TcpConnection tcb, ref TcpSegment segment, Instant now)
    {
        if (tcb.State == TcpState.SynSent)
        {
            return OnSynSent(ref tcb, ref segment, now);
        }
        if (tcb.State == TcpState.TimeWait && IsReopening(in tcb, in segment))
        {
            return TcpActions.Reopen;
        }
        if (!PassesTimestamps(ref tcb, in segment, now, out TcpActions refused)
            || !PassesSequence(ref tcb, ref segment, now, out refused))
        {
            return refused;
        }
        // Second check: RST, by RFC 5961 §3.2.
        if (segment.Header.Has(TcpFlags.Rst))
        {
            return OnReset(in tcb, in segment);
        }
        // Fourth check: SYN. RFC 5961 §4.2 answers with a challenge whatever its sequence number.
        if (segment.Header.Has(TcpFlags.Syn))
        {
            return tcb.State == TcpState.SynReceived ? OweAck(ref tcb) : TcpActions.Challenge;
        }
        if (!segment.Header.Has(TcpFlags.Ack))
        {
            counters.MissingAck++;
            return TcpActions.None;
        }
        return OnAcceptable(ref tcb, ref segment, now);
    }

    /// <summary>
    /// RFC 7323 §4.3: which timestamp is echoed. Called once the segment has passed all checks.
    /// </summary>
    private static void RememberTimestamp(ref TcpConnection tcb, in TcpSegment segment, Instant now)
    {
        if (segment.Options.HasTimestamps && tcb.Is(TcpMarks.Timestamps)
            && segment.Sequence.IsAtOrBefore(tcb.LastAckSent)
            && (int)(segment.Options.TimestampValue - tcb.TsRecent) >= 0)
        {
            tcb.TsRecent = segment.Options.TimestampValue;
            tcb.TsRecentAt = now;
        }
    }

    // RFC 6191 §2: a SYN with a later timestamp, or beyond the old sequence numbers, is a new connection.
    private static bool IsReopening(in TcpConnection tcb, in TcpSegment segment)
    {
        const TcpFlags Telling = TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack | TcpFlags.Fin;
        if ((segment.Header.Flags & Telling) != TcpFlags.Syn)
        {
            return false;
        }
        return tcb.Is(TcpMarks.Timestamps) && segment.Options.HasTimestamps
            && segment.Options.TimestampValue != tcb.TsRecent
            ? (int)(segment.Options.TimestampValue - tcb.TsRecent) > 0
            : segment.Sequence.IsAfter(tcb.RcvNxt);
    }

    private TcpActions OnReset(in TcpConnection tcb, in TcpSegment segment)
    {
        if (segment.Sequence == tcb.RcvNxt)
        {
            counters.ResetsReceived++;
            return TcpActions.Reset;
        }
        counters.InexactResets++;
        return TcpActions.Challenge;
    }

    private bool PassesTimestamps(
        ref TcpConnection tcb, in TcpSegment segment, Instant now, out TcpActions refused)
    {
        refused = TcpActions.None;
        if (!tcb.Is(TcpMarks.Timestamps) || segment.Header.Has(TcpFlags.Rst))
        {
            return true;
        }
        if (!segment.Options.HasTimestamps)
        {
            // RFC 7323 §3.2 says that it SHOULD be dropped. The installed base says otherwise: some peers
            // complete handshakes and probe without the option that they agreed to, and Linux takes them.
            counters.TimestampMissing++;
            return true;
        }
        if ((int)(segment.Options.TimestampValue - tcb.TsRecent) < 0
            && now.Since(tcb.TsRecentAt) < TimestampValidNanoseconds)
        {
            counters.PawsRejected++;
            refused = segment.Length > 0 ? OweAck(ref tcb) : TcpActions.Challenge;
            return false;
        }
        return true;
    }

    // First check: the sequence number (RFC 9293 §3.10.7.4), then trimming to the window.
    private bool PassesSequence(
        ref TcpConnection tcb, ref TcpSegment segment, Instant now, out TcpActions refused)
    {
        refused = TcpActions.None;
        int window = tcb.RcvWnd;
        int front = tcb.RcvNxt.Since(segment.Sequence);
        // An acknowledgement at the right edge is taken, too: a peer whose window's worth was lost has no
        // other number to send it with (BSD and Linux take it). A number half of the sequence space away is
        // its own negative, and neither before nor after.
        int edge = segment.Header.Has(TcpFlags.Rst | TcpFlags.Syn) ? 0 : 1;
        bool acceptable = front != int.MinValue && (segment.Length == 0
            ? front == 0 || (front < 0 && -front < window + edge)
            : front >= 0 ? front < segment.Length && (window > 0 || front == 0) : -front < window);
        if (!acceptable && IsLateAnswer(in tcb, in segment, front))
        {
            // All of it is old but what it acknowledges. A peer that sends something again has cancelled the
            // acknowledgement that it owed, and it may be the only one there is.
            counters.OutOfWindow++;
            NoteDuplicate(ref tcb, segment.Sequence, segment.Sequence + segment.Payload.Length);
            segment.Payload = [];
            segment.HasFin = false;
            tcb.Mark(TcpMarks.AckOwed);
            return true;
        }
        if (!acceptable)
        {
            counters.OutOfWindow++;
            refused = AnswerUnacceptable(ref tcb, in segment, now);
            return false;
        }
        if (segment.Header.Has(TcpFlags.Rst | TcpFlags.Syn))
        {
            return true;
        }
        if (front > 0)
        {
            NoteDuplicate(ref tcb, segment.Sequence, tcb.RcvNxt);
            segment.Payload = segment.Payload[Math.Min(front, segment.Payload.Length)..];
            segment.Sequence = tcb.RcvNxt;
            tcb.Mark(TcpMarks.AckOwed);
            front = 0;
        }
        int beyond = segment.Payload.Length - front - window;
        if (beyond > 0)
        {
            segment.Payload = segment.Payload[..^Math.Min(beyond, segment.Payload.Length)];
            segment.HasFin = false;
            // What probes a closed window is answered (RFC 9293 §3.8.6.1).
            tcb.Mark(TcpMarks.AckOwed);
        }
        return true;
    }

    // Old octets that are within a window's distance; one farther back is no sequence number that a peer has
    // reason to send.
    private bool IsLateAnswer(in TcpConnection tcb, in TcpSegment segment, int front) =>
        (segment.Header.Flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack)) == TcpFlags.Ack
        && segment.Payload.Length > 0 && front >= segment.Length && front <= limits.ReceiveWindow
        && tcb.State is not TcpState.TimeWait and not TcpState.SynReceived;

    private static TcpActions AnswerUnacceptable(ref TcpConnection tcb, in TcpSegment segment, Instant now)
    {
        if (segment.Header.Has(TcpFlags.Rst))
        {
            return TcpActions.None;
        }
        if (segment.Header.Has(TcpFlags.Syn) || segment.Length == 0)
        {
            return TcpActions.Challenge;
        }
        if (tcb.State == TcpState.TimeWait && segment.HasFin)
        {
            // The peer has not seen our last acknowledgement: 2 MSL begin anew.
            return OweAck(ref tcb) | TcpActions.EnterTimeWait;
        }
        if (segment.End.IsAtOrBefore(tcb.RcvNxt))
        {
            NoteDuplicate(ref tcb, segment.Sequence, segment.Sequence + segment.Payload.Length);
        }
        return OweAck(ref tcb);
    }

    // An acknowledgement leaves with this pass; nothing else is to be done.
    private static TcpActions OweAck(ref TcpConnection tcb)
    {
        tcb.Mark(TcpMarks.AckOwed);
        return TcpActions.None;
    }

    // RFC 2883 §4: the next acknowledgement reports what came twice.
    private static void NoteDuplicate(ref TcpConnection tcb, SequenceNumber left, SequenceNumber right)
    {
        if (tcb.Is(TcpMarks.Sack) && left.IsBefore(right))
        {
            tcb.DuplicateSack = new SackBlock(left, right);
        }
    }
}
