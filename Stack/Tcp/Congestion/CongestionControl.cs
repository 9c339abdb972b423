using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>
/// Slow start and the events of loss (RFC 5681), with congestion avoidance by NewReno or CUBIC. Windows are
/// bytes.
/// </summary>
public static class CongestionControl
{
    /// <summary>More than any receive window allows (RFC 7323 §2.3: 2^30).</summary>
    public const uint WindowMax = 1 << 30;

    // RFC 7661 §4.4.3: how long a window that is not used may still be trusted.
    private const long NonValidatedNanoseconds = 300_000_000_000;

    /// <summary>The state of a connection whose MSS is known (RFC 6928).</summary>
    public static void Initialize(ref TcpConnection tcb, TcpLimits limits)
    {
        tcb.Cwnd = InitialWindow(in tcb, limits);
        tcb.Ssthresh = uint.MaxValue;
    }

    /// <summary>RFC 6928 §2: min(10 × MSS, max(2 × MSS, 14600)).</summary>
    public static uint InitialWindow(in TcpConnection tcb, TcpLimits limits) => (uint)Math.Min(
        limits.InitialWindow * tcb.SegmentSize,
        Math.Max(2 * tcb.SegmentSize, limits.InitialWindow * 1460));

    /// <summary>
    /// So many octets are in flight. RFC 7661's reasoning: a window that the application does not fill is not
    /// tested, and does not grow.
    /// </summary>
    public static void NoteUse(ref TcpConnection tcb, int flight)
    {
        if ((long)flight * 2 >= tcb.Cwnd)
        {
            tcb.Mark(TcpMarks.WindowLimited);
        }
        else
        {
            tcb.Unmark(TcpMarks.WindowLimited);
        }
    }

    /// <summary>
    /// New data were acknowledged or SACKed outside of fast recovery. The window grows by what was
    /// acknowledged (RFC 3465), and only when it was full.
    /// </summary>
    /// <param name="tcb">SND.UNA has moved.</param>
    /// <param name="bytes">By how much.</param>
    /// <param name="roundTrip">How long what is acknowledged was on its way, nanoseconds; 0: unknown.</param>
    /// <param name="now">Now.</param>
    /// <param name="limits">With the algorithm.</param>
    public static void OnAcknowledged(
        ref TcpConnection tcb, int bytes, long roundTrip, Instant now, TcpLimits limits)
    {
        if (!tcb.Is(TcpMarks.WindowLimited))
        {
            if (tcb.Cwnd >= tcb.Ssthresh)
            {
                // RFC 9438 §5.8: the time in which the window was not tried does not count.
                tcb.Growth.Cubic.EpochStart = Instant.Zero;
            }
            return;
        }
        if (tcb.Ssthresh == uint.MaxValue)
        {
            bytes = HyStart.OnAcknowledged(ref tcb, bytes, roundTrip, now);
            if (tcb.Ssthresh != uint.MaxValue)
            {
                tcb.Growth.Cubic = default;
            }
        }
        if (bytes > 0 && tcb.Cwnd < tcb.Ssthresh)
        {
            uint grown = (uint)Math.Min((long)tcb.Cwnd + bytes, Math.Min(tcb.Ssthresh, WindowMax));
            bytes -= (int)(grown - tcb.Cwnd);
            tcb.Cwnd = grown;
        }
        if (bytes <= 0 || tcb.Cwnd < tcb.Ssthresh)
        {
            return;
        }
        if (limits.Congestion == CongestionAlgorithm.Cubic)
        {
            Cubic.Grow(ref tcb, bytes, now);
        }
        else
        {
            GrowAsReno(ref tcb, bytes);
        }
    }

    // RFC 5681 §3.1, (3): one segment for each window of acknowledged octets, counted as such, however many
    // acknowledgements they are divided into (RFC 3465 §2.1).
    private static void GrowAsReno(ref TcpConnection tcb, int bytes)
    {
        ref uint acknowledged = ref tcb.Growth.RenoAcknowledged;
        acknowledged += (uint)bytes;
        if (acknowledged >= tcb.Cwnd)
        {
            acknowledged -= tcb.Cwnd;
            tcb.Cwnd = Math.Min(tcb.Cwnd + (uint)tcb.SegmentSize, WindowMax);
        }
    }

    /// <summary>
    /// Loss was found, with so many octets in flight (RFC 5681 §3.2, RFC 9438 §4.6).
    /// </summary>
    public static void OnFastRetransmit(ref TcpConnection tcb, int flight, TcpLimits limits)
    {
        tcb.Ssthresh = ReducedThreshold(ref tcb, flight, limits);
        tcb.Cwnd = tcb.Ssthresh;
    }

    /// <summary>
    /// The peer tells of congestion that has cost nothing yet (RFC 3168 §6.1.2), with so many octets in
    /// flight: the factor is that of a loss, as in Linux (RFC 8511's would be greater), but one segment is
    /// enough (RFC 9438 §4.6).
    /// </summary>
    public static void OnEcho(ref TcpConnection tcb, int flight, TcpLimits limits)
    {
        uint reduced = Reduced(ref tcb, flight, limits);
        uint segment = (uint)tcb.SegmentSize;
        tcb.Ssthresh = Math.Max(reduced, 2 * segment);
        tcb.Cwnd = Math.Min(tcb.Cwnd, Math.Max(reduced, segment));
    }

    /// <summary>
    /// The retransmission timer expired (RFC 5681 §3.1, (4)); the threshold is held when the same data time
    /// out again.
    /// </summary>
    public static void OnTimeout(ref TcpConnection tcb, int flight, bool first, TcpLimits limits)
    {
        if (first)
        {
            tcb.Ssthresh = ReducedThreshold(ref tcb, flight, limits);
        }
        tcb.Cwnd = (uint)tcb.SegmentSize;
    }

    /// <summary>
    /// Nothing was sent for more than an RTO (RFC 5681 §4.1): a whole window at once would be a burst that
    /// nothing clocks. What the window was is remembered for five minutes (RFC 7661 §4.3), as the threshold
    /// that slow start comes to again in a few round trips.
    /// </summary>
    public static void OnIdle(ref TcpConnection tcb, long idleNanoseconds, TcpLimits limits)
    {
        uint restart = InitialWindow(in tcb, limits);
        if (tcb.Cwnd <= restart)
        {
            return;
        }
        uint validated = idleNanoseconds > NonValidatedNanoseconds ? tcb.Cwnd / 2 : tcb.Cwnd / 4 * 3;
        tcb.Ssthresh = Math.Max(tcb.Ssthresh, validated);
        tcb.Cwnd = restart;
        if (tcb.Ssthresh != uint.MaxValue)
        {
            tcb.Growth.Cubic.EpochStart = Instant.Zero;
        }
    }

    private static uint ReducedThreshold(ref TcpConnection tcb, int flight, TcpLimits limits) =>
        Math.Max(Reduced(ref tcb, flight, limits), 2u * (uint)tcb.SegmentSize);

    private static uint Reduced(ref TcpConnection tcb, int flight, TcpLimits limits)
    {
        if (tcb.Ssthresh == uint.MaxValue)
        {
            tcb.Growth.Cubic = default;
        }
        if (tcb.Is(TcpMarks.EcnCapable))
        {
            // RFC 3168 §6.1.2: the peer is told of each reduction, whatever its reason.
            tcb.Mark(TcpMarks.CwrOwed | TcpMarks.Reduced);
        }
        return limits.Congestion == CongestionAlgorithm.Cubic
            ? Cubic.Reduce(ref tcb, (uint)flight)
            : (uint)flight / 2;
    }
}
