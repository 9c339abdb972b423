using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// How much a peer may send that is not consumed: at first <see cref="TcpLimits.ReceiveWindow"/>, and more
/// for one whose session takes much in a round trip: twice of that, so that what is sent again does not stop
/// what follows it (M. Fisk and W. Feng, "Dynamic Right-Sizing in TCP", 2001; Linux and FreeBSD do it). The
/// buffers for it are promised before it is announced, and as long as it is used: else whoever has sent much
/// once could keep them from others by sending little. What was announced is never taken back (RFC 9293
/// §3.8.6); a peer that uses it after all finds the buffers that others leave.
/// </summary>
/// <param name="limits">The first window, and the greatest.</param>
/// <param name="queue">Whose buffers it is.</param>
/// <param name="counters">Told when there are none for a greater one.</param>
public sealed class ReceiveWindow(TcpLimits limits, ReceiveQueue queue, TcpCounters counters)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    // A round that is longer has a pause in it.
    private const int RoundTripsMost = 4;

    // A window of which less than half was needed for so long becomes smaller: RFC 7661's reasoning, that
    // what was long ago says nothing of the path of now.
    private const long UnusedNanoseconds = 10_000_000_000;

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
            round = new Round { Window = limits.ReceiveWindow, UsedAt = now };
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
        if (elapsed > 0 && elapsed >= Math.Min(roundTrip, UnusedNanoseconds))
        {
            End(ref round, in tcb, roundTrip, now);
            Begin(ref round, in tcb, now);
        }
    }

    /// <summary>Less than that has been received: whoever trickles needs no large window.</summary>
    public void OnLittleReceived(ref TcpConnection tcb, Instant now)
    {
        if (tcb.Is(TcpMarks.Measured) && now.Since(_rounds[tcb.Place].Since) >= UnusedNanoseconds)
        {
            OnReceived(ref tcb, echo: 0, now);
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

    private void End(ref Round round, in TcpConnection tcb, long roundTrip, Instant now)
    {
        long elapsed = now.Since(round.Since);
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
        if (wanted > round.Window)
        {
            Grow(ref round, in tcb, wanted);
        }
        if (wanted >= round.Window / 2)
        {
            round.UsedAt = now;
        }
        else if (now.Since(round.UsedAt) >= UnusedNanoseconds)
        {
            round.Window = (int)Math.Max(limits.ReceiveWindow, InBuffers(wanted));
            round.UsedAt = now;
            queue.UnpromiseBeyond(in tcb, round.Window);
        }
    }

    private void Grow(ref Round round, in TcpConnection tcb, long wanted)
    {
        int most = Math.Min(limits.ReceiveWindowMax, ushort.MaxValue << tcb.RcvScale);
        var window = (int)Math.Min(InBuffers(wanted), most);
        if (window <= round.Window)
        {
            return;
        }
        int granted = queue.PromiseWindow(in tcb, window);
        counters.ReceiveWindowsHeld += granted < window ? 1 : 0;
        round.Window = Math.Max(round.Window, Math.Min(granted, window));
    }

    // Buffers are promised whole.
    private long InBuffers(long bytes) =>
        (bytes + limits.ReceiveWindow - 1) / limits.ReceiveWindow * limits.ReceiveWindow;

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

        /// <summary>When half of it was wanted last.</summary>
        public Instant UsedAt;
    }
}
