using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// The transmission control block: fields only, unmanaged, no reference to anything but indexes, so that a
/// table of them is one region of memory. Times are instants; windows and sizes are bytes. What every segment
/// touches stands first, so that a thousand connections in turn fetch few cache lines.
/// </summary>
public struct TcpConnection
{
    public TcpState State;
    public LossMode Loss;
    public byte SndScale;
    public byte RcvScale;
    public TcpMarks Marks;
    public FlowKey Flow;

    /// <summary>
    /// Payload and options that fit one segment to the peer: its MSS, clamped (RFC 9293 §3.7.1, RFC 6691),
    /// and no more than the path takes (RFC 1191).
    /// </summary>
    public ushort Mss;

    /// <summary>The same, if the path takes what the link does.</summary>
    public ushort MssAgreed;

    /// <summary>The <see cref="Ip.IIpOutput.PathVersion"/> that <see cref="Mss"/> is of.</summary>
    public int PathVersion;

    // RFC 9293 §3.3.1, sequence variables. The right edge is what was last announced: RCV.NXT + RCV.WND.
    public SequenceNumber SndUna;
    public SequenceNumber SndNxt;
    public uint SndWnd;
    public uint SndWndMax;
    public SequenceNumber SndWl1;
    public SequenceNumber SndWl2;
    public SequenceNumber RcvNxt;
    public SequenceNumber RcvEdge;
    public SequenceNumber LastAckSent;

    // Loss recovery. Octets before LostUpTo that are not SACKed are lost; those before HighRxt were sent
    // again.
    public SequenceNumber LostUpTo;
    public SequenceNumber HighRxt;

    /// <summary>
    /// SND.UNA when all was sent last that might be: what was acknowledged since has not been answered yet.
    /// </summary>
    public SequenceNumber AnsweredUpTo;

    // Congestion: RFC 5681.
    public uint Cwnd;
    public uint Ssthresh;

    // The send queue: nodes of SendQueue. QueuedBytes counts from SND.UNA on.
    public int SendHead;
    public int SendTail;
    public int SendCount;
    public int UnsentNode;
    public long UnsentOffset;
    public long HeadOffset;
    public long QueuedBytes;

    // The receive queue.
    public int ReceiveBuffer;
    public int ReceivedBytes;

    // Deadlines; the wheel holds the earliest, or an earlier one.
    public Instant RetransmitAt;
    public Instant PersistAt;
    public Instant AckAt;
    public Instant KeepAliveAt;
    public Instant StateAt;
    public Instant SessionAt;

    /// <summary>
    /// When the peer took something last, or, if it was later, when there began to be something for it.
    /// </summary>
    public Instant ProgressAt;
    public Instant LastSentAt;
    public Instant ConfirmedAt;

    // RFC 6298.
    public long SrttNanoseconds;
    public long RttvarNanoseconds;
    public long RtoNanoseconds;
    public long MinRttNanoseconds;
    public Instant TimedAt;
    public SequenceNumber TimedSequence;

    /// <summary>SND.UNA when the timing began: what was acknowledged since is what was delivered.</summary>
    public SequenceNumber TimedUna;

    /// <summary>Data bytes that the peer has acknowledged, in all.</summary>
    public long AcknowledgedBytes;

    /// <summary>Octets acknowledged since ProgressAt, too few to be progress.</summary>
    public uint Progress;

    /// <summary>
    /// What the path has delivered, bytes a second, over a round trip that was timed last, or earlier where
    /// the last one had less to send; 0: none was timed yet.
    /// </summary>
    public float DeliveryRate;

    // RFC 7323.
    public Instant TsRecentAt;
    public uint TsRecent;
    public uint TsOffset;

    /// <summary>Data bytes that came in order, in all.</summary>
    public long DeliveredBytes;

    /// <summary>Bytes received in order since the last acknowledgement.</summary>
    public int UnacknowledgedReceived;
    public byte Backoff;

    /// <summary>Probes since the peer was heard last.</summary>
    public byte Probes;
    public byte DuplicateAcks;

    /// <summary>What RetransmitAt is for.</summary>
    public LossTimer Timer;

    // RFC 8985 §6.2: quarters of a round trip by which duplicates have widened the reordering window, and
    // recoveries after which it shrinks again.
    public byte ReorderingSteps;
    public byte ReorderingRecoveries;

    /// <summary>Whose shares it takes from: a place of <see cref="IPeerTable"/>.</summary>
    public int Peer;

    /// <summary>Where it is in its table.</summary>
    public int Place;
    public int WriteFrame;
    public int WriteFrameUsed;
    public int Scoreboard;

    // Below is what an undisturbed connection does not touch after its handshake.
    public SequenceNumber Iss;
    public SequenceNumber Irs;
    public SequenceNumber FinAt;
    public SequenceNumber RecoveryPoint;

    // RFC 8985: SND.NXT when the last duplicate was reported, and behind the tail loss probe.
    public SequenceNumber WidenedUntil;
    public SequenceNumber TailProbeEnd;

    /// <summary>What the growth of the congestion window remembers.</summary>
    public GrowthState Growth;

    /// <summary>With <see cref="TcpMarks.PathTrial"/>: the larger segment, and its end.</summary>
    public SequenceNumber TrialStart;
    public SequenceNumber TrialEnd;
    public Instant ChallengedAt;

    /// <summary>Data bytes that were sent again, in all; no more than fit.</summary>
    public uint ResentBytes;

    /// <summary>Segments that were sent again, in all.</summary>
    public uint ResentSegments;

    // Ranges received out of order, counted in each buffer that they stand in (ReceiveQueue).
    public int RangeCount;
    public SackBlock DuplicateSack;

    // Links in TIME-WAIT's list, oldest first.
    public int Older;
    public int Newer;

    /// <summary>Whether all of some marks are set.</summary>
    public readonly bool Is(TcpMarks marks) => (Marks & marks) == marks;

    /// <summary>Sets marks, and leaves the others.</summary>
    public void Mark(TcpMarks marks) => Marks |= marks;

    /// <summary>Clears marks, and leaves the others.</summary>
    public void Unmark(TcpMarks marks) => Marks &= ~marks;

    /// <summary>Octets of sequence space sent and not acknowledged.</summary>
    public readonly int FlightSize => SndNxt.Since(SndUna);

    /// <summary>Data bytes sent and not acknowledged: the flight without SYN and FIN.</summary>
    public readonly long SentBytes =>
        State < TcpState.Established || FlightSize == 0 ? 0 : FlightSize - (Is(TcpMarks.FinSent) ? 1 : 0);

    /// <summary>Data bytes queued and never sent.</summary>
    public readonly long UnsentBytes => QueuedBytes - SentBytes;

    /// <summary>RCV.WND: what the peer may still send.</summary>
    public readonly int RcvWnd => Math.Max(0, RcvEdge.Since(RcvNxt));

    /// <summary>States in which both SYNs were acknowledged.</summary>
    public readonly bool IsSynchronized => State >= TcpState.Established;

    /// <summary>Bytes of options on an ordinary segment.</summary>
    public readonly int OptionsLength => Is(TcpMarks.Timestamps) ? TcpOptions.TimestampsLength : 0;

    /// <summary>Payload bytes of a full segment.</summary>
    public readonly int SegmentSize => Mss - OptionsLength;

    /// <summary>The earliest of all deadlines.</summary>
    public readonly Instant NextDeadline => Instant.Min(
        Instant.Min(Instant.Min(RetransmitAt, PersistAt), Instant.Min(AckAt, KeepAliveAt)),
        Instant.Min(StateAt, SessionAt));
}
