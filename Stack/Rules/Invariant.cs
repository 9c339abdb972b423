using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Straightwire.Stack.Rules;

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

    /// <summary>
    /// Throws <see cref="SharedStateException"/>, which ends the shard, with <paramref name="rule"/> unless
    /// it holds.
    /// </summary>
    [StackTraceHidden]
    public static void AssertShared([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
        {
            ThrowShared(rule);
        }
    }

    /// <summary>
    /// Whether a fault ends no more than what was in hand: a connection, or a frame.
    /// </summary>
    public static bool IsContained(Exception fault) =>
        fault is not (SharedStateException or OutOfMemoryException);

    [DoesNotReturn]
    [StackTraceHidden]
    private static void ThrowShared(string rule) =>
        throw new SharedStateException("Invariant of the shard broken: " + rule);

    [DoesNotReturn]
    [StackTraceHidden]
    private static void Throw(string rule) => throw new InvariantException("Invariant broken: " + rule);
}
