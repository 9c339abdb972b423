namespace Straightwire.Stack.Tcp;

/// <summary>Limits and constants of TCP.</summary>
public sealed record TcpLimits
{
    /// <summary>Connections, TIME-WAIT included.</summary>
    public int ConnectionMax { get; init; } = 65_536;

    /// <summary>Of those, in TIME-WAIT; the oldest gives way.</summary>
    public int TimeWaitMax { get; init; } = 32_768;

    /// <summary>Half-open passive connections; from half of them on SYN cookies answer.</summary>
    public int SynMax { get; init; } = 8192;

    /// <summary>
    /// Connections that sessions expect at once: see
    /// <see cref="Straightwire.Stack.Tcp.IStreamNetwork.TryExpect"/>.
    /// </summary>
    public int ExpectedMax { get; init; } = 16_384;

    /// <summary>Slices in one connection's send queue.</summary>
    public int SendSlicesPerConnectionMax { get; init; } = 512;

    /// <summary>Slices in all send queues.</summary>
    public int SendSlicesMax { get; init; } = 262_144;

    /// <summary>
    /// Bytes of the receive window, the most that one connection may have unconsumed or out of order.
    /// </summary>
    public int ReceiveWindow { get; init; } = 65_536;

    /// <summary>
    /// Receive buffers of the whole window, lent to connections that hold unconsumed or out-of-order bytes.
    /// </summary>
    public int ReceiveBufferCount { get; init; } = 256;

    /// <summary>Small receive buffers (2 KB), for heads that arrive in pieces.</summary>
    public int ReceiveBufferSmallCount { get; init; } = 16_384;

    /// <summary>
    /// Connections of one peer over all shards, but for those in TIME-WAIT; more are reset.
    /// </summary>
    public int PeerConnectionMax { get; init; } = 16_384;

    /// <summary>Half-open connections of one peer over all shards.</summary>
    public int PeerHalfOpenMax { get; init; } = 1024;

    /// <summary>
    /// The part of the pool's frames, and of the send queues' slices, that one peer holds at most, percent:
    /// see <see cref="PeerShares"/>.
    /// </summary>
    public int PeerFramesPercent { get; init; } = 25;

    /// <summary>The part of the receive buffers that one peer holds at most, percent.</summary>
    public int PeerReceiveBuffersPercent { get; init; } = 25;

    /// <summary>
    /// SACK scoreboards, lent to connections with losses; a connection without one recovers by NewReno.
    /// </summary>
    public int ScoreboardCount { get; init; } = 1024;

    /// <summary>MSS that we announce; 0: from the link's MTU.</summary>
    public ushort MssMax { get; init; }

    /// <summary>The least MSS taken from a peer (CVE-2019-11479: Linux's tcp_min_snd_mss is 48).</summary>
    public ushort MssMin { get; init; } = 48;

    /// <summary>The MSS of a peer that announces none (RFC 9293 §3.7.1).</summary>
    public ushort MssDefault { get; init; } = 536;

    /// <summary>Initial window in segments (RFC 6928).</summary>
    public int InitialWindowSegments { get; init; } = 10;

    /// <summary>Which congestion control.</summary>
    public CongestionAlgorithm Congestion { get; init; } = CongestionAlgorithm.Cubic;

    /// <summary>The first RTO (RFC 6298 §2.1), milliseconds.</summary>
    public int RtoInitialMilliseconds { get; init; } = 1000;

    /// <summary>
    /// The least RTO, milliseconds. RFC 6298 §2.4 asks for 1 s; 200 ms is what Linux and FreeBSD run.
    /// </summary>
    public int RtoMinMilliseconds { get; init; } = 200;

    /// <summary>The greatest RTO (RFC 6298 §2.5: at least 60 s), milliseconds.</summary>
    public int RtoMaxMilliseconds { get; init; } = 60_000;

    /// <summary>
    /// Retransmissions of one segment before the connection is given up (RFC 9293 §3.8.3, R2).
    /// </summary>
    public int RetransmitMax { get; init; } = 10;

    /// <summary>Retransmissions of SYN or SYN-ACK.</summary>
    public int SynRetransmitMax { get; init; } = 5;

    /// <summary>
    /// How long an acknowledgement waits for company (RFC 9293 §3.8.6.3: less than 500 ms), milliseconds.
    /// </summary>
    public int DelayedAckMilliseconds { get; init; } = 40;

    /// <summary>2 MSL: how long TIME-WAIT lasts, milliseconds (Linux and FreeBSD: 60 s).</summary>
    public int TimeWaitMilliseconds { get; init; } = 60_000;

    /// <summary>How long FIN-WAIT-2 waits for the peer's FIN, milliseconds.</summary>
    public int FinWait2Milliseconds { get; init; } = 60_000;

    /// <summary>
    /// How long data or FIN may stand unacknowledged or unsent without progress, milliseconds: a window held
    /// shut ends here.
    /// </summary>
    public int UserTimeoutMilliseconds { get; init; } = 60_000;

    /// <summary>
    /// Silence before the first keep-alive probe (RFC 9293 §3.8.4 asks for at least two hours by default),
    /// milliseconds; 0: none.
    /// </summary>
    public int KeepAliveMilliseconds { get; init; } = 7_200_000;

    /// <summary>Between keep-alive probes, milliseconds.</summary>
    public int KeepAliveIntervalMilliseconds { get; init; } = 75_000;

    /// <summary>Unanswered probes before the connection is given up.</summary>
    public int KeepAliveProbeMax { get; init; } = 9;

    /// <summary>
    /// RSTs to strangers a second: a sixteenth of it for each 256th of all addresses, drawn by a secret, with
    /// a burst of half to all of that.
    /// </summary>
    public int ResetsPerSecond { get; init; } = 1000;
}
