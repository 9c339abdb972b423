namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>
/// HyStart++ (RFC 9406): the first slow start ends before the queue of the path is full, when round trips
/// begin to take longer.
/// </summary>
public static class HyStart
{
    // §4.3, in microseconds, rounds and samples.
    private const uint ThresholdLeast = 4_000;
    private const uint ThresholdMost = 16_000;
    private const int MinRttDivisor = 8;
    private const int GrowthDivisor = 4;
    private const int RoundsMax = 5;
    private const int SampleMin = 8;
    private const byte SampleMax = 255;

    /// <summary>
    /// Data were acknowledged in the first slow start. Returns by how many octets the window may grow.
    /// </summary>
    public static int OnAcknowledged(ref TcpConnection tcb, int bytes, long rttNanoseconds)
    {
        ref HyStartState state = ref tcb.HyStart;
        if (tcb.SndUna.IsAtOrAfter(state.RoundEnd) || state.Samples == 0)
        {
            BeginRound(ref tcb);
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
            Judge(ref tcb);
        }
        return state.Rounds == 0 ? bytes : bytes / GrowthDivisor;
    }

    private static void BeginRound(ref TcpConnection tcb)
    {
        ref HyStartState state = ref tcb.HyStart;
        state.RoundEnd = tcb.SndNxt;
        state.LastMin = state.Samples > 1 ? state.CurrentMin : 0;
        state.Samples = 1;
        if (state.Rounds > 0 && ++state.Rounds > RoundsMax)
        {
            tcb.Ssthresh = tcb.Cwnd;
        }
    }

    private static void Judge(ref TcpConnection tcb)
    {
        ref HyStartState state = ref tcb.HyStart;
        if (state.Rounds > 0)
        {
            if (state.CurrentMin < state.BaselineMin)
            {
                // The delay was no queue's: slow start goes on.
                state.Rounds = 0;
            }
        }
        else if (state.LastMin > 0 && state.CurrentMin >= state.LastMin
            + Math.Clamp(state.LastMin / MinRttDivisor, ThresholdLeast, ThresholdMost))
        {
            state.BaselineMin = state.CurrentMin;
            state.Rounds = 1;
        }
    }
}
