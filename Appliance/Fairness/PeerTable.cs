using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Fairness;

/// <summary>
/// The peers of all shards. The table is many small groups of places; a keyed hash chooses a peer's group, so
/// that nobody can choose whom to meet there, and a lock of the group is held for some tens of nanoseconds.
/// Counts are atomic. A place whose peer nothing is held of gives way, in its group the one that was held
/// least recently; where every place of a group is held, the next peer has no limits, which takes more
/// peers at a time than <see cref="PlacesMax"/>.
/// </summary>
public sealed class PeerTable : IPeerTable
{
    /// <summary>Places, that of the unlimited included.</summary>
    public const int PlacesMax = 65_536;

    private const int GroupPlaces = 64;
    private const int Counts = 2;

    private readonly ulong[] _peers = new ulong[PlacesMax];
    private readonly int[] _holds = new int[PlacesMax];
    private readonly int[] _heldAt = new int[PlacesMax];
    private readonly int[] _counts = new int[PlacesMax * Counts];
    private readonly int[] _gates = new int[PlacesMax / GroupPlaces];
    private readonly int _prefixLength;
    private readonly IpPrefix[] _exempt;
    private readonly UInt128 _key;
    // Read and written without care: which place was held last may be wrong by a few.
    private int _clock;
    private long _overflows;

    /// <summary>Creates an empty table; its memory is taken here.</summary>
    /// <param name="prefixLength">How much of an IPv4 address makes a peer, 0 to 32 bits.</param>
    /// <param name="exempt">Networks whose addresses have no limits.</param>
    /// <param name="key">A secret, so that no peer can choose its group.</param>
    public PeerTable(int prefixLength, IEnumerable<IpPrefix> exempt, UInt128 key)
    {
        _prefixLength = prefixLength;
        _exempt = [.. exempt];
        _key = key;
    }

    /// <inheritdoc/>
    public int Capacity => PlacesMax;

    /// <summary>Times that a peer found every place of its group held, and has no limits.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>Peers that something is held of now.</summary>
    public int CountHeld() => PlacesMax - _holds.AsSpan().Count(0);

    /// <inheritdoc/>
    public int Hold(IpAddress address)
    {
        foreach (IpPrefix exempt in _exempt)
        {
            if (exempt.Contains(address))
            {
                return IPeerTable.Unlimited;
            }
        }
        // IPv4 stands in the low word alone, and of IPv6 no more than the high one makes a peer. A place that
        // was never used has the peer 0, which is none.
        IpAddress network = new IpPrefix(address, _prefixLength).Network;
        ulong peer = network.High | network.Low;
        var group = (int)(SipHash.Hash(_key, peer, 0) % (ulong)_gates.Length);
        Enter(group);
        int place = Find(group * GroupPlaces, peer);
        if (place != IPeerTable.Unlimited)
        {
            Interlocked.Increment(ref _holds[place]);
            _heldAt[place] = ++_clock;
        }
        Leave(group);
        return place;
    }

    /// <inheritdoc/>
    public void Release(int place) => Interlocked.Decrement(ref _holds[place]);

    /// <inheritdoc/>
    public bool TryAdd(int place, PeerCount what, int most)
    {
        ref int count = ref CountOf(place, what);
        int before = Volatile.Read(ref count);
        while (before < most)
        {
            int seen = Interlocked.CompareExchange(ref count, before + 1, before);
            if (seen == before)
            {
                return true;
            }
            before = seen;
        }
        return false;
    }

    /// <inheritdoc/>
    public int Count(int place, PeerCount what) => Volatile.Read(ref CountOf(place, what));

    /// <inheritdoc/>
    public void Remove(int place, PeerCount what) => Interlocked.Decrement(ref CountOf(place, what));

    private ref int CountOf(int place, PeerCount what) => ref _counts[(place * Counts) + (int)what];

    private int Find(int first, ulong peer)
    {
        int found = _peers.AsSpan(first, GroupPlaces).IndexOf(peer);
        if (found >= 0)
        {
            return first + found;
        }
        int oldest = IPeerTable.Unlimited;
        for (int place = Math.Max(first, 1); place < first + GroupPlaces; place++)
        {
            // Only who has the gate begins to hold, so that what nobody holds now stays so.
            if (Volatile.Read(ref _holds[place]) == 0
                && (oldest == IPeerTable.Unlimited || _heldAt[place] - _heldAt[oldest] < 0))
            {
                oldest = place;
            }
        }
        if (oldest == IPeerTable.Unlimited)
        {
            Interlocked.Increment(ref _overflows);
            return oldest;
        }
        _peers[oldest] = peer;
        return oldest;
    }

    private void Enter(int group)
    {
        SpinWait wait = default;
        while (Interlocked.Exchange(ref _gates[group], 1) != 0)
        {
            wait.SpinOnce();
        }
    }

    private void Leave(int group) => Volatile.Write(ref _gates[group], 0);
}
