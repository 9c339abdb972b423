namespace Straightwire.Stack.Tcp;

/// <summary>
/// A connection's name beyond the call that told it: good for as long as the connection lasts, and never
/// another one's.
/// </summary>
/// <param name="Place">Where it is in the shard's table.</param>
/// <param name="Number">Which of the connections that were there; 0 is none.</param>
public readonly record struct StreamId(int Place, uint Number);
