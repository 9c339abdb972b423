using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// The segments that were sent again and of which nothing is known yet, oldest first: what RFC 8985 §6.2 must
/// know of each to find a retransmission that is lost itself. They stand beside the ranges of a scoreboard,
/// and are lent with it. What has no room any more is watched by the retransmission timer alone.
/// </summary>
public sealed class RetransmissionLog
{
    /// <summary>Segments of one log: one for each hole that a scoreboard can have, and more.</summary>
    public const int SegmentMax = 256;

    private readonly SackScoreboard _scoreboard;
    private readonly ResentSegment[] _segments;
    private readonly int[] _counts;

    /// <summary>Creates the logs of all boards, empty.</summary>
    internal RetransmissionLog(int boardCount, SackScoreboard scoreboard)
    {
        _scoreboard = scoreboard;
        _segments = new ResentSegment[boardCount * SegmentMax];
        _counts = new int[boardCount];
    }

    /// <summary>Whether nothing that was sent again is without an answer, as far as is known here.</summary>
    public bool IsEmpty(in TcpConnection tcb) => SegmentsOf(in tcb).IsEmpty;

    /// <summary>Segments that were sent again and are not lost since, as far as is known here.</summary>
    public int UnderWay(in TcpConnection tcb)
    {
        int count = 0;
        if (tcb.Is(TcpMarks.LostAgain))
        {
            foreach (ref readonly ResentSegment segment in SegmentsOf(in tcb))
            {
                count += segment.IsLost ? 0 : 1;
            }
            return count;
        }
        return SegmentsOf(in tcb).Length;
    }

    /// <summary>Octets that were lost again, and were not sent since.</summary>
    public int LostOctets(in TcpConnection tcb)
    {
        int sum = 0;
        if (tcb.Is(TcpMarks.LostAgain))
        {
            foreach (ref readonly ResentSegment segment in SegmentsOf(in tcb))
            {
                sum += segment.IsLost ? segment.End.Since(segment.Start) : 0;
            }
        }
        return sum;
    }

    /// <summary>Forgets all.</summary>
    public void Clear(ref TcpConnection tcb)
    {
        tcb.Unmark(TcpMarks.LostAgain);
        if (tcb.Scoreboard != 0)
        {
            _counts[tcb.Scoreboard - 1] = 0;
        }
    }

    /// <summary>Octets are sent again. Nothing happens for a connection without a board.</summary>
    public void Add(ref TcpConnection tcb, SequenceNumber start, SequenceNumber end, Instant now)
    {
        if (tcb.Scoreboard != 0 && _counts[tcb.Scoreboard - 1] < SegmentMax)
        {
            ref int count = ref _counts[tcb.Scoreboard - 1];
            _segments[((tcb.Scoreboard - 1) * SegmentMax) + count++] = new ResentSegment
            {
                Start = start,
                End = end,
                Follows = tcb.SndNxt,
                SentAt = now,
                PassedAt = Instant.Never,
            };
        }
    }

    /// <summary>The oldest octets that were lost again; false when there are none.</summary>
    public bool TryFindLost(in TcpConnection tcb, out SequenceNumber start, out SequenceNumber end)
    {
        foreach (ref readonly ResentSegment segment in SegmentsOf(in tcb))
        {
            if (segment.IsLost)
            {
                (start, end) = (segment.Start, segment.End);
                return true;
            }
        }
        (start, end) = (default, default);
        return false;
    }

    /// <summary>What <see cref="TryFindLost"/> has found was sent again up to a number.</summary>
    public void TakeLost(ref TcpConnection tcb, SequenceNumber end)
    {
        Span<ResentSegment> segments = SegmentsOf(in tcb);
        int place = 0;
        while (!segments[place].IsLost)
        {
            place++;
        }
        if (end.IsBefore(segments[place].End))
        {
            // It was longer than a segment of this path may be.
            segments[place].Start = end;
            return;
        }
        segments[(place + 1)..].CopyTo(segments[place..]);
        SetCount(ref tcb, segments.Length - 1);
    }

    /// <summary>
    /// An acknowledgement has come: drops what it covers, and notes what was passed by something that was
    /// sent later and has arrived (RFC 8985 §6.2, steps 2 and 3).
    /// </summary>
    /// <param name="tcb">SND.UNA and the scoreboard are of after the acknowledgement.</param>
    /// <param name="echo">The timestamp that it echoes; 0: none.</param>
    /// <param name="now">Now.</param>
    public void OnAcknowledged(ref TcpConnection tcb, uint echo, Instant now)
    {
        Span<ResentSegment> segments = SegmentsOf(in tcb);
        SequenceNumber highest = _scoreboard.Highest(in tcb);
        bool passed = false;
        for (int i = segments.Length - 1; i >= 0; i--)
        {
            ref ResentSegment segment = ref segments[i];
            segment.Start = SequenceNumber.Max(segment.Start, tcb.SndUna);
            if (!segment.Start.IsBefore(segment.End)
                || !_scoreboard.TryFindHole(in tcb, segment.Start, segment.End, out _, out _))
            {
                segment.End = segment.Start;
                passed |= IsOfRetransmission(in tcb, in segment, echo, now);
            }
            else if (segment.PassedAt == Instant.Never && (passed || highest.IsAfter(segment.Follows)))
            {
                segment.PassedAt = now;
            }
        }
        int kept = 0;
        foreach (ref readonly ResentSegment segment in segments)
        {
            if (segment.Start.IsBefore(segment.End))
            {
                segments[kept++] = segment;
            }
        }
        if (kept < segments.Length)
        {
            SetCount(ref tcb, kept);
        }
    }

    /// <summary>
    /// Takes those for lost that have been passed since an instant at least (RFC 8985 §6.2, step 5); returns
    /// how many.
    /// </summary>
    /// <param name="tcb">Whose segments.</param>
    /// <param name="passed">The instant.</param>
    /// <param name="next">When the next of them was passed; never: none was.</param>
    public int DetectLost(ref TcpConnection tcb, Instant passed, out Instant next)
    {
        next = Instant.Never;
        int lost = 0;
        foreach (ref ResentSegment segment in SegmentsOf(in tcb))
        {
            if (segment.IsLost || segment.PassedAt == Instant.Never)
            {
                continue;
            }
            if (segment.PassedAt <= passed)
            {
                segment.IsLost = true;
                tcb.Mark(TcpMarks.LostAgain);
                lost++;
            }
            else
            {
                next = Instant.Min(next, segment.PassedAt);
            }
        }
        return lost;
    }

    // Some have gone, the last that was lost among them, or not.
    private void SetCount(ref TcpConnection tcb, int count)
    {
        _counts[tcb.Scoreboard - 1] = count;
        if (tcb.Is(TcpMarks.LostAgain) && !TryFindLost(in tcb, out _, out _))
        {
            tcb.Unmark(TcpMarks.LostAgain);
        }
    }

    // RFC 8985 §6.2, step 2: what arrived may be what was sent first, and then says nothing of when.
    private static bool IsOfRetransmission(
        in TcpConnection tcb, in ResentSegment segment, uint echo, Instant now) =>
        tcb.Is(TcpMarks.Timestamps) && echo != 0
            ? (int)(echo - TcpInput.Timestamp(in tcb, segment.SentAt)) >= 0
            : now.Since(segment.SentAt) >= tcb.MinRttNanoseconds;

    private Span<ResentSegment> SegmentsOf(in TcpConnection tcb) => tcb.Scoreboard == 0
        ? []
        : _segments.AsSpan((tcb.Scoreboard - 1) * SegmentMax, _counts[tcb.Scoreboard - 1]);

    private struct ResentSegment
    {
        public SequenceNumber Start;
        public SequenceNumber End;

        // SND.NXT then: whatever begins there or above was sent later.
        public SequenceNumber Follows;
        public bool IsLost;
        public Instant SentAt;
        public Instant PassedAt;
    }
}
