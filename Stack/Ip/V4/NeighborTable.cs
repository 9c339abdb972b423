using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>
/// The neighbours' MAC addresses (RFC 826, RFC 1122 §2.3.2) with the states of RFC 4861 §7.3.2. Nothing is
/// learned but answers that were asked for, and who asks for us. What contradicts an entry makes it be asked
/// again, by broadcast: if the one that has had the address answers too, it keeps it. An entry is usable from
/// its first answer on, also while nobody answers any more (RFC 7048): who speaks to it gives up in its own
/// time.
/// </summary>
internal sealed partial class NeighborTable
{
    // How long the one that has had an address may take to answer, before another one's answer is believed.
    private const int GraceMilliseconds = 100;

    // Younger proof than this is younger than what a connection waits for: no RTO is shorter.
    private const int SuspectMilliseconds = 500;

    // RFC 7048 §3: without an answer, questions come at growing intervals.
    private const int RetryGrowth = 3;
    private const int RetryMaxMilliseconds = 60_000;

    private readonly Entry[] _entries;
    private readonly int[] _buckets;
    private readonly int[] _due = new int[16];
    private readonly AddressHash _hash;
    private readonly TimerWheel _timers;
    private readonly RateLimit _questions;
    private readonly ArpSender _sender;
    private readonly NeighborCounters _counters;
    private readonly IpOptions _options;
    private readonly Ipv4Address? _gateway;
    private bool _isRefused;

    /// <summary>Creates an empty table of <see cref="IpOptions.Neighbors"/> entries.</summary>
    public NeighborTable(
        IpOptions options, Ipv4Address? gateway, ArpSender sender, NeighborCounters counters, ulong key,
        Instant now)
    {
        Invariant.Assert(options.Neighbors > 0, "there is room for a neighbour");
        _options = options;
        _gateway = gateway;
        _sender = sender;
        _counters = counters;
        _entries = new Entry[options.Neighbors];
        _timers = new TimerWheel(options.Neighbors, now);
        _questions = new RateLimit(options.Questions);
        _hash = new AddressHash(key, int.Log2(options.Neighbors) + 2);
        _buckets = new int[_hash.Count];
        Array.Fill(_buckets, None);
        for (int i = 0; i < _entries.Length; i++)
        {
            _entries[i].Next = i + 1 < _entries.Length ? i + 1 : None;
        }
    }

    /// <summary>Changes whenever a neighbour was resolved, has another MAC, or was given up.</summary>
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
        if (!entry.IsUsed)
        {
            entry.IsUsed = true;
            _unused--;
        }
        entry.IsWanted = true;
        if (entry.State == State.Stale)
        {
            // RFC 1122 §2.3.2.1(2): the one that had the address is asked first, unless it did not answer.
            Probe(index, everybody: entry.Tries > 0, now);
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
        // What is on its way proves nothing for a while after the one that carried it has gone: where
        // everybody was asked, an answer decides.
        if (_entries[index].IsContested)
        {
            _entries[index].ConfirmedAt = now;
        }
        else
        {
            Confirm(index, now);
        }
    }

    /// <summary>
    /// Somebody waits in vain for what it sent to a neighbour: everybody is asked for it at once, unless
    /// others have had proof since, or it was asked a moment ago.
    /// </summary>
    public void Suspect(Ipv4Address address, Instant now)
    {
        int index = Find(address);
        if (index == None || _entries[index].State == State.Incomplete)
        {
            return;
        }
        ref Entry entry = ref _entries[index];
        if (now.Since(entry.ConfirmedAt) >= SuspectMilliseconds * 1_000_000L && MayAskAgain(in entry, now))
        {
            _counters.Suspicions++;
            Probe(index, everybody: true, now);
        }
    }

    /// <summary>Whether a neighbour has another MAC than at an instant.</summary>
    public bool HasMovedSince(Ipv4Address address, Instant since)
    {
        int index = Find(address);
        return index != None && _entries[index].MovedAt > since;
    }

    /// <summary>A reply to us: taken when it was asked for.</summary>
    public bool TryResolve(in ArpPacket reply, Instant now)
    {
        int index = Find(reply.SenderAddress);
        if (index == None)
        {
            return false;
        }
        ref Entry entry = ref _entries[index];
        switch (entry.State)
        {
            case State.Incomplete:
                Resolve(index, reply.SenderMac, now);
                return true;
            case State.Probing when entry.Mac == reply.SenderMac:
                Confirm(index, now);
                return true;
            case State.Probing:
                Contend(index, reply.SenderMac, now);
                return true;
            default:
                Contradict(index, reply.SenderMac, now);
                return false;
        }
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
            bool hasRoom = _unused < UnusedMax || TryDisplace(Displaced.Unused);
            index = hasRoom ? Allocate(request.SenderAddress) : None;
            if (index != None)
            {
                Resolve(index, request.SenderMac, now);
            }
            _counters.TableFull += hasRoom ? 0 : 1;
        }
        else if (_entries[index].State == State.Incomplete)
        {
            Resolve(index, request.SenderMac, now);
        }
        else if (_entries[index].Mac == request.SenderMac)
        {
            Confirm(index, now);
        }
        else
        {
            Contradict(index, request.SenderMac, now);
        }
    }

    /// <summary>
    /// A packet that was for others, or an announcement: it teaches nothing, but may contradict an entry.
    /// </summary>
    public void OnOverheard(in ArpPacket packet, Instant now)
    {
        int index = Find(packet.SenderAddress);
        if (index != None && _entries[index].State != State.Incomplete)
        {
            Contradict(index, packet.SenderMac, now);
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
            Instant until = entry.ConfirmedAt + _options.NeighborReachable;
            if (until > now)
            {
                _timers.Set(index, until);
            }
            else
            {
                entry.State = State.Stale;
            }
        }
        else if (entry.Rival != default)
        {
            Move(index, now);
        }
        else if (entry.IsContested
            && entry.ConfirmedAt.Since(entry.AskedAt) >= SuspectMilliseconds * 1_000_000L)
        {
            // Nobody has answered, but what was sent since has arrived.
            Confirm(index, now);
        }
        else if (entry.Tries < _options.NeighborRetryMax)
        {
            Ask(index, everybody: true, now);
        }
        else if (entry.State == State.Incomplete)
        {
            _counters.GivenUp++;
            Version++;
            Remove(index);
        }
        else if (entry.IsWanted)
        {
            Ask(index, everybody: true, now);
        }
        else
        {
            // Nobody has sent to it since it was asked last; who does, asks again.
            entry.State = State.Stale;
            entry.IsContested = false;
        }
    }

    private void BeginResolution(Ipv4Address address, Instant now)
    {
        bool isRouter = address == _gateway;
        if (!isRouter && _unresolved >= UnresolvedMax && !TryDisplace(Displaced.Unresolved))
        {
            _counters.TableFull++;
            _isRefused = true;
        }
        else if (!isRouter && !_questions.TryTake(now))
        {
            _counters.RequestsLimited++;
            _isRefused = true;
        }
        else if (Allocate(address) is var index && index != None)
        {
            ref Entry entry = ref _entries[index];
            entry.IsUsed = true;
            _unused--;
            Ask(index, everybody: true, now, isPaid: true);
        }
    }

    private void Probe(int index, bool everybody, Instant now)
    {
        ref Entry entry = ref _entries[index];
        entry.State = State.Probing;
        entry.Tries = 0;
        Ask(index, everybody, now);
    }

    private void Ask(int index, bool everybody, Instant now, bool isPaid = false)
    {
        ref Entry entry = ref _entries[index];
        entry.Tries++;
        entry.IsWanted = false;
        entry.IsContested = everybody;
        if (everybody)
        {
            entry.AskedAt = now;
        }
        // RFC 6583 §6.2: questions have a budget, of which routers take nothing.
        if (isPaid || entry.Address == _gateway || _questions.TryTake(now))
        {
            _sender.SendRequest(entry.Address, everybody ? MacAddress.Broadcast : entry.Mac);
        }
        else
        {
            _counters.RequestsLimited++;
        }
        long delay = _options.NeighborRetry.Milliseconds;
        for (int i = _options.NeighborRetryMax; i < entry.Tries && delay < RetryMaxMilliseconds; i++)
        {
            delay *= RetryGrowth;
        }
        _timers.Set(index, now.PlusMilliseconds(Math.Min(delay, RetryMaxMilliseconds)));
    }

    // An answer, or as good as one: who has the address is not in question any more.
    private void Confirm(int index, Instant now)
    {
        ref Entry entry = ref _entries[index];
        entry.ConfirmedAt = now;
        entry.Rival = default;
        entry.IsContested = false;
        entry.Tries = 0;
        if (entry.State != State.Reachable)
        {
            // The timer of a reachable entry is left alone: when it fires, it sees the later instant.
            entry.State = State.Reachable;
            _timers.Set(index, now + _options.NeighborReachable);
        }
    }

    // Somebody else says that the address is its own. It is not believed, and the one that has it can answer.
    private void Contradict(int index, MacAddress mac, Instant now)
    {
        ref Entry entry = ref _entries[index];
        if (entry.Mac == mac)
        {
            return;
        }
        _counters.Contradictions++;
        if (MayAskAgain(in entry, now))
        {
            Probe(index, everybody: true, now);
        }
    }

    // Another one than before has answered what was asked. The one that has had the address keeps it if it
    // answers within its grace, so that an answer that is only the faster one wins nothing.
    private void Contend(int index, MacAddress mac, Instant now)
    {
        ref Entry entry = ref _entries[index];
        if (entry.Rival == default)
        {
            entry.Rival = mac;
            _timers.Set(index, now.PlusMilliseconds(GraceMilliseconds));
        }
    }

    private void Move(int index, Instant now)
    {
        ref Entry entry = ref _entries[index];
        _counters.Moved++;
        Version++;
        entry.MovedAt = now;
        entry.Mac = entry.Rival;
        Confirm(index, now);
    }

    private void Resolve(int index, MacAddress mac, Instant now)
    {
        ref Entry entry = ref _entries[index];
        Invariant.Assert(entry.State == State.Incomplete, "what is resolved was not");
        _counters.Resolved++;
        _unresolved--;
        if (entry.IsUsed || _isRefused)
        {
            _isRefused = false;
            Version++;
        }
        entry.Mac = mac;
        Confirm(index, now);
    }

    // RFC 1122 §2.3.2.1: everybody is asked for one destination once a second at most.
    private bool MayAskAgain(in Entry entry, Instant now) =>
        entry.AskedAt == Instant.Zero
        || now.Since(entry.AskedAt) >= _options.NeighborRetry.Nanoseconds;
}
