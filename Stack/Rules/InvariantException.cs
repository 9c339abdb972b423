namespace Straightwire.Stack.Rules;

/// <summary>An own invariant was broken: a bug of this program, never a peer's doing.</summary>
public sealed class InvariantException(string message) : Exception(message);
