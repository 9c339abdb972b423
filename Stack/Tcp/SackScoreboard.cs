using Straightwire.Stack.Rules;
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
    private readonly SackBlock[] _ranges;
    private readonly int[] _counts;
    private readonly int[] _owners;
    private readonly int[] _free;

    /// <summary>Creates boards, which nobody has.</summary>
    /// <param name="boardCount">How many boards there are.</param>
    /// <param name="shares">What each peer may have of them.</param>
    /// <param name="counters">Told of connections that get none.</param>
    public SackScoreboard(int boardCount, PeerShares shares, TcpCounters counters)
    {
        (_shares, _counters) = (shares, counters);
        _ranges = new SackBlock[boardCount * RangeMax];
        _counts = new int[boardCount];
        _owners = new int[boardCount];
        _free = new int[boardCount];
        for (int i = boardCount - 1; i >= 0; i--)
        {
            _free[FreeCount++] = i + 1;
        }
    }

    /// <summary>Boards that nobody has.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Takes in a block; returns whether it covers octets that no earlier one did.</summary>
    public bool Add(ref TcpConnection tcb, SackBlock block)
    {
        // RFC 2883: a block at or below SND.UNA reports a duplicate; anything beyond SND.NXT is nonsense.
        // Both ends are judged by their distance from SND.UNA, since three numbers anywhere in the sequence
        // space can each come after the one before.
        int left = block.Left.Since(tcb.SndUna), right = block.Right.Since(tcb.SndUna);
        if (left < 0 || right <= left || right > tcb.SndNxt.Since(tcb.SndUna)
            || (tcb.Scoreboard == 0 && !TryRent(ref tcb)))
        {
            return false;
        }
        Span<SackBlock> ranges = BoardOf(in tcb);
        ref int count = ref _counts[tcb.Scoreboard - 1];
        int first = 0;
        while (first < count && ranges[first].Right.IsBefore(block.Left))
        {
            first++;
        }
        int end = first;
        int covered = 0;
        SackBlock merged = block;
        while (end < count && !ranges[end].Left.IsAfter(block.Right))
        {
            covered += ranges[end].Right.Since(ranges[end].Left);
            merged = new SackBlock(
                SequenceNumber.Min(merged.Left, ranges[end].Left),
                SequenceNumber.Max(merged.Right, ranges[end].Right));
            end++;
        }
        if (end == first)
        {
            if (count == RangeMax)
            {
                return false;
            }
            ranges[first..count].CopyTo(ranges[(first + 1)..]);
            count++;
        }
        else if (end > first + 1)
        {
            ranges[end..count].CopyTo(ranges[(first + 1)..]);
            count -= end - first - 1;
        }
        ranges[first] = merged;
        return merged.Right.Since(merged.Left) > covered;
    }

    /// <summary>SND.UNA has moved: forgets what is below it.</summary>
    public void Advance(ref TcpConnection tcb)
    {
        if (tcb.Scoreboard == 0)
        {
            return;
        }
        Span<SackBlock> ranges = BoardOf(in tcb);
        ref int count = ref _counts[tcb.Scoreboard - 1];
        int gone = 0;
        while (gone < count && !ranges[gone].Right.IsAfter(tcb.SndUna))
        {
            gone++;
        }
        ranges[gone..count].CopyTo(ranges);
        count -= gone;
        if (count > 0 && ranges[0].Left.IsBefore(tcb.SndUna))
        {
            ranges[0] = ranges[0] with { Left = tcb.SndUna };
        }
        if (count == 0)
        {
            Release(ref tcb);
        }
    }

    /// <summary>Gives the board back.</summary>
    public void Release(ref TcpConnection tcb)
    {
        if (tcb.Scoreboard != 0)
        {
            CheckOwner(in tcb);
            _owners[tcb.Scoreboard - 1] = 0;
            _free[FreeCount++] = tcb.Scoreboard;
            _shares.Give(tcb.Peer, PeerShare.Scoreboards);
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

    /// <summary>Octets SACKed in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public int Sacked(in TcpConnection tcb, SequenceNumber from, SequenceNumber to)
    {
        int sum = 0;
        foreach (SackBlock range in RangesOf(in tcb))
        {
            SequenceNumber left = SequenceNumber.Max(range.Left, from);
            SequenceNumber right = SequenceNumber.Min(range.Right, to);
            sum += Math.Max(0, right.Since(left));
        }
        return sum;
    }

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
        foreach (SackBlock range in RangesOf(in tcb))
        {
            if (!range.Right.IsAfter(start))
            {
                continue;
            }
            if (range.Left.IsAfter(start))
            {
                end = SequenceNumber.Min(range.Left, to);
                break;
            }
            start = range.Right;
        }
        return start.IsBefore(end);
    }

    /// <summary>
    /// Octets before the returned number that are not SACKed are lost by RFC 6675's IsLost: three ranges, or
    /// more than two segments' octets, are SACKed above them. SND.UNA when nothing is.
    /// </summary>
    public SequenceNumber LostUpTo(in TcpConnection tcb)
    {
        ReadOnlySpan<SackBlock> ranges = RangesOf(in tcb);
        int sacked = 0;
        for (int i = ranges.Length - 1; i >= 0; i--)
        {
            sacked += ranges[i].Right.Since(ranges[i].Left);
            if (ranges.Length - i >= DuplicateThreshold
                || sacked > (DuplicateThreshold - 1) * tcb.SegmentSize)
            {
                return ranges[i].Left;
            }
        }
        return tcb.SndUna;
    }

    /// <summary>
    /// Whether the octet at SND.UNA is SACKed: the peer has thrown away what it had SACKed (RFC 2018 §8).
    /// </summary>
    public bool IsReneged(in TcpConnection tcb)
    {
        ReadOnlySpan<SackBlock> ranges = RangesOf(in tcb);
        return !ranges.IsEmpty && ranges[0].Left == tcb.SndUna;
    }

    private ReadOnlySpan<SackBlock> RangesOf(in TcpConnection tcb) =>
        tcb.Scoreboard == 0 ? [] : BoardOf(in tcb)[.._counts[tcb.Scoreboard - 1]];

    private Span<SackBlock> BoardOf(in TcpConnection tcb)
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
        _counts[tcb.Scoreboard - 1] = 0;
        _owners[tcb.Scoreboard - 1] = tcb.Place + 1;
        return true;
    }
}
