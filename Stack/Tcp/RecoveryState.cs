using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What a connection remembers of its recovery, beside its scoreboard: a connection without losses needs none
/// of it.
/// </summary>
public struct RecoveryState
{
    // RFC 4015: the window, the threshold and its growth before the recovery.
    public uint Cwnd;
    public uint Ssthresh;
    public GrowthState Growth;

    /// <summary>The timestamp of what was sent again first; 0: nothing was yet (RFC 3522).</summary>
    public uint FirstResent;

    /// <summary>
    /// Where the recovery began, and the octets sent again since of which no duplicate tells (RFC 3708).
    /// </summary>
    public SequenceNumber From;
    public uint ResentInDoubt;

    // RFC 6937 §3: in flight when the recovery began, arrived since, sent since; the last is less than 0
    // while what was allowed before is not sent.
    public uint Flight;
    public uint PrrDelivered;
    public int PrrOut;
}
