using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What peers have SACKed (RFC 2018, RFC 6675 §3): sorted disjoint ranges between SND.UNA and SND.NXT, on
/// boards lent to connections with losses. A full board ignores what would make one more range: cost per
/// acknowledgement is bounded (CVE-2019-11477 and 11478).
/// </summary>
public sealed class SackScoreboard
{
    /// <summary>Ranges of one board.</summary>
    public const int RangeMax = 256;

    private const int DuplicateThreshold = 3;

    private readonly PeerShares _shares;
    private readonly TcpCounters _counters;
    private readonly SackedRange[] _ranges;
    private readonly int[] _counts;
    private readonly int[] _sums;
    private readonly RecoveryState[] _recoveries;
    private readonly int[] _owners;
    private readonly int[] _free;

    /// <summary>Creates boards, which nobody has.</summary>
    /// <param name="boardCount">How many boards there are.</param>
    /// <param name="shares">What each peer may have of them.</param>
    /// <param name="counters">Told of connections that get none.</param>
    public SackScoreboard(int boardCount, PeerShares shares, TcpCounters counters)
    {
        (_shares, _counters) = (shares, counters);
        _ranges = new SackedRange[boardCount * RangeMax];
        _counts = new int[boardCount];
        _sums = new int[boardCount];
        _recoveries = new RecoveryState[boardCount];
        Resent = new RetransmissionLog(boardCount, this);
        _owners = new int[boardCount];
        _free = new int[boardCount];
        for (int i = boardCount - 1; i >= 0; i--)
        {
            _free[FreeCount++] = i + 1;
        }
    }

    /// <summary>Boards that nobody has.</summary>
    public int FreeCount { get; private set; }

    /// <summary>What those who have a board have sent again.</summary>
    public RetransmissionLog Resent { get; }

    /// <summary>
    /// Takes in a block; returns how many octets it covers that no earlier one did, and where the first of
    /// these is.
    /// </summary>
    public int Add(ref TcpConnection tcb, SackBlock block, Instant now, out SequenceNumber first)
    {
        first = block.Left;
        // RFC 2883: a block at or below SND.UNA reports a duplicate; anything beyond SND.NXT is nonsense.
        // Both ends are judged by their distance from SND.UNA, since three numbers anywhere in the sequence
        // space can each come after the one before.
        int left = block.Left.Since(tcb.SndUna), right = block.Right.Since(tcb.SndUna);
        if (left < 0 || right <= left || right > tcb.SndNxt.Since(tcb.SndUna)
            || !TryHaveBoard(ref tcb))
        {
            return 0;
        }
        Span<SackedRange> ranges = BoardOf(in tcb);
        ref int count = ref _counts[tcb.Scoreboard - 1];
        int place = IndexOf(ranges[..count], block.Left);
        int end = place;
        int covered = 0;
        // What is sent is sent in order: whatever was passed by a range above has been so since then.
        SackedRange merged = new(block.Left, block.Right, place < count ? ranges[place].PassedAt : now);
        while (end < count && !ranges[end].Left.IsAfter(block.Right))
        {
            covered += ranges[end].Length;
            merged = merged with
            {
                Left = SequenceNumber.Min(merged.Left, ranges[end].Left),
                Right = SequenceNumber.Max(merged.Right, ranges[end].Right),
            };
            end++;
        }
        if (end == place && count == RangeMax)
        {
            return 0;
        }
        if (end > place && ranges[place].Left.IsAtOrBefore(block.Left))
        {
            first = SequenceNumber.Min(ranges[place].Right, block.Right);
        }
        ranges[end..count].CopyTo(ranges[(place + 1)..]);
        count -= end - place - 1;
        ranges[place] = merged;
        _sums[tcb.Scoreboard - 1] += merged.Length - covered;
        return merged.Length - covered;
    }

    /// <summary>SND.UNA has moved: forgets what is below it.</summary>
    public void Advance(ref TcpConnection tcb)
    {
        if (tcb.Scoreboard == 0)
        {
            return;
        }
        Span<SackedRange> ranges = BoardOf(in tcb);
        ref int count = ref _counts[tcb.Scoreboard - 1];
        ref int sum = ref _sums[tcb.Scoreboard - 1];
        int gone = 0;
        while (gone < count && !ranges[gone].Right.IsAfter(tcb.SndUna))
        {
            sum -= ranges[gone].Length;
            gone++;
        }
        ranges[gone..count].CopyTo(ranges);
        count -= gone;
        if (count > 0 && ranges[0].Left.IsBefore(tcb.SndUna))
        {
            sum -= tcb.SndUna.Since(ranges[0].Left);
            ranges[0] = ranges[0] with { Left = tcb.SndUna };
        }
        // While a recovery may yet prove needless, what it took is remembered for a round trip more.
        bool isNeeded = tcb.Loss != LossMode.Open
            || (tcb.Is(TcpMarks.UndoableByDuplicates) && tcb.SndUna.IsBefore(tcb.RecoveryPoint));
        if (count == 0 && !isNeeded)
        {
            Release(ref tcb);
        }
    }

    /// <summary>What the connection, which has a board, remembers of its recovery.</summary>
    public ref RecoveryState RecoveryOf(in TcpConnection tcb)
    {
        CheckOwner(in tcb);
        return ref _recoveries[tcb.Scoreboard - 1];
    }

    /// <summary>Whether the connection has a board, or gets one now.</summary>
    public bool TryHaveBoard(ref TcpConnection tcb) => tcb.Scoreboard != 0 || TryRent(ref tcb);

    /// <summary>Gives the board back.</summary>
    public void Release(ref TcpConnection tcb)
    {
        if (tcb.Scoreboard != 0)
        {
            CheckOwner(in tcb);
            _owners[tcb.Scoreboard - 1] = 0;
            _free[FreeCount++] = tcb.Scoreboard;
            _shares.Give(tcb.Peer, PeerShare.Scoreboards);
            tcb.Unmark(TcpMarks.Undoable | TcpMarks.UndoableByDuplicates | TcpMarks.LostAgain);
            tcb.Scoreboard = 0;
        }
        else
        {
            CheckHasNone(in tcb);
        }
    }

    /// <summary>
    /// Gives back the board of a connection whose control block is trusted in its place alone.
    /// </summary>
    public void Salvage(ref TcpConnection tcb)
    {
        while (_owners.AsSpan().IndexOf(tcb.Place + 1) is >= 0 and var board)
        {
            tcb.Scoreboard = board + 1;
            Release(ref tcb);
        }
        tcb.Scoreboard = 0;
    }

    /// <summary>Octets SACKed.</summary>
    public int Sacked(in TcpConnection tcb) => tcb.Scoreboard == 0 ? 0 : _sums[tcb.Scoreboard - 1];

    /// <summary>The octet after the highest one that is SACKed; SND.UNA when none is.</summary>
    public SequenceNumber Highest(in TcpConnection tcb)
    {
        ReadOnlySpan<SackedRange> ranges = RangesOf(in tcb);
        return ranges.IsEmpty ? tcb.SndUna : ranges[^1].Right;
    }

    /// <summary>Octets SACKed in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public int Sacked(in TcpConnection tcb, SequenceNumber from, SequenceNumber to)
    {
        int sum = 0;
        foreach (ref readonly SackedRange range in RangesOf(in tcb))
        {
            SequenceNumber left = SequenceNumber.Max(range.Left, from);
            SequenceNumber right = SequenceNumber.Min(range.Right, to);
            sum += Math.Max(0, right.Since(left));
        }
        return sum;
    }

    /// <summary>
    /// Octets that are SACKed, for who looks on: 0 where the control block names a board that is not its own.
    /// </summary>
    public int SackedOf(in TcpConnection tcb) =>
        (uint)(tcb.Scoreboard - 1) < (uint)_owners.Length && _owners[tcb.Scoreboard - 1] == tcb.Place + 1
            ? _sums[tcb.Scoreboard - 1]
            : 0;

    /// <summary>
    /// The first run in [<paramref name="from"/>, <paramref name="to"/>) that is not SACKed; false when there
    /// is none.
    /// </summary>
    public bool TryFindHole(
        in TcpConnection tcb,
        SequenceNumber from,
        SequenceNumber to,
        out SequenceNumber start,
        out SequenceNumber end)
    {
        start = from;
        end = to;
        ReadOnlySpan<SackedRange> ranges = RangesOf(in tcb);
        int next = IndexOf(ranges, from);
        if (next < ranges.Length && ranges[next].Left.IsAtOrBefore(from))
        {
            // Ranges do not touch each other: what follows one is not SACKed.
            start = SequenceNumber.Max(from, ranges[next].Right);
            next++;
        }
        if (next < ranges.Length)
        {
            end = SequenceNumber.Min(ranges[next].Left, to);
        }
        return start.IsBefore(end);
    }

    /// <summary>
    /// Whether three ranges, or more than two segments' octets, are SACKed (RFC 6675 §4, IsLost; RFC 8985
    /// §6.2 counts the same).
    /// </summary>
    public bool IsThresholdReached(in TcpConnection tcb) => tcb.Scoreboard != 0
        && (_counts[tcb.Scoreboard - 1] >= DuplicateThreshold
            || _sums[tcb.Scoreboard - 1] > (DuplicateThreshold - 1) * tcb.SegmentSize);

    /// <summary>
    /// Octets before the returned number that are not SACKed have been passed, by what was sent later, since
    /// <paramref name="passed"/> at least; SND.UNA when nothing has.
    /// </summary>
    /// <param name="tcb">Whose octets.</param>
    /// <param name="passed">The instant.</param>
    /// <param name="next">When the next hole above these was passed; never: none was.</param>
    public SequenceNumber PassedUpTo(in TcpConnection tcb, Instant passed, out Instant next)
    {
        next = Instant.Never;
        ReadOnlySpan<SackedRange> ranges = RangesOf(in tcb);
        for (int i = ranges.Length - 1; i >= 0; i--)
        {
            if (ranges[i].PassedAt <= passed)
            {
                return ranges[i].Left;
            }
            next = ranges[i].PassedAt;
        }
        return tcb.SndUna;
    }

    /// <summary>
    /// Whether the octet at SND.UNA is SACKed: the peer has thrown away what it had SACKed (RFC 2018 §8).
    /// </summary>
    public bool IsReneged(in TcpConnection tcb)
    {
        ReadOnlySpan<SackedRange> ranges = RangesOf(in tcb);
        return !ranges.IsEmpty && ranges[0].Left == tcb.SndUna;
    }

    // The first range that does not end before a number.
    private static int IndexOf(ReadOnlySpan<SackedRange> ranges, SequenceNumber number)
    {
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ranges[middle].Right.IsBefore(number) ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private ReadOnlySpan<SackedRange> RangesOf(in TcpConnection tcb) =>
        tcb.Scoreboard == 0 ? [] : BoardOf(in tcb)[.._counts[tcb.Scoreboard - 1]];

    private Span<SackedRange> BoardOf(in TcpConnection tcb)
    {
        CheckOwner(in tcb);
        return _ranges.AsSpan((tcb.Scoreboard - 1) * RangeMax, RangeMax);
    }

    private void CheckHasNone(in TcpConnection tcb) => Invariant.Assert(
        FreeCount == _free.Length || !_owners.AsSpan().Contains(tcb.Place + 1),
        "a connection knows its scoreboard");

    private void CheckOwner(in TcpConnection tcb) => Invariant.Assert(
        _owners[tcb.Scoreboard - 1] == tcb.Place + 1, "a connection uses its own scoreboard");

    private bool TryRent(ref TcpConnection tcb)
    {
        CheckHasNone(in tcb);
        if (FreeCount == 0 || _shares.Room(tcb.Peer, PeerShare.Scoreboards, FreeCount) == 0)
        {
            _counters.ScoreboardsRefused++;
            return false;
        }
        _shares.Take(tcb.Peer, PeerShare.Scoreboards);
        tcb.Scoreboard = _free[--FreeCount];
        _counts[tcb.Scoreboard - 1] = _sums[tcb.Scoreboard - 1] = 0;
        _recoveries[tcb.Scoreboard - 1] = default;
        Resent.Clear(ref tcb);
        _owners[tcb.Scoreboard - 1] = tcb.Place + 1;
        return true;
    }
}
