using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Handover;

namespace Straightwire.Appliance.Metrics;

/// <summary>What passed between shards.</summary>
internal static class HandoverMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, HandoverCounters counters)
    {
        text.Counter("shards_handed_over",
            "Segments and messages that one shard handed over to another, each time.", counters.HandedOver);
        text.Counter("shards_directed",
            "Of those, what went to the shard that a port belongs to, as FTP's do.", counters.Directed);
        text.Counter("shards_received",
            "Segments and messages that a shard received from another.", counters.Received);
        text.Counter("shards_dropped",
            "Of what was to be handed over, dropped because too much waited for the other shard.",
            counters.Dropped);
    }
}
