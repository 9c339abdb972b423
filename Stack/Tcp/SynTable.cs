using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Half-open passive connections, apart from the connection table, so that a SYN flood touches nothing else:
/// a place is a hundred bytes, and when half of them are taken SYN cookies stand for the rest.
/// </summary>
public sealed class SynTable
{
    private const int None = -1;

    private readonly SynEntry[] _entries;
    private readonly int[] _heads;
    private readonly TimerWheel _timers;
    private readonly FlowHash _hash;
    private readonly PeerShares _shares;
    private int _free;

    /// <summary>Creates a table of <paramref name="capacity"/> places.</summary>
    public SynTable(int capacity, FlowHash hash, PeerShares shares, Instant now)
    {
        _entries = new SynEntry[capacity];
        _heads = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        Array.Fill(_heads, None);
        for (int i = 0; i < capacity; i++)
        {
            _entries[i].Next = i + 1 < capacity ? i + 1 : None;
        }
        _timers = new TimerWheel(capacity, now);
        _hash = hash;
        _shares = shares;
    }

    /// <summary>Places that a half-open connection has.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Half of the places are taken: SYNs are answered by cookies, and SYN-ACKs are not sent again, so that a
    /// flood is not amplified. The other half is for those who leave TIME-WAIT, for which a cookie will not
    /// do.
    /// </summary>
    public bool IsPressed => Count > _entries.Length / 2;

    /// <summary>When a SYN-ACK may have to be sent again.</summary>
    public Instant NextDeadline => _timers.NextDeadline;

    /// <summary>An entry by its place.</summary>
    public ref SynEntry this[int index] => ref _entries[index];

    /// <summary>The place of a flow's entry, or −1.</summary>
    public int Find(in FlowKey flow)
    {
        int place = _heads[SlotOf(in flow)];
        while (place != None && !_entries[place].Flow.Is(in flow))
        {
            place = _entries[place].Next;
        }
        return place;
    }

    /// <summary>
    /// Takes a place for a flow that has none; false when none is left. The peer is held and counted, and is
    /// released with the entry, or now.
    /// </summary>
    public bool TryAdd(in FlowKey flow, int peer, out int place)
    {
        place = _free;
        if (place == None)
        {
            _shares.RemoveHalfOpen(peer);
            return false;
        }
        ref SynEntry entry = ref _entries[place];
        _free = entry.Next;
        ref int head = ref _heads[SlotOf(in flow)];
        entry = default;
        entry.Flow = flow;
        entry.Peer = peer;
        entry.Next = head;
        head = place;
        Count++;
        return true;
    }

    /// <summary>Sets when an entry's SYN-ACK is due again.</summary>
    public void SetDeadline(int place, Instant deadline) => _timers.Set(place, deadline);

    /// <summary>Entries whose deadline has come; see <see cref="TimerWheel.Expire"/>.</summary>
    public int Expire(Instant now, Span<int> due) => _timers.Expire(now, due);

    /// <summary>Gives a place back.</summary>
    public void Remove(int place)
    {
        ref SynEntry entry = ref _entries[place];
        ref int link = ref _heads[SlotOf(in entry.Flow)];
        while (link != place)
        {
            Invariant.AssertShared(link != None, "an entry in the table is in its chain");
            link = ref _entries[link].Next;
        }
        link = entry.Next;
        _timers.Set(place, Instant.Never);
        _shares.RemoveHalfOpen(entry.Peer);
        entry.Next = _free;
        _free = place;
        Count--;
    }

    /// <summary>Gives all places back.</summary>
    public void Clear()
    {
        for (int slot = 0; slot < _heads.Length && Count > 0; slot++)
        {
            while (_heads[slot] != None)
            {
                Remove(_heads[slot]);
            }
        }
    }

    private int SlotOf(in FlowKey flow) => (int)_hash.Of(in flow) & (_heads.Length - 1);
}
