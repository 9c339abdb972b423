using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Straightwire.Stack;

/// <summary>An own invariant was broken: a bug of this program, never a peer's doing.</summary>
public sealed class InvariantException(string message) : Exception(message);

/// <summary>
/// Assertions about own state, kept in Release. Peer input is never asserted; it is rejected.
/// </summary>
public static class Invariant
{
    /// <summary>
    /// Throws <see cref="InvariantException"/> with <paramref name="rule"/> unless it holds.
    /// </summary>
    [StackTraceHidden]
    public static void Assert([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
        {
            Throw(rule);
        }
    }

    [DoesNotReturn]
    [StackTraceHidden]
    private static void Throw(string rule) => throw new InvariantException("Invariant broken: " + rule);
}
