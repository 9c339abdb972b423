using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// How much a peer may send that is not consumed: at first <see cref="TcpLimits.ReceiveWindow"/>, and more
/// for one whose session takes much in a round trip: twice of that, so that what is sent again does not stop
/// what follows it (M. Fisk and W. Feng, "Dynamic Right-Sizing in TCP", 2001; Linux and FreeBSD do it). The
/// buffers for it are promised before it is announced, since an announced window is never taken back (RFC
/// 9293 §3.8.6).
/// </summary>
/// <param name="limits">The first window, and the greatest.</param>
/// <param name="queue">Whose buffers it is.</param>
/// <param name="counters">Told when there are none for a greater one.</param>
public sealed class ReceiveWindow(TcpLimits limits, ReceiveQueue queue, TcpCounters counters)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    // A round that is longer has a pause in it, and after one as long as this a window begins anew.
    private const int RoundTripsMost = 4;
    private const long PauseNanoseconds = 10_000_000_000;

    // An echo that is older tells of nothing that is under way.
    private const long RoundTripMost = 10_000_000_000;
    private const int SegmentsMore = 16;

    // Of each connection that has sent much (TcpMarks.Measured); the system gives the memory when it is used.
    private readonly Round[] _rounds = new Round[limits.Connections];

    /// <summary>The connection's receive window when nothing is unconsumed, bytes.</summary>
    public int Of(in TcpConnection tcb) =>
        tcb.Is(TcpMarks.Measured) ? _rounds[tcb.Place].Window : limits.ReceiveWindow;

    /// <summary>More than a segment or two has been received in order.</summary>
    /// <param name="tcb">By whom.</param>
    /// <param name="echo">
    /// The timestamp that the segment echoes; 0: none. A peer that sends much sends upon acknowledgements, so
    /// that this tells the round trip (RFC 7323 §4).
    /// </param>
    /// <param name="now">The instant of this pass.</param>
    public void OnReceived(ref TcpConnection tcb, uint echo, Instant now)
    {
        if (limits.ReceiveWindowMax <= limits.ReceiveWindow)
        {
            return;
        }
        ref Round round = ref _rounds[tcb.Place];
        if (!tcb.Is(TcpMarks.Measured))
        {
            tcb.Mark(TcpMarks.Measured);
            round = new Round { Window = limits.ReceiveWindow };
            Begin(ref round, in tcb, now);
        }
        else if (echo != 0 && tcb.Is(TcpMarks.Timestamps))
        {
            long sample = (int)(TcpInput.Timestamp(in tcb, now) - echo) * NanosecondsPerMillisecond;
            if (sample is >= 0 and < RoundTripMost)
            {
                // The clock's tick is a millisecond.
                sample = Math.Max(sample, NanosecondsPerMillisecond);
                round.Shortest = round.Shortest == 0 ? sample : Math.Min(round.Shortest, sample);
            }
        }
        long elapsed = now.Since(round.Since);
        long roundTrip = round.Shortest > 0 ? round.Shortest
            : tcb.SrttNanoseconds > 0 ? tcb.SrttNanoseconds
            : Front(in tcb).IsAtOrAfter(round.Edge) ? elapsed
            : long.MaxValue;
        if (elapsed > 0 && elapsed >= roundTrip)
        {
            End(ref round, in tcb, elapsed, roundTrip);
            Begin(ref round, in tcb, now);
        }
    }

    /// <summary>The peer has finished: there will be no window any more.</summary>
    public void OnPeerFinished(ref TcpConnection tcb)
    {
        tcb.Unmark(TcpMarks.Measured);
        queue.UnpromiseAll(in tcb);
    }

    private static SequenceNumber Front(in TcpConnection tcb) => tcb.RcvNxt - tcb.ReceivedBytes;

    private static void Begin(ref Round round, in TcpConnection tcb, Instant now)
    {
        round.Since = now;
        round.Front = Front(in tcb);
        round.Edge = tcb.RcvEdge;
        round.Shortest = 0;
    }

    private void End(ref Round round, in TcpConnection tcb, long elapsed, long roundTrip)
    {
        long consumed = Front(in tcb).Since(round.Front);
        bool hasPaused = elapsed / RoundTripsMost > roundTrip;
        if (hasPaused)
        {
            consumed = (long)(consumed * ((double)RoundTripsMost * roundTrip / elapsed));
        }
        long wanted = (2 * consumed) + (SegmentsMore * tcb.SegmentSize);
        if (consumed > round.Consumed + (round.Consumed / 2))
        {
            // The peer's window grows: by the time that it hears of ours it sends twice as much.
            wanted *= 2;
        }
        round.Consumed = consumed;
        if (hasPaused && elapsed > PauseNanoseconds)
        {
            // RFC 7661's reasoning: a window of long ago says nothing of the path of now.
            round.Window = limits.ReceiveWindow;
        }
        if (wanted > round.Window)
        {
            Grow(ref round, in tcb, wanted);
        }
        queue.UnpromiseBeyond(in tcb, Math.Max(round.Window, tcb.RcvEdge.Since(Front(in tcb))));
    }

    private void Grow(ref Round round, in TcpConnection tcb, long wanted)
    {
        int most = Math.Min(limits.ReceiveWindowMax, ushort.MaxValue << tcb.RcvScale);
        // Buffers are promised whole.
        long buffers = (wanted + limits.ReceiveWindow - 1) / limits.ReceiveWindow;
        var window = (int)Math.Min(buffers * limits.ReceiveWindow, most);
        if (window <= round.Window)
        {
            return;
        }
        int granted = queue.PromiseWindow(in tcb, window);
        counters.ReceiveWindowsHeld += granted < window ? 1 : 0;
        round.Window = Math.Max(round.Window, Math.Min(granted, window));
    }

    // What was consumed since an instant.
    private struct Round
    {
        public Instant Since;

        /// <summary>The shortest round trip in it, nanoseconds; 0: none is known.</summary>
        public long Shortest;
        public SequenceNumber Front;
        public SequenceNumber Edge;

        /// <summary>In the round before, bytes.</summary>
        public long Consumed;
        public int Window;
    }
}
