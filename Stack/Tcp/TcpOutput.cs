using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Decides what a connection may send (RFC 9293 §3.8, RFC 5681, RFC 6675) and builds it into the batch.
/// </summary>
public sealed partial class TcpOutput
{
    // Segments sent again that count by their octets alone.
    private const int SmallRepairs = 3;

    private readonly TcpLimits _limits;
    private readonly int _segmentationMax;
    private readonly int _neighborSegmentationMax;
    private readonly IIpOutput _ip;
    private readonly TransmitBatch _batch;
    private readonly SendQueue _sendQueue;
    private readonly ReceiveQueue _receiveQueue;
    private readonly ReceiveWindow _receiveWindow;
    private readonly SackScoreboard _scoreboard;
    private readonly LossDetection _losses;
    private readonly TcpCounters _counters;

    /// <summary>Creates the output of a shard.</summary>
    public TcpOutput(
        TcpLimits limits,
        LinkCapabilities link,
        IIpOutput ip,
        TransmitBatch batch,
        SendQueue sendQueue,
        ReceiveQueue receiveQueue,
        ReceiveWindow receiveWindow,
        SackScoreboard scoreboard,
        LossDetection losses,
        TcpCounters counters)
    {
        Invariant.Assert(link.TransmitChecksum, "a link completes checksums, or SoftwareOffload does");
        _limits = limits;
        _segmentationMax = link.SegmentationMaxBytes;
        _neighborSegmentationMax = link.NeighborSegmentationMaxBytes;
        _ip = ip;
        _batch = batch;
        (_sendQueue, _receiveQueue, _receiveWindow) = (sendQueue, receiveQueue, receiveWindow);
        _scoreboard = scoreboard;
        _losses = losses;
        _counters = counters;
    }

    /// <summary>A segment is never tiny, whatever the control block says.</summary>
    public void CheckSegmentSize(in TcpConnection tcb) => Invariant.Assert(
        tcb.SegmentSize >= _limits.MssMin || !tcb.IsSynchronized, "a segment is not tiny");

    /// <summary>Builds the next segment that the connection may send now. The batch has room.</summary>
    public BuildResult TryBuild(ref TcpConnection tcb, int owner, Instant now)
    {
        if (tcb.Is(TcpMarks.SynOwed))
        {
            return BuildSyn(ref tcb, owner, now);
        }
        if (tcb.IsSynchronized && tcb.State != TcpState.TimeWait)
        {
            BuildResult result = tcb.HighRxt.IsBefore(tcb.LostUpTo) || tcb.Is(TcpMarks.LostAgain)
                ? TryRetransmit(ref tcb, owner, now)
                : BuildResult.Idle;
            if (result == BuildResult.Idle && tcb.Is(TcpMarks.TailProbeOwed))
            {
                tcb.Unmark(TcpMarks.TailProbeOwed);
                result = TrySendTailProbe(ref tcb, owner, now);
            }
            if (result == BuildResult.Idle && HasUnsent(in tcb))
            {
                result = TrySendNew(ref tcb, owner, now);
            }
            if (result is BuildResult.Built or BuildResult.Faulted)
            {
                return result;
            }
            if (result == BuildResult.Blocked && !tcb.Is(TcpMarks.AckOwed))
            {
                return result;
            }
        }
        if (tcb.Is(TcpMarks.AckOwed))
        {
            // Two sides that did not look at each other's acknowledgements would stand still.
            return BuildEmpty(ref tcb, owner, AcceptableSequence(in tcb), now);
        }
        if (tcb.Is(TcpMarks.ProbeOwed))
        {
            tcb.Unmark(TcpMarks.ProbeOwed);
            _counters.Probes++;
            // An octet that the peer has already: it must answer with an ACK that tells its window (RFC 9293
            // §3.10.7.4, first check). Zero-window and keep-alive probes are the same segment.
            return BuildEmpty(ref tcb, owner, tcb.SndUna - 1, now);
        }
        return BuildResult.Idle;
    }

    private static bool HasUnsent(in TcpConnection tcb) =>
        tcb.UnsentBytes > 0 || (tcb.Is(TcpMarks.FinQueued) && !tcb.Is(TcpMarks.FinSent));

    private BuildResult TryRetransmit(ref TcpConnection tcb, int owner, Instant now)
    {
        bool isLostAgain = _scoreboard.Resent.TryFindLost(
            in tcb, out SequenceNumber start, out SequenceNumber end);
        if (!isLostAgain
            && !_scoreboard.TryFindHole(in tcb, tcb.HighRxt, tcb.LostUpTo, out start, out end))
        {
            tcb.HighRxt = tcb.LostUpTo;
            return BuildResult.Idle;
        }
        // Where nobody counts what has arrived, the first goes at once (RFC 6675 §5, step 4.3). With less
        // than a segment in the network one goes in any case: the window may be of a time of smaller
        // segments. What repairs a hole of an octet costs the network as much as any segment: but for some of
        // them each counts as one, or a peer that makes such holes has hundreds sent for one SACK.
        int small = Math.Max(0, _scoreboard.Resent.UnderWay(in tcb) - SmallRepairs) * tcb.SegmentSize;
        int pipe = Math.Max(_losses.Pipe(in tcb), small);
        bool isFirst = tcb.Scoreboard == 0 && tcb.HighRxt == tcb.SndUna;
        if ((int)tcb.Cwnd - pipe < tcb.SegmentSize && pipe >= tcb.SegmentSize && !isFirst)
        {
            return BuildResult.Idle;
        }
        // One by one, since each may be lost again by itself.
        int length = Math.Min(end.Since(start), tcb.SegmentSize);
        BuildResult result = TrySendAgain(ref tcb, owner, start, ref length, now);
        if (result == BuildResult.Built)
        {
            _losses.OnSentAgain(ref tcb, start, start + length, isLostAgain, now);
        }
        return result;
    }

    // Sends octets that were sent before: no more than a segment, and in length as many as there is memory
    // of at once.
    private BuildResult TrySendAgain(
        ref TcpConnection tcb, int owner, SequenceNumber start, ref int length, Instant now)
    {
        if (!TryBegin(ref tcb, owner, start, 0, now, out Draft draft))
        {
            return BuildResult.Blocked;
        }
        // The link's MTU may have become smaller just now.
        length = Math.Min(length, tcb.SegmentSize);
        int data = (int)Math.Min(length, tcb.SentBytes - start.Since(tcb.SndUna));
        bool fin = tcb.Is(TcpMarks.FinSent) && start + length == tcb.SndNxt;
        Invariant.Assert(data > 0 || fin, "what is sent again was sent");
        ref OutboundSegment segment = ref draft.Segment;
        int gathered = _sendQueue.GatherSent(
            in tcb, start.Since(tcb.SndUna), data, _batch, ref segment, now, out ContentReadiness readiness);
        if (gathered < data)
        {
            if (gathered == 0)
            {
                return readiness == ContentReadiness.Faulted ? BuildResult.Faulted : BuildResult.Blocked;
            }
            fin = false;
        }
        length = gathered + (fin ? 1 : 0);
        // What is sent again in smaller pieces proves nothing of the path.
        tcb.Unmark(TcpMarks.PathTrial);
        NoteResent(ref tcb, gathered);
        RttEstimator.Cancel(ref tcb);
        Complete(ref tcb, ref draft, TcpFlags.Ack | (fin ? TcpFlags.Fin : TcpFlags.None), now);
        return BuildResult.Built;
    }

    // RFC 8985 §7.3: something new where the peer's window takes it, whatever the congestion window says;
    // else the last segment again.
    private BuildResult TrySendTailProbe(ref TcpConnection tcb, int owner, Instant now)
    {
        if (tcb.FlightSize == 0)
        {
            return BuildResult.Idle;
        }
        BuildResult result = BuildResult.Idle;
        if (HasUnsent(in tcb))
        {
            uint window = tcb.Cwnd;
            tcb.Cwnd = (uint)(_losses.Pipe(in tcb) + tcb.SegmentSize);
            result = TrySendNew(ref tcb, owner, now);
            tcb.Cwnd = window;
        }
        int length = 0;
        if (result == BuildResult.Idle)
        {
            length = tcb.FlightSize % tcb.SegmentSize;
            length = length == 0 ? tcb.SegmentSize : length;
            result = TrySendAgain(ref tcb, owner, tcb.SndNxt - length, ref length, now);
        }
        if (result == BuildResult.Built)
        {
            _losses.OnProbeSent(ref tcb, length, now);
        }
        return result;
    }

    private void NoteResent(ref TcpConnection tcb, int bytes)
    {
        _counters.Retransmissions++;
        _counters.RetransmittedBytes += bytes;
        tcb.ResentBytes = (uint)Math.Min(uint.MaxValue, (long)tcb.ResentBytes + bytes);
        tcb.ResentSegments++;
    }

    private BuildResult TrySendNew(ref TcpConnection tcb, int owner, Instant now)
    {
        int length = SendableBytes(ref tcb, now, out bool fin);
        if (length == 0 && !fin)
        {
            return BuildResult.Idle;
        }
        if (!TryBegin(ref tcb, owner, tcb.SndNxt, 0, now, out Draft draft))
        {
            return BuildResult.Blocked;
        }
        if (length > tcb.SegmentSize && length > PayloadMax(in tcb, in draft.Hop))
        {
            (length, fin) = (PayloadMax(in tcb, in draft.Hop), false);
        }
        ref OutboundSegment segment = ref draft.Segment;
        int gathered = _sendQueue.GatherUnsent(
            ref tcb, length, _batch, ref segment, now, out ContentReadiness readiness);
        if (gathered < length)
        {
            if (gathered == 0)
            {
                return readiness == ContentReadiness.Faulted ? BuildResult.Faulted : BuildResult.Blocked;
            }
            fin = false;
        }
        bool last = gathered > 0 && tcb.UnsentBytes == gathered;
        OnNewSent(ref tcb, gathered, fin, now);
        TcpFlags flags = TcpFlags.Ack
            | (last ? TcpFlags.Psh : TcpFlags.None)
            | (fin ? TcpFlags.Fin : TcpFlags.None);
        if (tcb.Is(TcpMarks.EcnCapable) && gathered > 0)
        {
            // RFC 3168 §6.1.5: what is sent for the first time, and nothing else.
            draft.Ecn = EcnCodepoint.Ect0;
            flags |= tcb.Is(TcpMarks.CwrOwed) ? TcpFlags.Cwr : TcpFlags.None;
            tcb.Unmark(TcpMarks.CwrOwed);
        }
        Complete(ref tcb, ref draft, flags, now);
        return BuildResult.Built;
    }

    // How much of the queue may go now, by the peer's window, the congestion window and the silly-window
    // rules of RFC 9293 §3.8.6.2.1; sets the persist timer where only the peer's window stands in the way.
    private int SendableBytes(ref TcpConnection tcb, Instant now, out bool fin)
    {
        long unsent = tcb.UnsentBytes;
        int window = Math.Max(0, (tcb.SndUna + (int)tcb.SndWnd).Since(tcb.SndNxt));
        if (tcb.FlightSize == 0 && tcb.LastSentAt != Instant.Zero
            && now.Since(tcb.LastSentAt) > tcb.RtoNanoseconds)
        {
            CongestionControl.OnIdle(ref tcb, now.Since(tcb.LastSentAt), _limits);
        }
        int congestion = Math.Max(0, (int)tcb.Cwnd - _losses.Pipe(in tcb));
        int length = (int)Math.Min(unsent, Math.Min(window, congestion));
        if (length < unsent)
        {
            length = WholeSegments(in tcb, length);
            // A part of a segment goes only where the peer's window wants it so, not where the congestion
            // window does, of which the rest will come.
            bool isOfPeer = window <= congestion || tcb.FlightSize == 0;
            if (length == 0 && congestion > 0 && window > 0 && isOfPeer
                && IsSillyWindowAllowed(in tcb, window))
            {
                length = (int)Math.Min(unsent, Math.Min(window, congestion));
            }
        }
        fin = length == unsent && tcb.Is(TcpMarks.FinQueued) && !tcb.Is(TcpMarks.FinSent) && window > length;
        if (length == 0 && !fin)
        {
            if (congestion <= window && congestion < tcb.SegmentSize)
            {
                tcb.Mark(TcpMarks.WindowLimited);
            }
            if (tcb.FlightSize == 0 && tcb.PersistAt == Instant.Never)
            {
                tcb.PersistAt = RttEstimator.NextTry(in tcb, now, _limits);
            }
        }
        return length;
    }

    private static bool IsSillyWindowAllowed(in TcpConnection tcb, int window) =>
        tcb.Is(TcpMarks.Override) || (tcb.SndWndMax > 0 && window >= tcb.SndWndMax / 2);

    private void OnNewSent(ref TcpConnection tcb, int bytes, bool fin, Instant now)
    {
        if (tcb.FlightSize == 0)
        {
            // What watched over data that could not be sent is not their timer (RFC 6298 §5.1).
            tcb.RetransmitAt = Instant.Never;
        }
        tcb.SndNxt += bytes;
        if (fin)
        {
            tcb.Mark(TcpMarks.FinSent);
            tcb.SndNxt += 1;
            tcb.MoveTo(tcb.State == TcpState.Established ? TcpState.FinWait1 : TcpState.LastAck);
        }
        tcb.Unmark(TcpMarks.Override);
        tcb.PersistAt = Instant.Never;
        _losses.OnSent(ref tcb, bytes, now);
        RttEstimator.Begin(ref tcb, now);
        CongestionControl.NoteUse(ref tcb, tcb.FlightSize);
    }

    private static int WholeSegments(in TcpConnection tcb, int bytes) => bytes - (bytes % tcb.SegmentSize);

    // What one OutboundSegment carries: a segment, or as many whole ones as the link cuts.
    private int PayloadMax(in TcpConnection tcb, in NextHop hop)
    {
        bool isTrial = tcb.Is(TcpMarks.PathTrial) && tcb.Mss == tcb.MssAgreed;
        if (isTrial || tcb.Is(TcpMarks.CwrOwed))
        {
            // A larger segment that tries the path goes alone, and so does one with CWR: RFC 3168 §6.1.2
            // wants it told once, and not all links that cut know that.
            return tcb.SegmentSize;
        }
        int bytes = (hop.IsNeighbor ? _neighborSegmentationMax : _segmentationMax)
            - hop.IpHeaderLength - TcpHeader.LengthMax;
        return Math.Max(tcb.SegmentSize, WholeSegments(in tcb, Math.Max(0, bytes)));
    }

    private ref struct Draft
    {
        public ref OutboundSegment Segment;
        public Span<byte> Header;
        public NextHop Hop;
        public SequenceNumber Sequence;
        public int OptionsLength;
        public EcnCodepoint Ecn;
    }

    // sackLength counts the bytes of a SACK option behind the options of every segment.
    private bool TryBegin(
        ref TcpConnection tcb,
        int owner,
        SequenceNumber sequence,
        int sackLength,
        Instant now,
        out Draft draft)
    {
        draft = default;
        if (!_ip.TryResolve(tcb.Flow.RemoteAddress, now, out draft.Hop))
        {
            return false;
        }
        // A segment is never longer than the link takes, whose MTU may have become smaller.
        tcb.Mss = (ushort)Math.Min((int)tcb.Mss, draft.Hop.PayloadMax - TcpHeader.LengthMin);
        draft.OptionsLength = tcb.OptionsLength + sackLength;
        draft.Sequence = sequence;
        draft.Segment = ref _batch.Begin(
            draft.Hop.HeaderLength + TcpHeader.LengthMin + draft.OptionsLength, out draft.Header);
        draft.Segment.Owner = owner;
        return true;
    }

    private void Complete(ref TcpConnection tcb, ref Draft draft, TcpFlags flags, Instant now)
    {
        if (tcb.Is(TcpMarks.Timestamps))
        {
            TcpOptions.WriteTimestamps(
                draft.Header[(draft.Hop.HeaderLength + TcpHeader.LengthMin)..],
                TcpInput.Timestamp(in tcb, now),
                tcb.TsRecent);
        }
        TcpHeader header = new(
            tcb.Flow.LocalPort,
            tcb.Flow.RemotePort,
            draft.Sequence,
            tcb.RcvNxt,
            tcb.Is(TcpMarks.CongestionSeen) && (flags & TcpFlags.Rst) == 0 ? flags | TcpFlags.Ece : flags,
            AdvertiseWindow(ref tcb));
        if (draft.Segment.PayloadLength > tcb.SegmentSize)
        {
            draft.Segment.SegmentSize = (ushort)tcb.SegmentSize;
        }
        header.Write(draft.Header[draft.Hop.HeaderLength..], draft.OptionsLength);
        Commit(in tcb.Flow, ref draft);
        tcb.LastSentAt = now;
        tcb.LastAckSent = tcb.RcvNxt;
        tcb.UnacknowledgedReceived = 0;
        tcb.AckAt = Instant.Never;
        tcb.Unmark(TcpMarks.AckOwed);
    }

    private void Commit(in FlowKey flow, ref Draft draft)
    {
        ref OutboundSegment segment = ref draft.Segment;
        int length = TcpHeader.LengthMin + draft.OptionsLength + segment.PayloadLength;
        _ip.WriteHeaders(draft.Header, in draft.Hop, in flow, IpProtocol.Tcp, length, draft.Ecn);
        ulong sum = InternetChecksum.PseudoHeader(
            flow.LocalAddress, flow.RemoteAddress, IpProtocol.Tcp, length);
        BinaryPrimitives.WriteUInt16BigEndian(
            draft.Header[(draft.Hop.HeaderLength + TcpHeader.ChecksumOffset)..], InternetChecksum.Fold(sum));
        segment.ChecksumStart = (ushort)draft.Hop.HeaderLength;
        segment.ChecksumOffset = TcpHeader.ChecksumOffset;
        _batch.Commit(ref segment);
        _counters.SegmentsSent++;
        _counters.SentBytes += segment.PayloadLength;
    }
}
