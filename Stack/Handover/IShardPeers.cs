namespace Straightwire.Stack.Handover;

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
