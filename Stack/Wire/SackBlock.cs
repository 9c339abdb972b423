namespace Straightwire.Stack.Wire;

/// <summary>An octet range [Left, Right) that a SACK option names (RFC 2018 §3).</summary>
public readonly record struct SackBlock(SequenceNumber Left, SequenceNumber Right);
