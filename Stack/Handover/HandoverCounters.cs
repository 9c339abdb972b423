namespace Straightwire.Stack.Handover;

/// <summary>What passed between shards, because the link gave it to a shard that had no use for it.</summary>
public sealed class HandoverCounters
{
    /// <summary>Handed over to another shard, what others had handed over to this one included.</summary>
    public long HandedOver;

    /// <summary>
    /// Of those, and of the dropped, what went to the shard that a port belongs to: no link knows that.
    /// </summary>
    public long Directed;

    /// <summary>Received from other shards.</summary>
    public long Received;

    /// <summary>Dropped because the other shard's queue was full.</summary>
    public long Dropped;
}
