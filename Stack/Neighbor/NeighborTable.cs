using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Neighbor;

/// <summary>
/// The neighbours' MAC addresses (RFC 826, RFC 1122 §2.3.2) with the states of RFC 4861 §7.3.2: an entry is
/// usable from its first answer until nobody answers any more, also while it is asked again. Nothing is
/// learned from replies that were not asked for, and entries in use never give way to new ones.
/// </summary>
internal sealed class NeighborTable
{
    private const int None = -1;
    private const int DisplaceScanMax = 64;

    private readonly Entry[] _entries;
    private readonly int[] _buckets;
    private readonly int[] _due = new int[16];
    private readonly TimerWheel _timers;
    private readonly RateLimit _newResolutions;
    private readonly ArpSender _sender;
    private readonly NeighborCounters _counters;
    private readonly IpOptions _options;
    private readonly int _hashShift;
    private int _free;
    private int _cursor;

    /// <summary>Creates an empty table of <see cref="IpOptions.NeighborMax"/> entries.</summary>
    public NeighborTable(IpOptions options, ArpSender sender, NeighborCounters counters, Instant now)
    {
        Invariant.Assert(options.NeighborMax > 0, "there is room for a neighbour");
        _options = options;
        _sender = sender;
        _counters = counters;
        _entries = new Entry[options.NeighborMax];
        _timers = new TimerWheel(options.NeighborMax, now);
        _newResolutions = new RateLimit(options.NeighborMax);
        int bucketBits = int.Log2(options.NeighborMax) + 2;
        _hashShift = 32 - bucketBits;
        _buckets = new int[1 << bucketBits];
        Array.Fill(_buckets, None);
        for (int i = 0; i < _entries.Length; i++)
        {
            _entries[i].Next = i + 1 < _entries.Length ? i + 1 : None;
        }
    }

    /// <summary>Changes whenever a neighbour was resolved or given up.</summary>
    public long Version { get; private set; }

    /// <summary>Entries in any state.</summary>
    public int Count { get; private set; }

    /// <summary>Call <see cref="OnTimers"/> no later than this.</summary>
    public Instant NextDeadline => _timers.NextDeadline;

    /// <summary>The MAC of a neighbour. False when it is not known; then it is asked for.</summary>
    public bool TryLookup(Ipv4Address address, Instant now, out MacAddress mac)
    {
        int index = Find(address);
        if (index == None)
        {
            mac = default;
            BeginResolution(address, now);
            return false;
        }
        ref Entry entry = ref _entries[index];
        mac = entry.Mac;
        entry.Used = true;
        if (entry.State == State.Stale)
        {
            Probe(index, tries: 0, now);
        }
        return entry.State != State.Incomplete;
    }

    /// <summary>Somebody has proof that a neighbour lives: its entry is good for another while.</summary>
    public void Confirm(Ipv4Address address, Instant now)
    {
        int index = Find(address);
        if (index == None || _entries[index].State == State.Incomplete)
        {
            return;
        }
        ref Entry entry = ref _entries[index];
        entry.ReachableUntil = now.PlusMilliseconds(_options.NeighborReachableMilliseconds);
        if (entry.State != State.Reachable)
        {
            // The timer of a reachable entry is left alone: when it fires, it sees the later instant.
            entry.State = State.Reachable;
            _timers.Set(index, entry.ReachableUntil);
        }
    }

    /// <summary>A reply to us: taken when it was asked for.</summary>
    public bool TryResolve(in ArpPacket reply, Instant now)
    {
        int index = Find(reply.SenderAddress);
        if (index == None || _entries[index].State is not (State.Incomplete or State.Probing))
        {
            return false;
        }
        Resolve(index, reply.SenderMac, now);
        return true;
    }

    /// <summary>
    /// A request for our address: its sender is about to send to us, so that we need its MAC soon (RFC 826).
    /// It makes an entry where there is room, and answers a question of ours; it changes no MAC that is
    /// known.
    /// </summary>
    public void OnRequest(in ArpPacket request, Instant now)
    {
        int index = Find(request.SenderAddress);
        if (index == None)
        {
            index = Allocate(request.SenderAddress);
            if (index == None)
            {
                return;
            }
            _entries[index].AskedAt = now;
            Resolve(index, request.SenderMac, now);
            return;
        }
        ref Entry entry = ref _entries[index];
        if (entry.State == State.Incomplete)
        {
            Resolve(index, request.SenderMac, now);
        }
        else if (entry.Mac == request.SenderMac)
        {
            Confirm(request.SenderAddress, now);
        }
        else
        {
            _counters.Contradictions++;
            long retry = _options.NeighborRetryMilliseconds * 1_000_000L;
            if (entry.State != State.Probing && now.Since(entry.AskedAt) >= retry)
            {
                // Asked by broadcast, the one that has the address now can answer.
                Probe(index, tries: _options.NeighborRetryMax / 2, now);
            }
        }
    }

    /// <summary>Asks again, lets entries grow stale and gives neighbours up.</summary>
    public void OnTimers(Instant now)
    {
        int count;
        do
        {
            count = _timers.Expire(now, _due);
            for (int i = 0; i < count; i++)
            {
                OnTimer(_due[i], now);
            }
        }
        while (count == _due.Length);
    }

    private void OnTimer(int index, Instant now)
    {
        ref Entry entry = ref _entries[index];
        if (entry.State == State.Reachable)
        {
            if (entry.ReachableUntil > now)
            {
                _timers.Set(index, entry.ReachableUntil);
            }
            else
            {
                entry.State = State.Stale;
            }
        }
        else if (entry.Tries < _options.NeighborRetryMax)
        {
            Ask(index, now);
        }
        else
        {
            _counters.GivenUp++;
            Version++;
            Remove(index);
        }
    }

    private void BeginResolution(Ipv4Address address, Instant now)
    {
        // RFC 1122 §2.3.2.1 limits requests per destination. Displaced entries forget when they asked, hence
        // one more limit over all of them, or a flood from spoofed neighbours would become a flood of
        // broadcasts.
        if (!_newResolutions.TryTake(now))
        {
            _counters.RequestsLimited++;
            return;
        }
        int index = Allocate(address);
        if (index != None)
        {
            ref Entry entry = ref _entries[index];
            entry.State = State.Incomplete;
            entry.Used = true;
            Ask(index, now);
        }
    }

    private void Probe(int index, int tries, Instant now)
    {
        ref Entry entry = ref _entries[index];
        entry.State = State.Probing;
        entry.Tries = tries;
        Ask(index, now);
    }

    private void Ask(int index, Instant now)
    {
        ref Entry entry = ref _entries[index];
        entry.Tries++;
        entry.AskedAt = now;
        // RFC 1122 §2.3.2.1(2): the one that had the address is asked first, then everybody.
        bool everybody = entry.State == State.Incomplete || entry.Tries > _options.NeighborRetryMax / 2;
        _sender.SendRequest(entry.Address, everybody ? MacAddress.Broadcast : entry.Mac);
        _timers.Set(index, now.PlusMilliseconds(_options.NeighborRetryMilliseconds));
    }

    private void Resolve(int index, MacAddress mac, Instant now)
    {
        ref Entry entry = ref _entries[index];
        if (entry.State == State.Incomplete)
        {
            _counters.Resolved++;
            Version++;
        }
        entry.Mac = mac;
        entry.State = State.Reachable;
        entry.Tries = 0;
        entry.ReachableUntil = now.PlusMilliseconds(_options.NeighborReachableMilliseconds);
        _timers.Set(index, entry.ReachableUntil);
    }

    private int Find(Ipv4Address address)
    {
        int index = _buckets[BucketOf(address)];
        while (index != None && _entries[index].Address != address)
        {
            index = _entries[index].Next;
        }
        return index;
    }

    // Fibonacci hashing. Colliding addresses cost a walk of at most the table, and are on our network.
    private int BucketOf(Ipv4Address address) => (int)((address.Value * 0x9E37_79B9u) >> _hashShift);

    private int Allocate(Ipv4Address address)
    {
        if (_free == None && !TryDisplace())
        {
            _counters.TableFull++;
            return None;
        }
        int index = _free;
        ref Entry entry = ref _entries[index];
        ref int bucket = ref _buckets[BucketOf(address)];
        _free = entry.Next;
        entry = new Entry { Address = address, Next = bucket };
        bucket = index;
        Count++;
        return index;
    }

    private bool TryDisplace()
    {
        for (int i = 0; i < DisplaceScanMax; i++)
        {
            int index = _cursor;
            _cursor = index + 1 < _entries.Length ? index + 1 : 0;
            ref Entry entry = ref _entries[index];
            // A live neighbour answers the first request; what was never used or has grown stale misses
            // nobody.
            if (!entry.Used
                || entry.State == State.Stale
                || (entry.State == State.Incomplete && entry.Tries > 1))
            {
                _counters.Displaced++;
                Remove(index);
                return true;
            }
        }
        return false;
    }

    private void Remove(int index)
    {
        ref Entry entry = ref _entries[index];
        ref int link = ref _buckets[BucketOf(entry.Address)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }
        link = entry.Next;
        entry = new Entry { Next = _free };
        _free = index;
        _timers.Set(index, Instant.Never);
        Count--;
    }

    private enum State : byte
    {
        /// <summary>Asked for, no answer yet.</summary>
        Incomplete,

        /// <summary>Usable until its time is over.</summary>
        Reachable,

        /// <summary>Its time is over; the next use asks again.</summary>
        Stale,

        /// <summary>Usable, and asked again.</summary>
        Probing,
    }

    private struct Entry
    {
        public Ipv4Address Address;
        public int Next;
        public MacAddress Mac;
        public Instant ReachableUntil;
        public Instant AskedAt;
        public int Tries;
        public State State;
        public bool Used;
    }
}
