using System.Diagnostics.CodeAnalysis;

namespace Straightwire.Appliance.Fairness;

/// <summary>
/// Work that waits for few hands, in turn by whose it is: one of each owner, then the next of each. So one
/// owner's heap delays another one's single piece by one piece and not by the heap. It is bounded in all and
/// for each owner, and when it is full the owner who has most gives way. For one thread at a time.
/// </summary>
/// <typeparam name="TOwner">Whose work it is, as an address.</typeparam>
/// <typeparam name="T">A piece of work.</typeparam>
/// <param name="max">Most pieces that wait, in all.</param>
/// <param name="ownerMax">Pieces of one owner.</param>
/// <param name="ownerOf">
/// Who counts for whom, as a network for its addresses; null: all for themselves.
/// </param>
internal sealed class FairQueue<TOwner, T>(int max, int ownerMax, Func<TOwner, TOwner>? ownerOf = null)
    where TOwner : notnull
{
    // What a few owners with some pieces each need is there from the start.
    private const int OwnersAtFirst = 16;
    private const int PiecesAtFirst = 64;

    // There may be as many owners as pieces.
    private const int PiecesOfMore = 4;

    private readonly Dictionary<TOwner, Lane> _lanes = new(OwnersAtFirst);
    private readonly Queue<Lane> _turns = new(OwnersAtFirst);
    private readonly Stack<Lane> _free =
        new(Enumerable.Range(0, OwnersAtFirst).Select(_ => new Lane(PiecesAtFirst)));

    /// <summary>Pieces that wait, of all owners.</summary>
    public int Count { get; private set; }

    /// <summary>Pieces that were refused, and those that gave way.</summary>
    public long Refused { get; private set; }

    /// <summary>Who counts for an owner.</summary>
    public TOwner OwnerOf(TOwner owner) => ownerOf is null ? owner : ownerOf(owner);

    /// <summary>Pieces of one owner that wait.</summary>
    public int CountOf(TOwner owner) =>
        _lanes.TryGetValue(OwnerOf(owner), out Lane? lane) ? lane.Count : 0;

    /// <summary>Adds a piece that always has a place, whatever the bounds are.</summary>
    public void Add(TOwner owner, T item)
    {
        owner = OwnerOf(owner);
        if (!_lanes.TryGetValue(owner, out Lane? lane))
        {
            lane = _free.TryPop(out Lane? used) ? used : new Lane(PiecesOfMore);
            lane.Owner = owner;
            _lanes.Add(owner, lane);
            _turns.Enqueue(lane);
        }
        lane.Add(item);
        Count++;
    }

    /// <summary>
    /// Adds a piece; false when its owner has as many as one may have, or all places are taken and nobody has
    /// two more than this owner.
    /// </summary>
    /// <param name="owner">Whose piece of work it is.</param>
    /// <param name="item">The piece of work.</param>
    /// <param name="displaced">What gave way for it: the last of who has most.</param>
    /// <param name="hasDisplaced">Whether another piece gave way for it.</param>
    public bool TryAdd(TOwner owner, T item, out T? displaced, out bool hasDisplaced)
    {
        displaced = default;
        hasDisplaced = false;
        int own = CountOf(owner);
        Lane? most = Count >= max ? _lanes.Values.MaxBy(lane => lane.Count) : null;
        if (own >= ownerMax || (Count >= max && (most is null || most.Count < own + 2)))
        {
            Refused++;
            return false;
        }
        if (most is not null)
        {
            displaced = most.TakeLast();
            hasDisplaced = true;
            Count--;
            Refused++;
        }
        Add(owner, item);
        return true;
    }

    /// <summary>Takes the oldest piece of the owner whose turn it is.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item) => TryTake(out item, out _);

    /// <summary>The same, and who counts for whose it is.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item, [MaybeNullWhen(false)] out TOwner owner)
    {
        if (!_turns.TryDequeue(out Lane? lane))
        {
            (item, owner) = (default, default);
            return false;
        }
        owner = lane.Owner;
        item = lane.TakeFirst();
        Count--;
        if (lane.Count > 0)
        {
            _turns.Enqueue(lane);
        }
        else
        {
            _lanes.Remove(lane.Owner);
            _free.Push(lane);
        }
        return true;
    }

    /// <summary>Forgets all that waits.</summary>
    public void Clear()
    {
        _lanes.Clear();
        _turns.Clear();
        Count = 0;
    }

    /// <summary>One owner's pieces in the order of their coming: a ring that grows.</summary>
    private sealed class Lane(int pieces)
    {
        private T?[] _items = new T?[pieces];
        private int _first;

        public TOwner Owner { get; set; } = default!;

        public int Count { get; private set; }

        public void Add(T item)
        {
            if (Count == _items.Length)
            {
                var larger = new T?[2 * Count];
                for (int i = 0; i < Count; i++)
                {
                    larger[i] = _items[(_first + i) % Count];
                }
                (_items, _first) = (larger, 0);
            }
            _items[(_first + Count++) % _items.Length] = item;
        }

        public T TakeFirst()
        {
            int place = _first;
            _first = (_first + 1) % _items.Length;
            return Take(place);
        }

        public T TakeLast() => Take((_first + Count - 1) % _items.Length);

        private T Take(int place)
        {
            T item = _items[place]!;
            _items[place] = default;
            Count--;
            return item;
        }
    }
}
