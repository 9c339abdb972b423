namespace Straightwire.Stack.Handover;

/// <summary>Who had something before; nobody: it came from the link.</summary>
/// <param name="Hops">Shards of this round that it was passed on by.</param>
/// <param name="Marks">What they say of it.</param>
public readonly record struct ShardTrail(byte Hops, HandoverMarks Marks);
