using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <summary>Limits, times and constants of TCP. What is no key is a constant but for tests.</summary>
public sealed record TcpLimits
{
    private const int ReceiveBuffersMost = 1024;
    private const int HalfOpenLeast = 16;

    /// <summary>Connections, TIME-WAIT included.</summary>
    [Key("Connections, TIME-WAIT included.", Min = 16, Max = 4_194_304, Share = Share.Part, PartMin = 16)]
    public int Connections { get; init; } = 65_536;

    /// <summary>Of those, in TIME-WAIT; null: see <see cref="TimeWaitMax"/>.</summary>
    [Key("Of those, in TIME-WAIT; the oldest gives way; null: half of them.",
        Min = 1, Max = 4_194_304, Share = Share.Part)]
    public int? TimeWaitConnections { get; init; }

    /// <summary>Half-open passive connections; null: see <see cref="HalfOpenMax"/>.</summary>
    [Key("Half-open connections; from half of them on SYN cookies answer; "
        + "null: an eighth of tcp.connections.", Min = 1, Max = 1_048_576, Share = Share.Part)]
    public int? HalfOpenConnections { get; init; }

    /// <summary>
    /// The most that one connection may have unconsumed or out of order at first, bytes.
    /// </summary>
    [Key("Bytes of the receive window that a connection begins with, and of a receive buffer.",
        Min = 4096, Max = 1_048_576)]
    public int ReceiveWindow { get; init; } = 65_536;

    /// <summary>The same once its session has taken much in each round trip; see
    /// <see cref="Tcp.ReceiveWindow"/>.</summary>
    [Key("Bytes that the receive window of an upload may grow to, as far as its peer may have receive "
        + "buffers for it; no more than receiveWindow: windows do not grow.", Min = 4096, Max = 67_108_864)]
    public int ReceiveWindowMax { get; init; } = 16_777_216;

    /// <summary>
    /// Buffers that are lent to connections with unconsumed or out-of-order bytes; null: see
    /// <see cref="ReceiveBufferCount"/>.
    /// </summary>
    [Key("Receive buffers of receiveWindow bytes, shared by all connections; null: 1024, and fewer with "
        + "less than 1 GB of memory.", Min = 1, Max = 65_536, Share = Share.Part)]
    public int? ReceiveBuffers { get; init; }

    /// <summary>Slices in one connection's send queue.</summary>
    [Key("Slices (parts of answers) in one connection's send queue.", Min = 8, Max = 65_536)]
    public int SendSlicesPerConnection { get; init; } = 512;

    /// <summary>Slices in all send queues.</summary>
    [Key("Slices in all send queues together.", Min = 64, Max = 16_777_216, Share = Share.Part,
        PartMinOf = nameof(SendSlicesPerConnection))]
    public int SendSlices { get; init; } = 262_144;

    /// <summary>MSS that we announce, bytes.</summary>
    [Key("MSS that we announce, bytes; 0: from the link's MTU.", Min = 0, Max = 65_495)]
    public ushort MssMax { get; init; }

    /// <summary>Initial congestion window in segments.</summary>
    [Key("Initial congestion window in segments (RFC 6928).", Min = 1, Max = 100)]
    public int InitialWindow { get; init; } = 10;

    /// <summary>The algorithm of congestion control.</summary>
    [Key("Congestion control: cubic (RFC 9438) or newReno (RFC 5681, 6582).")]
    public CongestionAlgorithm Congestion { get; init; } = CongestionAlgorithm.Cubic;

    /// <summary>Whether connections use ECN.</summary>
    [Key("Explicit congestion notification (RFC 3168): off, accept (where a peer asks for it) or request "
        + "(in connections that we open, too).")]
    public EcnMode Ecn { get; init; } = EcnMode.Accept;

    /// <summary>The first RTO (RFC 6298 §2.1).</summary>
    [Key("The first retransmission timeout (RFC 6298).", From = "10ms", To = "60s")]
    public Duration RtoInitial { get; init; } = Duration.OfMilliseconds(1000);

    /// <summary>The least RTO. RFC 6298 §2.4 asks for 1 s; 200 ms is what Linux and FreeBSD run.</summary>
    [Key("The least retransmission timeout.", From = "1ms", To = "10s")]
    public Duration RtoMin { get; init; } = Duration.OfMilliseconds(200);

    /// <summary>Retransmissions of one segment (RFC 9293 §3.8.3, R2).</summary>
    [Key("Retransmissions of one segment before a connection is given up.", Min = 1, Max = 30)]
    public int Retransmissions { get; init; } = 10;

    /// <summary>How long an acknowledgement waits for company.</summary>
    [Key("How long an acknowledgement waits for company (RFC 9293 §3.8.6.3: less than 500ms).",
        From = "0", To = "499ms")]
    public Duration DelayedAck { get; init; } = Duration.OfMilliseconds(40);

    /// <summary>2 MSL (Linux and FreeBSD: 60 s).</summary>
    [Key("How long TIME-WAIT lasts (2 MSL).", From = "0", To = "10m")]
    public Duration TimeWait { get; init; } = Duration.OfMilliseconds(60_000);

    /// <summary>How long FIN-WAIT-2 lasts.</summary>
    [Key("How long FIN-WAIT-2 waits for the peer's FIN.", From = "100ms", To = "1h")]
    public Duration FinWait2 { get; init; } = Duration.OfMilliseconds(60_000);

    /// <summary>How long data or FIN waits without progress: a window held shut ends here.</summary>
    [Key("How long data may stand unsent or unacknowledged without progress.", From = "1s", To = "24h")]
    public Duration UserTimeout { get; init; } = Duration.OfMilliseconds(60_000);

    /// <summary>The first probe (RFC 9293 §3.8.4 asks for at least two hours by default).</summary>
    [Key("Silence before the first keep-alive probe; 0: none.", From = "0", To = "240h")]
    public Duration KeepAlive { get; init; } = Duration.OfMilliseconds(7_200_000);

    /// <summary>RSTs to strangers, drawn by a secret, with a burst of half to all of them.</summary>
    [Key("Resets sent to strangers a second: a sixteenth of it for each 256th of all addresses.",
        Min = 0, Max = 1_000_000, Share = Share.Part)]
    public int ResetsPerSecond { get; init; } = 1000;

    /// <summary>Limits of one peer.</summary>
    [Key("Limits of one peer, for all services and threads together.")]
    public PeerLimits Peer { get; init; } = new();

    /// <summary>
    /// Connections that sessions expect at once: see
    /// <see cref="Straightwire.Stack.Tcp.IStreamNetwork.TryExpect"/>.
    /// </summary>
    [Part]
    public int ExpectedMax { get; init; } = 16_384;

    /// <summary>Small receive buffers (2 KB), for heads that arrive in pieces.</summary>
    [Part]
    public int ReceiveBufferSmallCount { get; init; } = 16_384;

    /// <summary>
    /// SACK scoreboards, lent to connections with losses; a connection without one recovers by NewReno.
    /// </summary>
    [Part]
    public int ScoreboardCount { get; init; } = 1024;

    /// <summary>The least MSS taken from a peer (CVE-2019-11479: Linux's tcp_min_snd_mss is 48).</summary>
    public ushort MssMin { get; init; } = 48;

    /// <summary>The MSS of a peer that announces none (RFC 9293 §3.7.1).</summary>
    public ushort MssDefault { get; init; } = 536;

    /// <summary>The greatest RTO (RFC 6298 §2.5: at least 60 s).</summary>
    public Duration RtoMax { get; init; } = Duration.OfMilliseconds(60_000);

    /// <summary>Retransmissions of SYN or SYN-ACK.</summary>
    public int SynRetransmitMax { get; init; } = 5;

    /// <summary>From one keep-alive probe to the next.</summary>
    public Duration KeepAliveInterval { get; init; } = Duration.OfMilliseconds(75_000);

    /// <summary>Unanswered probes before the connection is given up.</summary>
    public int KeepAliveProbeMax { get; init; } = 9;

    /// <summary>Connections in TIME-WAIT: as configured, or half of all.</summary>
    public int TimeWaitMax => TimeWaitConnections ?? Connections / 2;

    /// <summary>Half-open connections: as configured, or an eighth of all.</summary>
    public int HalfOpenMax => HalfOpenConnections ?? Math.Max(HalfOpenLeast, Connections / 8);

    /// <summary>Receive buffers: as configured, or as many as a machine with enough memory has.</summary>
    public int ReceiveBufferCount => ReceiveBuffers ?? ReceiveBuffersMost;

    /// <summary>
    /// The same limits, where none is left to follow from another, and what is part of another is not more
    /// than that: before a shard's part is made of them.
    /// </summary>
    public TcpLimits Settled() => this with
    {
        TimeWaitConnections = TimeWaitMax,
        HalfOpenConnections = HalfOpenMax,
        ReceiveBuffers = ReceiveBufferCount,
        SendSlicesPerConnection = Math.Min(SendSlicesPerConnection, SendSlices),
        RtoMin = RtoMin.Value < RtoInitial.Value ? RtoMin : RtoInitial,
        Peer = Peer with { Connections = Math.Min(Peer.Connections, Math.Max(1, Connections / 4)) },
    };
}
