using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Handover;

/// <summary>What is handed over.</summary>
public enum HandoverKind : byte
{
    /// <summary>A TCP segment, header first, whose checksum was verified.</summary>
    Segment,

    /// <summary>An ICMP error about a flow, as TCP writes it.</summary>
    PathError,

    /// <summary>An ARP packet that concerns us.</summary>
    Arp,

    /// <summary>A fragment of an IPv4 datagram, header first.</summary>
    Fragment,

    /// <summary>What the path to the peer's address takes: bytes, in 32 bits.</summary>
    PathMtu,
}

/// <summary>What the shards that had it before say of it.</summary>
[Flags]
public enum HandoverMarks : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It was given to the shard that its port belongs to, whose round this is.</summary>
    Directed = 1,

    /// <summary>An ARP reply: somebody had asked.</summary>
    Asked = 2,

    /// <summary>A fragment: it came in a broadcast frame.</summary>
    Broadcast = 4,

    /// <summary>An ARP packet that is not for us, and may contradict what is known.</summary>
    Overheard = 8,
}

/// <summary>The head of what one shard hands over to another.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Hops">Shards of this round that it was passed on by.</param>
/// <param name="Marks">What they say.</param>
/// <param name="Source">Of a segment or a flow: the peer's address.</param>
/// <param name="Destination">Of a segment or a flow: our address.</param>
public readonly record struct HandoverHeader(
    HandoverKind Kind, byte Hops, HandoverMarks Marks, Ipv4Address Source, Ipv4Address Destination);

/// <summary>
/// The other shards of a server, as one of them knows them: bounded queues of bytes, one in each direction
/// between any two. Called by this shard's thread only.
/// </summary>
public interface IShardPeers
{
    /// <summary>Copies into another shard's queue; false when that is full.</summary>
    bool TryOffer(int shard, in HandoverHeader header, ReadOnlySpan<byte> bytes);

    /// <summary>What another shard has offered to this one; its bytes stay until the next call.</summary>
    bool TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes);

    /// <summary>Something can be received.</summary>
    bool HasArrivals { get; }

    /// <summary>What was offered in this pass is complete: whoever sleeps and got some is woken.</summary>
    void Flush();
}
