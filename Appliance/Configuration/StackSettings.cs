using System.ComponentModel;
using Straightwire.Appliance.Text;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Configuration;

/// <summary>TCP's limits and times; the rest of <see cref="TcpLimits"/> is constants.</summary>
public sealed record TcpSettings
{
    /// <summary>Connections, TIME-WAIT included.</summary>
    [Description("Connections, TIME-WAIT included.")]
    [Limits(16, 4_194_304)]
    public int Connections { get; init; } = 65_536;

    /// <summary>Of those, in TIME-WAIT; the oldest gives way.</summary>
    [Description("Of those, in TIME-WAIT; the oldest gives way; null: half of them.")]
    [Limits(1, 4_194_304)]
    public int? TimeWaitConnections { get; init; }

    /// <summary>Half-open connections; from half of them on SYN cookies answer (RFC 4987).</summary>
    [Description("Half-open connections; from half of them on SYN cookies answer; "
        + "null: an eighth of tcp.connections.")]
    [Limits(1, 1_048_576)]
    public int? HalfOpenConnections { get; init; }

    /// <summary>Bytes of the receive window.</summary>
    [Description("Bytes of the receive window.")]
    [Limits(4096, 1_048_576)]
    public int ReceiveWindow { get; init; } = 65_536;

    /// <summary>Receive buffers of a whole window, shared by all connections.</summary>
    [Description("Receive buffers of a whole window, shared by all connections; null: 256, and fewer with "
        + "less than 1 GB of memory.")]
    [Limits(1, 65_536)]
    public int? ReceiveBuffers { get; init; }

    /// <summary>Slices in one connection's send queue.</summary>
    [Description("Slices (parts of answers) in one connection's send queue.")]
    [Limits(8, 65_536)]
    public int SendSlicesPerConnection { get; init; } = 512;

    /// <summary>Slices in all send queues.</summary>
    [Description("Slices in all send queues together.")]
    [Limits(64, 16_777_216)]
    public int SendSlices { get; init; } = 262_144;

    /// <summary>MSS that we announce.</summary>
    [Description("MSS that we announce, bytes; 0: from the link's MTU.")]
    [Limits(0, 65_495)]
    public int MssMax { get; init; }

    /// <summary>Initial congestion window.</summary>
    [Description("Initial congestion window in segments (RFC 6928).")]
    [Limits(1, 100)]
    public int InitialWindow { get; init; } = 10;

    /// <summary>Congestion control.</summary>
    [Description("Congestion control: cubic (RFC 9438) or newReno (RFC 5681, 6582).")]
    public CongestionAlgorithm Congestion { get; init; } = CongestionAlgorithm.Cubic;

    /// <summary>The first retransmission timeout.</summary>
    [Description("The first retransmission timeout (RFC 6298).")]
    [DurationLimits("10ms", "60s")]
    public Duration RtoInitial { get; init; } = Duration.Parse("1s");

    /// <summary>The least retransmission timeout.</summary>
    [Description("The least retransmission timeout.")]
    [DurationLimits("1ms", "10s")]
    public Duration RtoMin { get; init; } = Duration.Parse("200ms");

    /// <summary>Retransmissions of one segment before a connection is given up.</summary>
    [Description("Retransmissions of one segment before a connection is given up.")]
    [Limits(1, 30)]
    public int Retransmissions { get; init; } = 10;

    /// <summary>How long an acknowledgement waits for company.</summary>
    [Description("How long an acknowledgement waits for company (RFC 9293 §3.8.6.3: less than 500ms).")]
    [DurationLimits("0", "499ms")]
    public Duration DelayedAck { get; init; } = Duration.Parse("40ms");

    /// <summary>How long TIME-WAIT lasts.</summary>
    [Description("How long TIME-WAIT lasts (2 MSL).")]
    [DurationLimits("0", "10m")]
    public Duration TimeWait { get; init; } = Duration.Parse("1m");

    /// <summary>How long FIN-WAIT-2 waits for the peer's FIN.</summary>
    [Description("How long FIN-WAIT-2 waits for the peer's FIN.")]
    [DurationLimits("100ms", "1h")]
    public Duration FinWait2 { get; init; } = Duration.Parse("1m");

    /// <summary>How long data may stand unsent or unacknowledged without progress.</summary>
    [Description("How long data may stand unsent or unacknowledged without progress.")]
    [DurationLimits("1s", "24h")]
    public Duration UserTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Silence before the first keep-alive probe; 0: none.</summary>
    [Description("Silence before the first keep-alive probe; 0: none.")]
    [DurationLimits("0", "240h")]
    public Duration KeepAlive { get; init; } = Duration.Parse("2h");

    /// <summary>Resets to strangers a second: a sixteenth of it for each 256th of all addresses.</summary>
    [Description("Resets sent to strangers a second: a sixteenth of it for each 256th of all addresses.")]
    [Limits(0, 1_000_000)]
    public int ResetsPerSecond { get; init; } = 1000;

    /// <summary>Limits of one peer.</summary>
    [Description("Limits of one peer, for all services and threads together.")]
    public PeerSettings Peer { get; init; } = new();
}

/// <summary>Limits of one peer.</summary>
public sealed record PeerSettings
{
    /// <summary>Connections.</summary>
    [Description("Connections, but for those in TIME-WAIT; at most a quarter of tcp/connections. "
        + "More are reset.")]
    [Limits(1, 4_194_304)]
    public int Connections { get; init; } = 16_384;

    /// <summary>The part of frames and slices.</summary>
    [Description("The part of server/poolFrames and tcp/sendSlices that it holds at most, in percent. Beyond "
        + "that its next requests wait; after 10 s the connections that hold it are reset. 100: no limit.")]
    [Limits(1, 100)]
    public int FramesPercent { get; init; } = 25;

    /// <summary>The part of receive buffers.</summary>
    [Description("The part of tcp/receiveBuffers that it holds at most, in percent. 100: no limit.")]
    [Limits(1, 100)]
    public int ReceiveBuffersPercent { get; init; } = 25;

    /// <summary>Half-open connections.</summary>
    [Description("Half-open connections that are remembered; more are left to SYN cookies (RFC 4987).")]
    [Limits(1, 1_048_576)]
    public int HalfOpen { get; init; } = 1024;

    /// <summary>How much of an IPv4 address is the peer's.</summary>
    [Description("A peer is an IPv4 network of so many bits; 32: an address.")]
    [Limits(8, 32)]
    public int Prefix4 { get; init; } = 32;

    /// <summary>Who has no limits.</summary>
    [Description("Networks without these limits, like \"198.18.0.10/32\": load balancers, monitors; "
        + "null: none.")]
    [TextFormat(TextKind.Prefix)]
    [ItemLimits(1024)]
    public string[]? Exempt { get; init; }
}

/// <summary>
/// Limits of ARP, IPv4, ICMP and reassembly; the rest of <see cref="IpOptions"/> is constants.
/// </summary>
public sealed record IpSettings
{
    /// <summary>Neighbours known at once.</summary>
    [Description("Neighbours known at once (ARP).")]
    [Limits(16, 65_536)]
    public int Neighbors { get; init; } = 1024;

    /// <summary>How long a neighbour is trusted before it is asked again.</summary>
    [Description("How long a neighbour is trusted before it is asked again.")]
    [DurationLimits("1s", "1h")]
    public Duration NeighborReachable { get; init; } = Duration.Parse("1m");

    /// <summary>Questions for neighbours a second.</summary>
    [Description("Questions for neighbours a second, but for the gateway.")]
    [Limits(1, 65_536)]
    public int Questions { get; init; } = 256;

    /// <summary>Fragmented datagrams in reassembly at once.</summary>
    [Description("Fragmented datagrams in reassembly at once.")]
    [Limits(1, 4096)]
    public int Reassemblies { get; init; } = 64;

    /// <summary>Of those, from one source.</summary>
    [Description("Of those, from one source.")]
    [Limits(1, 4096)]
    public int ReassembliesPerSource { get; init; } = 8;

    /// <summary>How long fragments wait for the rest.</summary>
    [Description("How long fragments wait for the rest.")]
    [DurationLimits("1s", "2m")]
    public Duration ReassemblyTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>Destinations whose path takes less than the link, known at once.</summary>
    [Description("Destinations whose path takes less than the link (path MTU, RFC 1191), known at once.")]
    [Limits(16, 1_048_576)]
    public int Paths { get; init; } = 4096;

    /// <summary>How long a path's MTU is taken for known before a larger segment tries it.</summary>
    [Description("How long a path's MTU is taken for known before a larger segment tries it.")]
    [DurationLimits("1s", "24h")]
    public Duration PathAge { get; init; } = Duration.Parse("10m");

    /// <summary>The least path MTU that ICMP may tell of.</summary>
    [Description("The least path MTU that is believed, bytes; ICMP that tells less is ignored.")]
    [Limits(68, 1500)]
    public int PathMtuMin { get; init; } = 552;

    /// <summary>ICMP errors sent a second.</summary>
    [Description("ICMP errors sent a second.")]
    [Limits(0, 1_000_000)]
    public int IcmpErrorsPerSecond { get; init; } = 100;

    /// <summary>Answers to ping a second.</summary>
    [Description("Answers to ping a second; 0: none.")]
    [Limits(0, 1_000_000)]
    public int EchoRepliesPerSecond { get; init; } = 10_000;

    /// <summary>Time to live of what is sent.</summary>
    [Description("Time to live of what is sent.")]
    [Limits(1, 255)]
    public int TimeToLive { get; init; } = 64;
}
