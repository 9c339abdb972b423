using System.Runtime.InteropServices;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>
/// What the growth of the window remembers. The first slow start, while the threshold is
/// <see cref="uint.MaxValue"/>, and what follows it are never at once, and stand in one place.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
public struct GrowthState
{
    /// <summary>In the first slow start (RFC 9406).</summary>
    [FieldOffset(0)]
    public HyStartState HyStart;

    /// <summary>After it (RFC 9438).</summary>
    [FieldOffset(0)]
    public CubicState Cubic;

    /// <summary>
    /// The same for Reno: octets acknowledged since the window grew last (RFC 3465 §2.1).
    /// </summary>
    [FieldOffset(0)]
    public uint RenoAcknowledged;
}
