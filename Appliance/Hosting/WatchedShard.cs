namespace Straightwire.Appliance.Hosting;

/// <summary>What the watchdog sees of a shard.</summary>
/// <param name="Passes">Its passes so far.</param>
/// <param name="Wake">Makes it make another.</param>
public readonly record struct WatchedShard(Func<long> Passes, Action Wake);
