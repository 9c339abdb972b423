using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp;

/// <summary>The retransmission timer's value (RFC 6298).</summary>
public static class RttEstimator
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const long BelievedMost = 1_000_000_000;

    /// <summary>The state of a new connection (§2.1).</summary>
    public static void Initialize(ref TcpConnection tcb, TcpLimits limits) =>
        tcb.RtoNanoseconds = limits.RtoInitial.Nanoseconds;

    /// <summary>A round trip was measured (§2.2, §2.3).</summary>
    public static void Sample(ref TcpConnection tcb, long nanoseconds, TcpLimits limits)
    {
        long sample = Math.Max(1, nanoseconds);
        if (tcb.SrttNanoseconds == 0)
        {
            tcb.SrttNanoseconds = sample;
            tcb.RttvarNanoseconds = sample / 2;
        }
        else
        {
            // RTTVAR before SRTT, with beta = 1/4 and alpha = 1/8.
            tcb.RttvarNanoseconds += (Math.Abs(tcb.SrttNanoseconds - sample) - tcb.RttvarNanoseconds) / 4;
            tcb.SrttNanoseconds += (sample - tcb.SrttNanoseconds) / 8;
        }
        tcb.RtoNanoseconds = Math.Clamp(
            tcb.SrttNanoseconds + Math.Max(NanosecondsPerMillisecond, 4 * tcb.RttvarNanoseconds),
            limits.RtoMin.Nanoseconds,
            limits.RtoMax.Nanoseconds);
    }

    /// <summary>
    /// A round trip was measured by our own clock: it may be the least, of which a timestamp's milliseconds
    /// are no measure.
    /// </summary>
    public static void SampleTimed(ref TcpConnection tcb, long nanoseconds, TcpLimits limits)
    {
        tcb.MinRttNanoseconds = tcb.MinRttNanoseconds == 0
            ? Math.Max(1, nanoseconds)
            : Math.Clamp(nanoseconds, 1, tcb.MinRttNanoseconds);
        Sample(ref tcb, nanoseconds, limits);
    }

    /// <summary>
    /// SRTT where a longer one would make the connection bolder: a peer can make it what it likes, with
    /// timestamps that it did not get, or acknowledgements that it keeps back. A second at most; nanoseconds.
    /// </summary>
    public static long Believed(in TcpConnection tcb) => Math.Min(tcb.SrttNanoseconds, BelievedMost);

    /// <summary>
    /// The RTO after <paramref name="backoff"/> doublings (§5.5), within its limits; nanoseconds. Whatever is
    /// in the control block, the next try is not now: a shard would have no other work any more.
    /// </summary>
    public static long BackedOff(in TcpConnection tcb, int backoff, TcpLimits limits) => Math.Clamp(
        tcb.RtoNanoseconds << Math.Min(backoff, 16),
        limits.RtoMin.Nanoseconds,
        limits.RtoMax.Nanoseconds);

    /// <summary>
    /// Whether the RTO is longer than the samples say, because it was doubled and there was none since
    /// (§5.5).
    /// </summary>
    public static bool IsBackedOff(in TcpConnection tcb, TcpLimits limits) => tcb.Backoff > 0
        || tcb.RtoNanoseconds > Math.Max(
            limits.RtoMin.Nanoseconds,
            tcb.SrttNanoseconds + Math.Max(NanosecondsPerMillisecond, 4 * tcb.RttvarNanoseconds));

    /// <summary>
    /// When something is sent or probed again that is sent or probed now; no later than when the connection
    /// is given up for want of progress, so that this does not wait for the end of a long interval.
    /// </summary>
    public static Instant NextTry(in TcpConnection tcb, Instant now, TcpLimits limits) =>
        Instant.Min(now.Plus(BackedOff(in tcb, tcb.Backoff, limits)), GivenUpAt(in tcb, limits));

    /// <summary>When a connection is given up if the peer takes nothing (RFC 9293 §3.8.3, R2).</summary>
    public static Instant GivenUpAt(in TcpConnection tcb, TcpLimits limits) =>
        tcb.ProgressAt + limits.UserTimeout;

    /// <summary>
    /// Begins to time the octet before <paramref name="now"/>'s SND.NXT, unless one is timed already.
    /// </summary>
    public static void Begin(ref TcpConnection tcb, Instant now)
    {
        if (!tcb.Is(TcpMarks.Timing))
        {
            tcb.Mark(TcpMarks.Timing);
            tcb.TimedSequence = tcb.SndNxt;
            tcb.TimedUna = tcb.SndUna;
            tcb.TimedAt = now;
        }
    }

    /// <summary>
    /// Something is sent again: what is timed is no sample any more (Karn's algorithm, §3).
    /// </summary>
    public static void Cancel(ref TcpConnection tcb) => tcb.Unmark(TcpMarks.Timing);

    /// <summary>SND.UNA has moved: takes the sample if it is complete.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool OnAcknowledged(ref TcpConnection tcb, Instant now, TcpLimits limits)
    {
        if (!tcb.Is(TcpMarks.Timing) || tcb.SndUna.IsBefore(tcb.TimedSequence))
        {
            return false;
        }
        tcb.Unmark(TcpMarks.Timing);
        long nanoseconds = now.Since(tcb.TimedAt);
        SampleTimed(ref tcb, nanoseconds, limits);
        NoteDelivery(ref tcb, nanoseconds);
        return true;
    }

    // draft-cheng-iccrg-delivery-rate-estimation §3.3, with one flight's bytes over its round trip for a
    // sample: where the queue had no more to send, the sample tells of the application, and counts only if
    // it is the greater.
    private static void NoteDelivery(ref TcpConnection tcb, long nanoseconds)
    {
        float rate = tcb.SndUna.Since(tcb.TimedUna) * 1e9f / Math.Max(1, nanoseconds);
        if (tcb.UnsentBytes > 0 || rate > tcb.DeliveryRate)
        {
            tcb.DeliveryRate = rate;
        }
    }

    /// <summary>
    /// What was sent again is acknowledged, which is no sample: the doubled RTO stays until there is one
    /// (§5.5 to 5.7, and the second half of Karn's algorithm).
    /// </summary>
    public static void KeepBackoff(ref TcpConnection tcb, TcpLimits limits) =>
        tcb.RtoNanoseconds = BackedOff(in tcb, tcb.Backoff, limits);
}
