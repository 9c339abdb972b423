using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services;

/// <summary>A service on one shard; called on the shard's thread.</summary>
public interface IShardService
{
    /// <summary>
    /// The shard begins a pass, after its content has: what other threads have finished is taken here.
    /// </summary>
    void BeginPass(Instant now)
    {
    }

    /// <summary>Who the shard is from now on.</summary>
    void Adopt(NetworkState network)
    {
    }
}
