using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Handover;

/// <summary>What passed between shards, because the link gave it to a shard that had no use for it.</summary>
public sealed class HandoverCounters
{
    [Counter("Segments and messages that one shard handed over to another, each time.", PerShard = true)]
    public long HandedOver;

    [Counter("Of those, what went to the shard that a port belongs to, as FTP's do.")]
    public long Directed;

    [Counter("Segments and messages that a shard received from another.")]
    public long Received;

    [Counter("Of what was to be handed over, dropped because too much waited for the other shard.")]
    public long Dropped;
}
