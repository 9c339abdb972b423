namespace Straightwire.Benchmarks.Memory;

/// <summary>What the shards in memory do.</summary>
/// <param name="Title">Its row.</param>
/// <param name="Shards">Shards that serve, in turn on one thread.</param>
/// <param name="Depth">Requests under way on a connection.</param>
/// <param name="Astray">Every frame comes to the shard beside its own, which hands it over.</param>
internal sealed record MemoryWork(string Title, int Shards, int Depth, bool Astray = false)
{
    /// <summary>Connections of each shard.</summary>
    public int Connections => 64;
}
