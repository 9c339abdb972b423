using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>
/// HyStart++ (RFC 9406): the first slow start ends before the queue of the path is full. Beside its sign,
/// round trips that take longer, it takes that of the first HyStart (Ha and Rhee, 2011): acknowledgements
/// that come without a pause for half of a round trip. By then a window that is doubled fills the path. The
/// least round trip of a round is that of its first segments, and where the queue holds no more than the path
/// does, it is full by the time that these have waited in it.
/// </summary>
public static class HyStart
{
    // RFC 9406 §4.3, in microseconds, rounds and samples.
    private const uint ThresholdLeast = 4_000;
    private const uint ThresholdMost = 16_000;
    private const int MinRttDivisor = 8;
    private const int GrowthDivisor = 4;
    private const int RoundsMax = 5;
    private const int SampleMin = 8;
    private const byte SampleMax = 255;

    // A longer pause ends a train of acknowledgements: microseconds, or a part of the least round trip. A
    // window of fewer segments makes none.
    private const uint PauseLeast = 2_000;
    private const int PauseDivisor = 4;
    private const int TrainSegments = 16;

    /// <summary>
    /// Data were acknowledged in the first slow start. Returns by how many octets the window may grow.
    /// </summary>
    public static int OnAcknowledged(ref TcpConnection tcb, int bytes, long rttNanoseconds, Instant now)
    {
        ref HyStartState state = ref tcb.Growth.HyStart;
        uint microseconds = (uint)(now.Nanoseconds / 1000);
        // Not with what acknowledges the end of the flight, which comes last of it: with what comes first of
        // the next.
        if (tcb.SndUna.IsAfter(state.RoundEnd) || state.Samples == 0)
        {
            BeginRound(ref tcb, microseconds);
        }
        if (rttNanoseconds > 0)
        {
            uint sample = (uint)Math.Clamp(rttNanoseconds / 1000, 1, uint.MaxValue);
            state.CurrentMin = state.Samples == 1 ? sample : Math.Min(state.CurrentMin, sample);
            state.Samples = (byte)Math.Min(state.Samples + 1, SampleMax);
        }
        // Without timestamps one segment of a round is timed, the first, which waits behind what the round
        // before has left in the queue.
        int wanted = tcb.Is(TcpMarks.Timestamps) ? SampleMin : 1;
        if (state.Samples > wanted)
        {
            JudgeDelay(ref tcb);
        }
        if (IsTrain(ref tcb, microseconds))
        {
            tcb.Ssthresh = tcb.Cwnd;
        }
        return state.Rounds == 0 ? bytes : bytes / GrowthDivisor;
    }

    private static void BeginRound(ref TcpConnection tcb, uint now)
    {
        ref HyStartState state = ref tcb.Growth.HyStart;
        state.RoundEnd = tcb.SndNxt;
        state.RoundAt = state.TrainAt = now;
        state.LastMin = state.Samples > 1 ? state.CurrentMin : 0;
        state.Samples = 1;
        if (state.Rounds > 0 && ++state.Rounds > RoundsMax)
        {
            tcb.Ssthresh = tcb.Cwnd;
        }
    }

    private static void JudgeDelay(ref TcpConnection tcb)
    {
        ref HyStartState state = ref tcb.Growth.HyStart;
        uint before = state.Rounds == 0 ? state.LastMin : state.BaselineMin;
        uint threshold = Math.Clamp(before / MinRttDivisor, ThresholdLeast, ThresholdMost);
        if (before > 0 && state.CurrentMin >= before + threshold)
        {
            if (state.Rounds > 0)
            {
                // The second sign, after growth by a quarter: there is no doubt of the queue any more.
                tcb.Ssthresh = tcb.Cwnd;
            }
            state.Rounds = Math.Max(state.Rounds, (byte)1);
            state.BaselineMin = state.CurrentMin;
        }
        else if (state.CurrentMin < state.BaselineMin)
        {
            // The delay was no queue's: slow start goes on.
            (state.Rounds, state.BaselineMin) = (0, 0);
        }
    }

    private static bool IsTrain(ref TcpConnection tcb, uint now)
    {
        ref HyStartState state = ref tcb.Growth.HyStart;
        uint least = (uint)Math.Min(tcb.MinRttNanoseconds / 1000, uint.MaxValue);
        bool isUnbroken = now - state.TrainAt <= Math.Max(PauseLeast, least / PauseDivisor);
        if (isUnbroken)
        {
            state.TrainAt = now;
        }
        return isUnbroken && now - state.RoundAt > least / 2 && tcb.Cwnd >= TrainSegments * tcb.SegmentSize;
    }
}
