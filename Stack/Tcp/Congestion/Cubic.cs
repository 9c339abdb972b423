using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>CUBIC (RFC 9438): growth by the time since the last reduction, no slower than Reno.</summary>
public static class Cubic
{
    /// <summary>The multiplicative decrease (§4.6).</summary>
    public const float Beta = 0.7f;

    private const float C = 0.4f;
    private const float AlphaReno = 3 * (1 - Beta) / (1 + Beta);

    /// <summary>Bytes were acknowledged in congestion avoidance (§4.2 to 4.5).</summary>
    public static void Grow(ref TcpConnection tcb, int acknowledged, Instant now)
    {
        ref CubicState cubic = ref tcb.Growth.Cubic;
        float segment = tcb.SegmentSize;
        float window = tcb.Cwnd / segment;
        if (cubic.EpochStart == Instant.Zero)
        {
            BeginEpoch(ref cubic, window, now);
        }
        float acked = acknowledged / segment;
        float time = now.Since(cubic.EpochStart) * 1e-9f;
        // §4.3: alpha is 1 once the Reno estimate has reached the window before the reduction.
        float alpha = cubic.WEst >= cubic.WPrior ? 1 : AlphaReno;
        cubic.WEst += alpha * acked / window;
        if (Curve(in cubic, time) < cubic.WEst)
        {
            window = Math.Max(window, cubic.WEst);
        }
        else
        {
            float ahead = Curve(in cubic, time + (RttEstimator.Believed(in tcb) * 1e-9f));
            float target = Math.Clamp(ahead, window, 1.5f * window);
            window += (target - window) / window * acked;
        }
        tcb.Cwnd = (uint)Math.Clamp(window * segment, segment, CongestionControl.WindowMax);
    }

    /// <summary>The new slow-start threshold after a congestion event, in bytes (§4.6, §4.7).</summary>
    public static uint Reduce(ref TcpConnection tcb, uint flight)
    {
        ref CubicState cubic = ref tcb.Growth.Cubic;
        float window = tcb.Cwnd / (float)tcb.SegmentSize;
        // §4.7, fast convergence: a flow whose maximum shrinks gives room to newcomers.
        cubic.WMax = window < cubic.WMax ? window * (1 + Beta) / 2 : window;
        cubic.WPrior = window;
        cubic.EpochStart = Instant.Zero;
        return (uint)(flight * Beta);
    }

    private static void BeginEpoch(ref CubicState cubic, float window, Instant now)
    {
        cubic.EpochStart = now == Instant.Zero ? new Instant(1) : now;
        cubic.WEst = window;
        cubic.WMax = Math.Max(cubic.WMax, window);
        cubic.K = MathF.Cbrt((cubic.WMax - window) / C);
    }

    private static float Curve(in CubicState cubic, float time)
    {
        float fromPlateau = time - cubic.K;
        return (C * fromPlateau * fromPlateau * fromPlateau) + cubic.WMax;
    }
}
