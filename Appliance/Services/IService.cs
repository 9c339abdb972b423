using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Services;

/// <summary>
/// A service that is open: what its shards have in common. It ends, by <see cref="IDisposable.Dispose"/>,
/// after the shards have ended and before the content does.
/// </summary>
public interface IService : IDisposable
{
    /// <summary>Builds it on a shard, and listens there; before the shard's first pass.</summary>
    IShardService AddShard(in ShardContext shard);

    /// <summary>Writes its metrics, those of all shards together; on a shard's thread.</summary>
    void Write(MetricsText text);

    /// <summary>Reads anew what it has read besides the content (SIGHUP); from any thread.</summary>
    void Reload()
    {
    }

    /// <summary>Opens its logs anew, after they were renamed (SIGUSR1); from any thread.</summary>
    void Reopen()
    {
    }
}
