using System.Runtime.CompilerServices;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What a connection reports of what came out of order: the blocks that changed last, the latest first
/// (RFC 2018 §4). Each is as long as it can be.
/// </summary>
internal struct SackHistory
{
    private const int BlocksMax = 4;

    private Recent _blocks;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, the latest first.</summary>
    public readonly SackBlock this[int index] => _blocks[index];

    /// <summary>How many have come since an acknowledgement told of them.</summary>
    public int UntoldCount { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = UntoldCount = 0;

    /// <summary>An acknowledgement tells of the latest.</summary>
    public void Tell() => UntoldCount = 0;

    /// <summary>A block has come, or become longer; what is part of it is not reported beside it.</summary>
    public void Add(SackBlock latest)
    {
        Recent before = _blocks;
        int count = Count;
        bool isLonger = count > 0 && UntoldCount > 0
            && !before[0].Right.IsBefore(latest.Left) && !before[0].Left.IsAfter(latest.Right);
        UntoldCount += isLonger ? 0 : 1;
        _blocks[0] = latest;
        Count = 1;
        for (int i = 0; i < count && Count < BlocksMax; i++)
        {
            SackBlock block = before[i];
            if (block.Right.IsBefore(latest.Left) || block.Left.IsAfter(latest.Right))
            {
                _blocks[Count++] = block;
            }
        }
    }

    /// <summary>Forgets the blocks that begin at RCV.NXT or before, which has moved over them.</summary>
    public void Forget(SequenceNumber next)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_blocks[i].Left.IsAfter(next))
            {
                _blocks[kept++] = _blocks[i];
            }
        }
        Count = kept;
    }

    /// <summary>The block that touches an edge from the left, so that a range there is part of it.</summary>
    public readonly bool TryFindLeftOf(SequenceNumber edge, out SackBlock found) =>
        TryFind(edge, toLeft: true, out found);

    /// <summary>The same from the right.</summary>
    public readonly bool TryFindRightOf(SequenceNumber edge, out SackBlock found) =>
        TryFind(edge, toLeft: false, out found);

    private readonly bool TryFind(SequenceNumber edge, bool toLeft, out SackBlock found)
    {
        for (int i = 0; i < Count; i++)
        {
            found = _blocks[i];
            if (found.Left.IsAtOrBefore(edge) && found.Right.IsAtOrAfter(edge)
                && (toLeft ? found.Left : found.Right) != edge)
            {
                return true;
            }
        }
        found = default;
        return false;
    }

    [InlineArray(BlocksMax)]
    private struct Recent
    {
        private SackBlock _first;
    }
}
