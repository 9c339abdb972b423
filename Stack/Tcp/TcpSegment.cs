using Straightwire.Stack.Handover;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>A received segment: header, options, payload. Trimming it to the window changes it.</summary>
public ref struct TcpSegment
{
    public TcpHeader Header;
    public TcpOptions Options;
    public ReadOnlySpan<byte> Payload;

    /// <summary>All of it as it came, for another shard.</summary>
    public ReadOnlySpan<byte> Bytes;

    /// <summary>What routers have told of congestion.</summary>
    public EcnCodepoint Ecn;

    /// <summary>Which shards had it before.</summary>
    public ShardTrail Trail;

    /// <summary>SEG.SEQ; moves when the front is trimmed.</summary>
    public SequenceNumber Sequence;

    /// <summary>The FIN is there and in the window.</summary>
    public bool HasFin;

    /// <summary>SEG.LEN: payload, SYN and FIN (RFC 9293 §3.4).</summary>
    public readonly int Length => Payload.Length + (HasFin ? 1 : 0) + (Header.Has(TcpFlags.Syn) ? 1 : 0);

    /// <summary>The first sequence number after the segment.</summary>
    public readonly SequenceNumber End => Sequence + Length;
}
