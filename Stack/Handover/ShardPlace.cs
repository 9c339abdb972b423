namespace Straightwire.Stack.Handover;

/// <summary>Which of the server's shards one is.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Count">Shards that answer for the address; at most 255.</param>
/// <param name="OwnedPortFirst">
/// The first of the ports that belong to a shard each: p to the shard (p − first) % count.
/// </param>
/// <param name="OwnedPortLast">The last one; none when it is before the first.</param>
public sealed record ShardPlace(
    int Number = 0, int Count = 1, ushort OwnedPortFirst = 1, ushort OwnedPortLast = 0);
