using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Which of a shard's connections wait for what, by their places: for their turn to build segments, for
/// something from elsewhere, for their notice to be delivered, and for the end of TIME-WAIT. A place stands
/// in each of the lists once at most, and whoever takes it out looks whether its connection is still there.
/// </summary>
internal sealed class ConnectionLists
{
    /// <summary>Where a place would stand: there is none.</summary>
    public const int None = -1;

    private readonly TcpTable _table;
    private readonly Listed[] _listed;
    private Ring _dirty;
    private Ring _blocked;
    private Ring _notified;
    private int _newestTimeWait = None;

    /// <summary>Makes empty lists for the places of a table.</summary>
    public ConnectionLists(TcpTable table)
    {
        _table = table;
        _dirty = new Ring(table.Capacity);
        _blocked = new Ring(table.Capacity);
        _notified = new Ring(table.Capacity);
        _listed = new Listed[table.Capacity];
    }

    [Flags]
    private enum Listed : byte
    {
        None = 0,
        Dirty = 1,
        Blocked = 2,
        Notified = 4,
        TimeWait = 8,
    }

    /// <summary>Connections that wait for their turn.</summary>
    public int DirtyCount => _dirty.Count;

    /// <summary>Connections that wait for something from elsewhere.</summary>
    public int BlockedCount => _blocked.Count;

    /// <summary>Connections whose notice waits.</summary>
    public int NoticeCount => _notified.Count;

    /// <summary>Connections that wait for the end of TIME-WAIT.</summary>
    public int TimeWaitCount { get; private set; }

    /// <summary>The connection that has been in TIME-WAIT for longest.</summary>
    public int OldestTimeWait { get; private set; } = None;

    /// <summary>A connection waits for its turn, behind the others.</summary>
    public void MarkDirty(int place) => Add(ref _dirty, place, Listed.Dirty);

    /// <summary>Whose turn it is: there is one.</summary>
    public int TakeDirty() => Take(ref _dirty, Listed.Dirty);

    /// <summary>A connection waits for something from elsewhere.</summary>
    public void Block(int place) => Add(ref _blocked, place, Listed.Blocked);

    /// <summary>Who has waited for longest, and tries again.</summary>
    public int TakeBlocked() => Take(ref _blocked, Listed.Blocked);

    /// <summary>A connection's notice waits, once for any number of calls.</summary>
    public void Notify(int place) => Add(ref _notified, place, Listed.Notified);

    /// <summary>Whose notice is delivered next.</summary>
    public int TakeNotice() => Take(ref _notified, Listed.Notified);

    /// <summary>Whether a connection is in the list of TIME-WAIT.</summary>
    public bool IsInTimeWait(int place) => (_listed[place] & Listed.TimeWait) != 0;

    /// <summary>A connection enters TIME-WAIT, as the newest.</summary>
    public void EnterTimeWait(int place)
    {
        ref TcpConnection tcb = ref _table[place];
        _listed[place] |= Listed.TimeWait;
        tcb.Newer = None;
        tcb.Older = _newestTimeWait;
        SetNewer(_newestTimeWait, place);
        _newestTimeWait = place;
        TimeWaitCount++;
    }

    /// <summary>A connection leaves TIME-WAIT.</summary>
    public void LeaveTimeWait(int place)
    {
        ref TcpConnection tcb = ref _table[place];
        Invariant.Assert(
            IsInTimeWait(place) && IsBetween(in tcb, place),
            "a connection in TIME-WAIT is between its neighbours");
        _listed[place] &= ~Listed.TimeWait;
        SetNewer(tcb.Older, tcb.Newer);
        SetOlder(tcb.Newer, tcb.Older);
        tcb.Older = tcb.Newer = None;
        TimeWaitCount--;
    }

    /// <summary>
    /// As above, for a connection whose control block is not to be relied on. If its links are lost, the list
    /// is made anew of all that are in it. Their order is lost, too; it decides only who gives way first.
    /// </summary>
    public void SalvageTimeWait(int place)
    {
        if (!IsInTimeWait(place))
        {
            return;
        }
        if (IsBetween(in _table[place], place))
        {
            LeaveTimeWait(place);
            return;
        }
        OldestTimeWait = _newestTimeWait = None;
        TimeWaitCount = 0;
        _listed[place] &= ~Listed.TimeWait;
        for (int other = 0; other < _table.Capacity; other++)
        {
            if (IsInTimeWait(other))
            {
                EnterTimeWait(other);
            }
        }
    }

    private void Add(ref Ring ring, int place, Listed list)
    {
        if ((_listed[place] & list) == 0)
        {
            _listed[place] |= list;
            ring.Add(place);
        }
    }

    private int Take(ref Ring ring, Listed list)
    {
        int place = ring.Take();
        _listed[place] &= ~list;
        return place;
    }

    // Whether both neighbours know it, whatever its own links say.
    private bool IsBetween(in TcpConnection tcb, int place)
    {
        bool older = tcb.Older == None
            ? OldestTimeWait == place
            : _table.IsPlace(tcb.Older) && _table[tcb.Older].Newer == place;
        bool newer = tcb.Newer == None
            ? _newestTimeWait == place
            : _table.IsPlace(tcb.Newer) && _table[tcb.Newer].Older == place;
        return older && newer;
    }

    private void SetNewer(int place, int newer)
    {
        if (place == None)
        {
            OldestTimeWait = newer;
        }
        else
        {
            _table[place].Newer = newer;
        }
    }

    private void SetOlder(int place, int older)
    {
        if (place == None)
        {
            _newestTimeWait = older;
        }
        else
        {
            _table[place].Older = older;
        }
    }

    // As many places as there are: since none is in it twice, it is never too full.
    private struct Ring(int capacity)
    {
        private readonly int[] _places = new int[capacity];
        private int _first;

        public int Count { get; private set; }

        public void Add(int place)
        {
            int end = _first + Count++;
            _places[end >= _places.Length ? end - _places.Length : end] = place;
        }

        public int Take()
        {
            int place = _places[_first];
            _first = _first + 1 == _places.Length ? 0 : _first + 1;
            Count--;
            return place;
        }
    }
}
