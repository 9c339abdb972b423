using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>A received packet as a transport sees it, put together where it was in fragments.</summary>
public readonly ref struct IpPacket
{
    /// <summary>From whom: a single host, and not we.</summary>
    public IpAddress Source { get; init; }

    /// <summary>To whom: our address, or a broadcast address of ours.</summary>
    public IpAddress Destination { get; init; }

    /// <summary>Transport header and payload.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The whole packet, for an error to quote; empty when none may be sent about it.</summary>
    public ReadOnlySpan<byte> Quotable { get; init; }

    /// <summary>What the link knows of the transport's checksum.</summary>
    public ReceiveChecksum Checksum { get; init; }

    /// <summary>What routers have told of congestion (RFC 3168).</summary>
    public EcnCodepoint Ecn { get; init; }

    /// <summary>Which shards had it before.</summary>
    public ShardTrail Trail { get; init; }
}
