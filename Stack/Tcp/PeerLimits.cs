using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Limits of one peer, over all shards: see <see cref="IPeerTable"/> and <see cref="PeerShares"/>.
/// </summary>
public sealed record PeerLimits
{
    /// <summary>Connections, but for those in TIME-WAIT.</summary>
    [Key("Connections, but for those in TIME-WAIT; at most a quarter of tcp/connections. "
        + "More are reset.", Min = 1, Max = 4_194_304)]
    public int Connections { get; init; } = 16_384;

    /// <summary>The part of frames and slices that it holds at most, percent.</summary>
    [Key("The part of server/poolFrames and tcp/sendSlices that it holds at most, in percent. Beyond "
        + "that its next requests wait; after 10 s the connections that hold it are reset. 100: no limit.",
        Min = 1, Max = 100)]
    public int FramesPercent { get; init; } = 25;

    /// <summary>The part of receive buffers that it holds at most, percent.</summary>
    [Key("The part of tcp/receiveBuffers that it holds at most, in percent. 100: no limit.",
        Min = 1, Max = 100)]
    public int ReceiveBuffersPercent { get; init; } = 25;

    /// <summary>Half-open connections that are remembered.</summary>
    [Key("Half-open connections that are remembered; more are left to SYN cookies (RFC 4987).",
        Min = 1, Max = 1_048_576)]
    public int HalfOpen { get; init; } = 1024;

    /// <summary>How much of an IPv4 address is the peer's, bits.</summary>
    [Key("A peer is an IPv4 network of so many bits; 32: an address.", Min = 8, Max = 32)]
    public int Prefix4 { get; init; } = 32;

    /// <summary>Networks that have no limits; null: none.</summary>
    [Key("Networks without these limits, like \"198.18.0.10/32\": load balancers, monitors; "
        + "null: none.", Format = KeyFormat.Prefix, Items = 1024)]
    public string[]? Exempt { get; init; }
}
