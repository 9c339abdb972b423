using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>
/// Segments without data: acknowledgements, SYN, SYN-ACK, RST; and the window that all of them announce.
/// </content>
public sealed partial class TcpOutput
{
    private const int SynOptionsMax = 20;

    /// <summary>
    /// The MSS that we announce to a peer: what the link carries to it without options (RFC 6691).
    /// </summary>
    public ushort OurMss(IpAddress peer) => (ushort)Math.Min(
        _ip.PayloadMax(peer) - TcpHeader.LengthMin,
        _limits.MssMax != 0 ? _limits.MssMax : ushort.MaxValue);

    /// <summary>
    /// The scale that we announce: the least that can express the window that we begin with, and the greatest
    /// but for a unit (RFC 7323 §2.3).
    /// </summary>
    public static byte OurScale(TcpLimits limits)
    {
        byte scale = 0;
        while (limits.ReceiveWindow > ushort.MaxValue << scale
            || limits.ReceiveWindowMax > (ushort.MaxValue + 1) << scale)
        {
            scale++;
        }
        return scale;
    }

    /// <summary>
    /// Builds RST for a connection of ours (RFC 9293 §3.10.5, ABORT); false when the batch is full or the
    /// next hop unknown.
    /// </summary>
    public bool TryBuildReset(ref TcpConnection tcb, int owner, Instant now)
    {
        if (_batch.HasRoomToSpare
            && TryBegin(ref tcb, owner, AcceptableSequence(in tcb), 0, now, out Draft draft))
        {
            Complete(ref tcb, ref draft, TcpFlags.Rst | TcpFlags.Ack, now);
            _counters.ResetsSent++;
            return true;
        }
        return false;
    }

    /// <summary>Builds a RST that was owed before, as above.</summary>
    public bool TryBuildReset(
        in FlowKey flow, SequenceNumber sequence, SequenceNumber acknowledgment, Instant now)
    {
        TcpHeader header = new(
            flow.LocalPort, flow.RemotePort, sequence, acknowledgment, TcpFlags.Rst | TcpFlags.Ack, 0);
        if (!_batch.HasRoomToSpare || !BuildBare(in flow, in header, [], now))
        {
            return false;
        }
        _counters.ResetsSent++;
        return true;
    }

    /// <summary>
    /// SND.NXT, unless that lies beyond the peer's window, because a probe has, or the peer has taken its
    /// window back: there it would not look at the segment.
    /// </summary>
    public static SequenceNumber AcceptableSequence(in TcpConnection tcb) =>
        SequenceNumber.Min(tcb.SndNxt, tcb.SndUna + (int)Math.Min(tcb.SndWnd, int.MaxValue));

    /// <summary>
    /// Answers a segment of no connection with RST (RFC 9293 §3.10.7.1). <paramref name="flow"/> is ours
    /// first.
    /// </summary>
    public void BuildStrangerReset(in FlowKey flow, in TcpSegment segment, Instant now)
    {
        Invariant.Assert(!segment.Header.Has(TcpFlags.Rst), "RST is never answered with RST");
        bool acknowledges = segment.Header.Has(TcpFlags.Ack);
        TcpHeader header = new(
            flow.LocalPort,
            flow.RemotePort,
            acknowledges ? segment.Header.Acknowledgment : default,
            acknowledges ? default : segment.End,
            acknowledges ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack,
            0);
        if (BuildBare(in flow, in header, [], now))
        {
            _counters.StrangersReset++;
        }
    }

    /// <summary>
    /// Builds a half-open connection's SYN-ACK; false when the next hop is unknown or the batch is full.
    /// </summary>
    public bool TryBuildSynAck(in SynEntry entry, Instant now)
    {
        Span<byte> options = stackalloc byte[SynOptionsMax];
        bool timestamps = (entry.Marks & TcpMarks.Timestamps) != 0;
        int length = TcpOptions.WriteSyn(
            options,
            OurMss(entry.Flow.RemoteAddress),
            entry.WindowScale >= 0 ? OurScale(_limits) : -1,
            (entry.Marks & TcpMarks.Sack) != 0,
            timestamps ? ((uint)(now.Nanoseconds / 1_000_000) + entry.TsOffset, entry.TsRecent) : null);
        TcpHeader header = new(
            entry.Flow.LocalPort,
            entry.Flow.RemotePort,
            entry.Iss,
            entry.Irs + 1,
            TcpFlags.Syn | TcpFlags.Ack | EcnAnswer(entry.Marks),
            (ushort)Math.Min(_limits.ReceiveWindow, ushort.MaxValue));
        return BuildBare(in entry.Flow, in header, options[..length], now);
    }

    private BuildResult BuildSyn(ref TcpConnection tcb, int owner, Instant now)
    {
        Span<byte> options = stackalloc byte[SynOptionsMax];
        bool answer = tcb.State == TcpState.SynReceived;
        if (tcb.Backoff > 0)
        {
            // RFC 3168 §6.1.1.1: what has an offer of ECN may be what the path does not let through.
            tcb.Unmark(TcpMarks.EcnCapable);
        }
        TcpFlags offer = tcb.Is(TcpMarks.EcnCapable) ? TcpFlags.Ece | TcpFlags.Cwr : TcpFlags.None;
        // In SYN-RECEIVED the peer has made its offer, and only what both offer is repeated.
        bool timestamps = !answer || tcb.Is(TcpMarks.Timestamps);
        int length = TcpOptions.WriteSyn(
            options,
            OurMss(tcb.Flow.RemoteAddress),
            answer && tcb.RcvScale == 0 && OurScale(_limits) != 0 ? -1 : OurScale(_limits),
            !answer || tcb.Is(TcpMarks.Sack),
            timestamps ? (TcpInput.Timestamp(in tcb, now), tcb.TsRecent) : null);
        TcpHeader header = new(
            tcb.Flow.LocalPort,
            tcb.Flow.RemotePort,
            tcb.Iss,
            answer ? tcb.RcvNxt : default,
            answer ? TcpFlags.Syn | TcpFlags.Ack | EcnAnswer(tcb.Marks) : TcpFlags.Syn | offer,
            (ushort)Math.Min(_limits.ReceiveWindow, ushort.MaxValue));
        if (!BuildBare(in tcb.Flow, in header, options[..length], now))
        {
            return BuildResult.Blocked;
        }
        if (tcb.Backoff == 0)
        {
            RttEstimator.Begin(ref tcb, now);
        }
        tcb.Unmark(TcpMarks.SynOwed | TcpMarks.AckOwed);
        tcb.RetransmitAt = now.Plus(RttEstimator.BackedOff(in tcb, tcb.Backoff, _limits));
        return BuildResult.Built;
    }

    private static TcpFlags EcnAnswer(TcpMarks marks) =>
        (marks & TcpMarks.EcnCapable) != 0 ? TcpFlags.Ece : TcpFlags.None;

    private bool BuildBare(in FlowKey flow, in TcpHeader header, ReadOnlySpan<byte> options, Instant now)
    {
        Draft draft = default;
        if (!_batch.HasRoomToSpare || !_ip.TryResolve(flow.RemoteAddress, now, out draft.Hop))
        {
            _counters.RepliesDropped++;
            return false;
        }
        draft.OptionsLength = options.Length;
        draft.Segment = ref _batch.Begin(
            draft.Hop.HeaderLength + TcpHeader.LengthMin + options.Length, out draft.Header);
        header.Write(draft.Header[draft.Hop.HeaderLength..], options.Length);
        options.CopyTo(draft.Header[(draft.Hop.HeaderLength + TcpHeader.LengthMin)..]);
        Commit(in flow, ref draft);
        return true;
    }

    /// <summary>
    /// Acknowledges now, when the option has as many ranges as it can tell of: a batch may bring segments of
    /// more holes than one acknowledgement has place for (RFC 5681 §4.2 asks for one for each of them).
    /// </summary>
    public void AcknowledgeRanges(ref TcpConnection tcb, int owner, Instant now)
    {
        if (_receiveQueue.IsSackFull(in tcb, SackBlockMax(in tcb)) && _batch.HasRoomToSpare)
        {
            // What cannot be built now is owed, as it was.
            _ = BuildEmpty(ref tcb, owner, AcceptableSequence(in tcb), now);
        }
    }

    // Beside timestamps there is place for three (RFC 2018 §3).
    private static int SackBlockMax(in TcpConnection tcb) => tcb.Is(TcpMarks.Timestamps) ? 3 : 4;

    // An acknowledgement or a probe; an acknowledgement tells what stands out of order (RFC 2018 §4).
    private BuildResult BuildEmpty(ref TcpConnection tcb, int owner, SequenceNumber sequence, Instant now)
    {
        int count = _receiveQueue.SackBlockCount(in tcb, SackBlockMax(in tcb));
        int sackLength = count == 0 ? 0 : 4 + (count * 8);
        if (!TryBegin(ref tcb, owner, sequence, sackLength, now, out Draft draft))
        {
            return BuildResult.Blocked;
        }
        if (count > 0)
        {
            Span<SackBlock> blocks = stackalloc SackBlock[count];
            _receiveQueue.WriteSackBlocks(ref tcb, blocks);
            TcpOptions.WriteSack(
                draft.Header[(draft.Hop.HeaderLength + TcpHeader.LengthMin + tcb.OptionsLength)..], blocks);
        }
        Complete(ref tcb, ref draft, TcpFlags.Ack, now);
        return BuildResult.Built;
    }

    // RFC 9293 §3.8.6.2.2: the right edge moves only by a segment or half of the buffer, and never back.
    private ushort AdvertiseWindow(ref TcpConnection tcb)
    {
        if (tcb.State is TcpState.Closed or TcpState.SynSent)
        {
            return 0;
        }
        int window = _receiveWindow.Of(in tcb);
        int free = Math.Max(0, window - tcb.ReceivedBytes);
        int announced = tcb.RcvWnd;
        int scaled = free >> tcb.RcvScale;
        int offered = Math.Min(scaled, ushort.MaxValue) << tcb.RcvScale;
        if (offered - announced >= Math.Min(window / 2, tcb.Mss))
        {
            tcb.RcvEdge = tcb.RcvNxt + offered;
            announced = offered;
        }
        // RFC 7323 §2.4: told in units, rounded down, the edge may seem to move back by a part of one. What
        // was announced is taken all the same; rounded up, the peer would send into it what the buffer
        // cannot hold.
        return (ushort)Math.Min(announced >> tcb.RcvScale, ushort.MaxValue);
    }
}
