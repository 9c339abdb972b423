using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// The fifth check: ACK, and what it lets the states do (RFC 9293 §3.10.7.4); then text and FIN.
/// </content>
public sealed partial class TcpInput
{
    private const uint ProgressLeast = 128;
    private const long NanosecondsPerTick = 1_000_000;

    private TcpActions OnAcceptable(ref TcpConnection tcb, ref TcpSegment segment, Instant now)
    {
        SequenceNumber ack = segment.Header.Acknowledgment;
        TcpActions actions = TcpActions.None;
        if (tcb.State == TcpState.SynReceived)
        {
            if (!ack.IsAfter(tcb.SndUna) || ack.IsAfter(tcb.SndNxt))
            {
                counters.BadAck++;
                return TcpActions.ResetSender;
            }
            OnHandshakeComplete(ref tcb, in segment);
            actions |= TcpActions.Connected;
        }
        // RFC 5961 §5.2: SND.UNA − MAX.SND.WND ≤ SEG.ACK ≤ SND.NXT, else the segment is dropped and
        // challenged.
        if (ack.IsAfter(tcb.SndNxt) || ack.Since(tcb.SndUna) < -(long)tcb.SndWndMax)
        {
            counters.BadAck++;
            return actions | TcpActions.Challenge;
        }
        RememberTimestamp(ref tcb, in segment, now);
        tcb.Probes = 0;
        tcb.KeepAliveAt = NextKeepAlive(now);
        actions |= OnAcknowledgment(ref tcb, in segment, now);
        actions |= OnOurFinAcknowledged(ref tcb, now);
        if ((actions & (TcpActions.Close | TcpActions.EnterTimeWait)) != 0)
        {
            return actions;
        }
        // Seventh: segment text. Eighth: FIN. In the states after the peer's FIN neither can be new.
        if (tcb.State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2)
        {
            actions |= segment.Length == 0 ? TcpActions.None : TcpActions.Receive;
            if (tcb.Is(TcpMarks.EcnEchoing) && segment.Payload.Length > 0)
            {
                TakeEcnOfData(ref tcb, in segment);
            }
            if (segment.HasFin)
            {
                tcb.FinAt = segment.Sequence + segment.Payload.Length;
                tcb.Mark(TcpMarks.FinHeard);
            }
        }
        else if (segment.Length > 0)
        {
            tcb.Mark(TcpMarks.AckOwed);
        }
        return actions;
    }

    /// <summary>
    /// The eighth check: the FIN that was heard, once all before it was received; until then it is owed an
    /// acknowledgement, as all is that comes out of order (RFC 9293 §3.10.7.4).
    /// </summary>
    public static TcpActions OnFin(ref TcpConnection tcb)
    {
        if (tcb.Is(TcpMarks.PeerFinished))
        {
            return TcpActions.None;
        }
        tcb.Mark(TcpMarks.AckOwed);
        if (tcb.RcvNxt != tcb.FinAt)
        {
            return TcpActions.None;
        }
        // FIN occupies one sequence number (RFC 9293 §3.4).
        tcb.RcvNxt += 1;
        tcb.Mark(TcpMarks.PeerFinished);
        switch (tcb.State)
        {
            case TcpState.Established:
                tcb.MoveTo(TcpState.CloseWait);
                return TcpActions.PeerFinished;
            case TcpState.FinWait1:
                tcb.MoveTo(TcpState.Closing);
                return TcpActions.PeerFinished;
            default:
                tcb.MoveTo(TcpState.TimeWait);
                return TcpActions.PeerFinished | TcpActions.EnterTimeWait;
        }
    }

    /// <summary>When a connection that hears nothing more is probed first.</summary>
    internal Instant NextKeepAlive(Instant now) => limits.KeepAlive.Nanoseconds == 0
        ? Instant.Never
        : now + limits.KeepAlive;

    private void OnHandshakeComplete(ref TcpConnection tcb, in TcpSegment segment)
    {
        // Our SYN is acknowledged; the octet after it is the first of the queue.
        tcb.SndUna = tcb.Iss + 1;
        tcb.LostUpTo = SequenceNumber.Max(tcb.LostUpTo, tcb.SndUna);
        tcb.HighRxt = SequenceNumber.Max(tcb.HighRxt, tcb.SndUna);
        tcb.SndWnd = (uint)segment.Header.Window << tcb.SndScale;
        tcb.SndWndMax = Math.Max(tcb.SndWndMax, tcb.SndWnd);
        tcb.SndWl1 = segment.Sequence;
        tcb.SndWl2 = segment.Header.Acknowledgment;
        tcb.RetransmitAt = Instant.Never;
        tcb.Backoff = 0;
        tcb.MoveTo(TcpState.Established);
    }

    private TcpActions OnAcknowledgment(ref TcpConnection tcb, in TcpSegment segment, Instant now)
    {
        SequenceNumber ack = segment.Header.Acknowledgment;
        uint window = (uint)segment.Header.Window << tcb.SndScale;
        AckNews news = new()
        {
            Echo = segment.Options.TimestampEcho,
            HighestBefore = scoreboard.Highest(in tcb),
            IsCongested = tcb.Is(TcpMarks.EcnCapable) && segment.Header.Has(TcpFlags.Ece),
        };
        TakeSackBlocks(ref tcb, in segment, ref news, now);
        TcpActions actions = TcpActions.None;
        bool advances = ack.IsAfter(tcb.SndUna);
        if (advances)
        {
            news.Octets = ack.Since(tcb.SndUna);
            actions = OnNewAcknowledgment(ref tcb, in segment, ref news, now);
        }
        else if (ack == tcb.SndUna && tcb.FlightSize > 0 && news.Sacked == 0)
        {
            news.IsDuplicate = IsDuplicate(in tcb, in segment, window);
        }
        if (advances || news.Sacked > 0 || news.IsDuplicate || news.Duplicate != default)
        {
            losses.OnAcknowledgment(ref tcb, in news, now);
            actions |= TcpActions.Send;
        }
        if (UpdateWindow(ref tcb, in segment, window, advances))
        {
            actions |= TcpActions.Send;
        }
        return actions;
    }

    // RFC 5681 §2. Where SACK was agreed, only what SACKs something new tells of a segment that has left (RFC
    // 6675 §2): keep-alives, window updates that change nothing and copies do not.
    private static bool IsDuplicate(in TcpConnection tcb, in TcpSegment segment, uint window) =>
        segment.Length == 0 && window == tcb.SndWnd && window > 0
        && (!tcb.Is(TcpMarks.Sack) || (tcb.Scoreboard == 0 && TellsOfLoss(in tcb, in segment)));

    // What a peer without a scoreboard has SACKed is not kept, but that it has SACKed is heard.
    private static bool TellsOfLoss(in TcpConnection tcb, in TcpSegment segment)
    {
        int count = segment.Options.SackBlockCount;
        return count > 0 && segment.Options.SackBlockAt(count - 1) is var last
            && last.Left.IsAfter(tcb.SndUna) && last.Right.IsAtOrBefore(tcb.SndNxt)
            && last.Left.IsBefore(last.Right);
    }

    private TcpActions OnNewAcknowledgment(
        ref TcpConnection tcb, in TcpSegment segment, ref AckNews news, Instant now)
    {
        int octets = news.Octets;
        bool finAcknowledged = tcb.Is(TcpMarks.FinSent) && segment.Header.Acknowledgment == tcb.SndNxt;
        bool wasLost = tcb.Loss != LossMode.Open || tcb.Backoff > 0;
        tcb.SndUna = segment.Header.Acknowledgment;
        int acknowledged = octets - (finAcknowledged ? 1 : 0);
        tcb.AcknowledgedBytes += acknowledged;
        bool freed = sendQueue.Acknowledge(ref tcb, acknowledged);
        Instant timedAt = tcb.TimedAt;
        bool sampled = RttEstimator.OnAcknowledged(ref tcb, now, limits);
        if (sampled)
        {
            news.RoundTrip = now.Since(timedAt);
        }
        else if (tcb.Is(TcpMarks.Timestamps) && news.Echo != 0 && news.Duplicate == default)
        {
            // RFC 7323 §4: the echo tells which transmission is acknowledged, so that even a resent segment
            // is a sample. RFC 2883 §4: of what came twice, the acknowledgement of its first coming was lost,
            // and this one echoes the first, since the timestamp of what is old is not remembered (RFC 7323
            // §5.3). The time since then is the loss's: as samples, a few of them in a row would make the RTO
            // a minute.
            long roundTrip = (Timestamp(in tcb, now) - news.Echo) * NanosecondsPerTick;
            if (roundTrip <= limits.RtoMax.Nanoseconds)
            {
                // What is older was sent again long since: its echo is made up.
                news.RoundTrip = roundTrip;
                sampled = wasLost;
            }
            if (sampled)
            {
                RttEstimator.Sample(ref tcb, roundTrip, limits);
            }
        }
        if (!sampled)
        {
            RttEstimator.KeepBackoff(ref tcb, limits);
        }
        tcb.Backoff = 0;
        NoteProgress(ref tcb, octets, now);
        tcb.PersistAt = Instant.Never;
        return TcpActions.Send | (freed ? TcpActions.Writable : TcpActions.None);
    }

    // RFC 9293 §3.8.6.2.2: a window opens by a segment or by half of the buffer. Whoever takes fewer octets
    // than that in the time that a connection may stand without progress does not read, but holds.
    private static void NoteProgress(ref TcpConnection tcb, int octets, Instant now)
    {
        tcb.Progress += (uint)octets;
        uint segment = (uint)tcb.SegmentSize;
        uint least = Math.Clamp(tcb.SndWndMax / 2, Math.Min(ProgressLeast, segment), segment);
        if (tcb.QueuedBytes == 0 || tcb.Progress >= least)
        {
            tcb.Progress = 0;
            tcb.ProgressAt = now;
        }
    }

    /// <summary>The value of our timestamp clock, one tick a millisecond, offset by connection.</summary>
    internal static uint Timestamp(in TcpConnection tcb, Instant now) =>
        (uint)(now.Nanoseconds / NanosecondsPerTick) + tcb.TsOffset;

    // RFC 9293 §3.10.7.4: the window is taken from a segment that is not older than the one it was last taken
    // from. One that acknowledges more is newer, whatever its sequence number: what a peer sends again
    // carries its latest window. Counting the old window from the new SND.UNA would reach beyond what was
    // announced.
    private static bool UpdateWindow(
        ref TcpConnection tcb, in TcpSegment segment, uint window, bool advances)
    {
        SequenceNumber ack = segment.Header.Acknowledgment;
        bool older = segment.Sequence.IsBefore(tcb.SndWl1)
            || (segment.Sequence == tcb.SndWl1 && ack.IsBefore(tcb.SndWl2));
        if (ack.IsBefore(tcb.SndUna) || (older && !advances))
        {
            return false;
        }
        bool opened = window > tcb.SndWnd;
        tcb.SndWnd = window;
        tcb.SndWndMax = Math.Max(tcb.SndWndMax, window);
        tcb.SndWl1 = segment.Sequence;
        tcb.SndWl2 = ack;
        if (opened)
        {
            tcb.PersistAt = Instant.Never;
            if (tcb.FlightSize == 0 && window >= Math.Min((uint)tcb.SegmentSize, tcb.SndWndMax / 2))
            {
                // The probes' backoff says nothing of the path. A window too small to use does not end it:
                // one that opens and shuts by an octet is no progress.
                tcb.Backoff = 0;
            }
        }
        return opened;
    }

    private void TakeSackBlocks(
        ref TcpConnection tcb, in TcpSegment segment, ref AckNews news, Instant now)
    {
        int count = tcb.Is(TcpMarks.Sack) ? segment.Options.SackBlockCount : 0;
        for (int i = 0; i < count; i++)
        {
            SackBlock block = segment.Options.SackBlockAt(i);
            if (i == 0 && IsDuplicate(block, in segment))
            {
                news.Duplicate = IsSane(in tcb, block) ? block : default;
                continue;
            }
            int sacked = scoreboard.Add(ref tcb, block, now, out SequenceNumber first);
            if (sacked > 0)
            {
                news.FirstSacked = news.Sacked == 0 ? first : SequenceNumber.Min(news.FirstSacked, first);
                news.Sacked += sacked;
            }
        }
    }

    // RFC 2883 §4: the first block tells of a duplicate when it is below what is acknowledged, or within the
    // second.
    private static bool IsDuplicate(SackBlock block, in TcpSegment segment) =>
        block.Right.IsAtOrBefore(segment.Header.Acknowledgment)
        || (segment.Options.SackBlockCount > 1 && segment.Options.SackBlockAt(1) is var second
            && block.Left.IsAtOrAfter(second.Left) && block.Right.IsAtOrBefore(second.Right));

    // Of something that was sent, and not long ago.
    private static bool IsSane(in TcpConnection tcb, SackBlock block) =>
        block.Left.IsBefore(block.Right) && block.Right.IsAtOrBefore(tcb.SndNxt)
        && block.Right.Since(block.Left) <= tcb.SndWndMax
        && tcb.SndUna.Since(block.Left) <= (long)tcb.SndWndMax;

    private TcpActions OnOurFinAcknowledged(ref TcpConnection tcb, Instant now)
    {
        if (!tcb.Is(TcpMarks.FinSent) || tcb.FlightSize > 0)
        {
            return TcpActions.None;
        }
        switch (tcb.State)
        {
            case TcpState.FinWait1:
                tcb.MoveTo(TcpState.FinWait2);
                tcb.StateAt = now + limits.FinWait2;
                return TcpActions.None;
            case TcpState.Closing:
                tcb.MoveTo(TcpState.TimeWait);
                return TcpActions.EnterTimeWait;
            case TcpState.LastAck:
                return TcpActions.Close;
            default:
                return TcpActions.None;
        }
    }
}
