namespace Straightwire.Stack.Tcp;

/// <summary>What the timer of what is in flight waits for.</summary>
public enum LossTimer : byte
{
    /// <summary>The retransmission timeout (RFC 6298).</summary>
    Retransmission,

    /// <summary>A tail loss probe (RFC 8985 §7).</summary>
    TailProbe,

    /// <summary>The end of the reordering window (RFC 8985 §6.3).</summary>
    Reordering,
}
