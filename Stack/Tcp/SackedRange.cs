using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>Octets that the peer has SACKed.</summary>
/// <param name="Left">The first.</param>
/// <param name="Right">The one after the last.</param>
/// <param name="PassedAt">
/// When anything above the hole below this range was SACKed first: what is missing there was passed then by
/// what was sent later.
/// </param>
public readonly record struct SackedRange(SequenceNumber Left, SequenceNumber Right, Instant PassedAt)
{
    /// <summary>How many octets.</summary>
    public int Length => Right.Since(Left);
}
