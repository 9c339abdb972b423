namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Has pages filled by the shards, each by the one whose connections they are to have, on its own thread.
/// </summary>
public interface IConnectionPages
{
    /// <summary>Shards, whose pages are asked for one after the other.</summary>
    int ShardCount { get; }

    /// <summary>
    /// Sends a page to its shard (<see cref="ConnectionPage.Shard"/>). It comes back, filled, at the
    /// beginning of a later pass.
    /// </summary>
    void Ask(ConnectionPage page);
}
