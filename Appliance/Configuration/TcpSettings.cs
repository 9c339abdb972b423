using System.ComponentModel;
using Straightwire.Appliance.Text;
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
