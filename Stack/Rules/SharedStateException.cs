namespace Straightwire.Stack.Rules;

/// <summary>What all connections of a shard share is broken: no connection's end mends that.</summary>
public sealed class SharedStateException(string message) : Exception(message);
