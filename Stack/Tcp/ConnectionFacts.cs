using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What there is to tell of a connection, for who looks on: a copy of its control block, and what stands
/// beside it. Nothing is asserted of it: a block that is broken is told of as it is.
/// </summary>
/// <param name="block">The control block.</param>
/// <param name="sackedBytes">Octets in flight that the peer has SACKed.</param>
/// <param name="rtoNanoseconds">The retransmission timeout as it is now, doublings included.</param>
/// <param name="now">The instant of this pass.</param>
public readonly struct ConnectionFacts(
    in TcpConnection block, int sackedBytes, long rtoNanoseconds, Instant now)
{
    /// <summary>The control block.</summary>
    public readonly TcpConnection Block = block;

    /// <summary>Octets in flight that the peer has SACKed.</summary>
    public int SackedBytes => sackedBytes;

    /// <summary>The retransmission timeout as it is now, doublings included.</summary>
    public long RtoNanoseconds => rtoNanoseconds;

    /// <summary>The congestion window in full segments.</summary>
    public long CwndSegments => Block.SegmentSize > 0 ? Block.Cwnd / Block.SegmentSize : 0;

    /// <summary>
    /// The slow start threshold; null: no loss has set one yet (RFC 5681 §3.1: "arbitrarily high").
    /// </summary>
    public long? Ssthresh => Block.Ssthresh >= int.MaxValue ? null : Block.Ssthresh;

    /// <summary>Nanoseconds since it has sent anything; null: never.</summary>
    public long? SinceSent => Block.LastSentAt == Instant.Zero ? null : now.Since(Block.LastSentAt);

    /// <summary>
    /// Nanoseconds since the peer took something last, or, if that was later, since there began to be
    /// something for it.
    /// </summary>
    public long SinceProgress => now.Since(Block.ProgressAt);
}
