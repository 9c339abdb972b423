using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>CUBIC's variables (RFC 9438 §4.1), in segments and seconds.</summary>
public struct CubicState
{
    /// <summary>The window just before the last reduction.</summary>
    public float WMax;

    /// <summary>Seconds that the cubic function takes to reach it again.</summary>
    public float K;

    /// <summary>What Reno would have.</summary>
    public float WEst;

    /// <summary>The window before the reduction at which Reno's growth resumes its full pace.</summary>
    public float WPrior;

    /// <summary>When the current congestion avoidance began; 0: it has not.</summary>
    public Instant EpochStart;
}
