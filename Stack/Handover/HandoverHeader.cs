using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Handover;

/// <summary>The head of what one shard hands over to another.</summary>
/// <param name="Kind">What the bytes behind it are.</param>
/// <param name="Trail">Which shards had it before.</param>
/// <param name="Source">Of a segment or a flow: the peer's address.</param>
/// <param name="Destination">Of a segment or a flow: our address.</param>
public readonly record struct HandoverHeader(
    HandoverKind Kind, ShardTrail Trail, IpAddress Source, IpAddress Destination);
