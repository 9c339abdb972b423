using System.ComponentModel;

namespace Straightwire.Appliance.Configuration;

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
