using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>
/// Puts fragments together (RFC 791 §3.2, RFC 1122 §3.3.2) in places that are allocated at construction. A
/// datagram with overlapping fragments is dropped whole, with whatever of it still comes (RFC 5722 §4, for
/// IPv4 too); a copy of what is there already is none, and is ignored (RFC 8200 §4.5). When the places are
/// full, or a source has all of its own, the oldest datagram of the source with most gives way: a flood of
/// first fragments displaces itself.
/// </summary>
internal sealed class Reassembly
{
    private const int Unknown = -1;
    private const int TcpHeaderMin = 20;
    private const int PageMask = 4095;

    private readonly IpOptions _options;
    private readonly IpCounters _counters;
    private readonly Place[] _places;
    private readonly byte[] _memory;
    private readonly int _stride;
    private readonly ulong[] _bitmaps;
    private readonly int _bitmapWords;
    private readonly TimerWheel _timers;
    private readonly int[] _due = new int[16];
    private readonly uint _peerMask;
    private long _begun;

    /// <summary>Creates <see cref="IpOptions.Reassemblies"/> empty places.</summary>
    public Reassembly(IpOptions options, IpCounters counters, Instant now)
    {
        _options = options;
        _counters = counters;
        _places = new Place[options.Reassemblies];
        _peerMask = new Ipv4Prefix(default, options.PeerPrefixLength).Mask;
        // Memory that no datagram has needed is none of the machine's: a place begins with a page of its own.
        _stride = (options.ReassemblyBytesMax + PageMask) & ~PageMask;
        _memory = GC.AllocateUninitializedArray<byte>(checked(options.Reassemblies * _stride));
        _bitmapWords = (options.ReassemblyBytesMax + 511) / 512;
        _bitmaps = new ulong[options.Reassemblies * _bitmapWords];
        _timers = new TimerWheel(options.Reassemblies, now);
    }

    /// <summary>Places that a datagram has.</summary>
    public int Count { get; private set; }

    /// <summary>Call <see cref="OnTimers"/> no later than this.</summary>
    public Instant NextDeadline => _timers.NextDeadline;

    /// <summary>
    /// Takes a fragment. True when it completes its datagram, whose payload stands in <paramref
    /// name="datagram"/> until the next call, and what its fragments tell of congestion in
    /// <paramref name="ecn"/>.
    /// </summary>
    public bool TryAdd(
        scoped in Ipv4Header header, scoped ReadOnlySpan<byte> payload, Instant now,
        out ReadOnlySpan<byte> datagram, out EcnCodepoint ecn)
    {
        datagram = default;
        ecn = EcnCodepoint.NotEct;
        _counters.FragmentsReceived++;
        int end = header.FragmentOffset + payload.Length;
        if (!IsPossible(header, payload.Length, end))
        {
            _counters.FragmentsMalformed++;
            return false;
        }
        if (end > _options.ReassemblyBytesMax)
        {
            _counters.ReassemblyTooLarge++;
            Drop(Find(header, out _));
            return false;
        }
        int index = Find(header, out int sameSource);
        if (index < 0)
        {
            index = Begin(header, sameSource, now);
        }
        ref Place place = ref _places[index];
        if (place.State == State.Dropped)
        {
            _counters.FragmentsAfterOverlap++;
            return false;
        }
        Span<byte> memory = _memory.AsSpan(index * _stride, _options.ReassemblyBytesMax);
        if (IsCopy(index, header, payload, memory))
        {
            _counters.FragmentsRepeated++;
            return false;
        }
        if (Contradicts(place, header, end) || !TryMark(index, header.FragmentOffset / 8, (end + 7) / 8))
        {
            _counters.ReassemblyOverlaps++;
            Drop(index);
            return false;
        }
        payload.CopyTo(memory[header.FragmentOffset..]);
        place.Received += payload.Length;
        place.End = Math.Max(place.End, end);
        place.Total = header.MoreFragments ? place.Total : end;
        place.EcnSeen |= (byte)(1 << (int)header.Ecn);
        if (place.Received != place.Total)
        {
            return false;
        }
        bool isConsistent = TryTellEcn(place.EcnSeen, out ecn);
        Free(index);
        if (!isConsistent)
        {
            _counters.ReassemblyEcnMixed++;
            return false;
        }
        datagram = memory[..place.Total];
        _counters.Reassembled++;
        return true;
    }

    /// <summary>Gives up what has waited too long.</summary>
    public void OnTimers(Instant now)
    {
        int count;
        do
        {
            count = _timers.Expire(now, _due);
            for (int i = 0; i < count; i++)
            {
                if (_places[_due[i]].State == State.Filling)
                {
                    _counters.ReassemblyTimeouts++;
                }
                Free(_due[i]);
            }
        }
        while (count == _due.Length);
    }

    // RFC 3168 §5.3: the mark of one fragment is the datagram's, but where others could not have been marked,
    // or might have been dropped in place of it: no sender makes such a datagram.
    private static bool TryTellEcn(int seen, out EcnCodepoint ecn)
    {
        const int NotEct = 1 << (int)EcnCodepoint.NotEct;
        ecn = (seen & NotEct) != 0 ? EcnCodepoint.NotEct
            : (seen & (1 << (int)EcnCodepoint.Ce)) != 0 ? EcnCodepoint.Ce
            : (seen & (1 << (int)EcnCodepoint.Ect0)) != 0 ? EcnCodepoint.Ect0
            : EcnCodepoint.Ect1;
        return ecn != EcnCodepoint.NotEct || seen == NotEct;
    }

    private static bool IsPossible(in Ipv4Header header, int length, int end)
    {
        // All but the last are multiples of 8 bytes (RFC 791 §3.2), and none makes a datagram of more than
        // 65,535.
        if (length == 0
            || (header.MoreFragments && length % 8 != 0)
            || end > ushort.MaxValue - Ipv4Header.LengthMin)
        {
            return false;
        }
        // RFC 1858 §3 and RFC 3128 §2: a transport header is not spread over fragments.
        int headerMin = header.Protocol switch
        {
            IpProtocol.Tcp => TcpHeaderMin,
            IpProtocol.Udp => UdpHeader.Length,
            IpProtocol.Icmp => IcmpHeader.Length,
            _ => 0,
        };
        return header.FragmentOffset == 0 ? length >= headerMin : header.FragmentOffset >= headerMin;
    }

    private int Find(in Ipv4Header header, out int sameSource)
    {
        sameSource = 0;
        for (int i = 0; i < _places.Length; i++)
        {
            ref readonly Place place = ref _places[i];
            if (place.State != State.Free && place.Peer == PeerOf(header.Source))
            {
                sameSource++;
                if (place.Source == header.Source && place.Identification == header.Identification
                    && place.Protocol == header.Protocol && place.Destination == header.Destination)
                {
                    return i;
                }
            }
        }
        return -1;
    }

    private int Begin(in Ipv4Header header, int sameSource, Instant now)
    {
        int index = FindFree();
        if (sameSource >= _options.ReassembliesPerSource)
        {
            _counters.ReassemblySourceFull++;
            index = OldestOf(PeerOf(header.Source));
            Free(index);
        }
        else if (index < 0)
        {
            _counters.ReassemblyFull++;
            index = OldestOf(SourceWithMost());
            Free(index);
        }
        _places[index] = new Place
        {
            Source = header.Source,
            Peer = PeerOf(header.Source),
            Destination = header.Destination,
            Identification = header.Identification,
            Protocol = header.Protocol,
            State = State.Filling,
            Total = Unknown,
            Order = _begun++,
        };
        _bitmaps.AsSpan(index * _bitmapWords, _bitmapWords).Clear();
        _timers.Set(index, now + _options.ReassemblyTimeout);
        Count++;
        CountSource(PeerOf(header.Source));
        return index;
    }

    private Ipv4Address PeerOf(Ipv4Address source) => new(source.Value & _peerMask);

    private int FindFree()
    {
        for (int i = 0; i < _places.Length; i++)
        {
            if (_places[i].State == State.Free)
            {
                return i;
            }
        }
        return -1;
    }

    // Of sources with as many, the one that has waited longest. There is one: all places are taken.
    private Ipv4Address SourceWithMost()
    {
        ref readonly Place most = ref _places[0];
        foreach (ref readonly Place place in _places.AsSpan(1))
        {
            if (place.SourceCount > most.SourceCount
                || (place.SourceCount == most.SourceCount && place.Order < most.Order))
            {
                most = ref place;
            }
        }
        return most.Peer;
    }

    private int OldestOf(Ipv4Address peer)
    {
        int oldest = -1;
        for (int i = 0; i < _places.Length; i++)
        {
            ref readonly Place place = ref _places[i];
            if (place.State != State.Free && place.Peer == peer
                && (oldest < 0 || place.Order < _places[oldest].Order))
            {
                oldest = i;
            }
        }
        Invariant.Assert(oldest >= 0, "a source that gives way has a place");
        return oldest;
    }

    // Every place knows how many its source has, so that the one with most is found in one walk.
    private void CountSource(Ipv4Address peer)
    {
        int count = 0;
        foreach (ref readonly Place place in _places.AsSpan())
        {
            count += place.State != State.Free && place.Peer == peer ? 1 : 0;
        }
        foreach (ref Place place in _places.AsSpan())
        {
            if (place.State != State.Free && place.Peer == peer)
            {
                place.SourceCount = count;
            }
        }
    }

    /// <summary>
    /// Whether all that a fragment brings is there already, byte for byte, and its end is told as before.
    /// </summary>
    private bool IsCopy(
        int index, in Ipv4Header header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> memory)
    {
        ref readonly Place place = ref _places[index];
        int end = header.FragmentOffset + payload.Length;
        bool isEndKnown = header.MoreFragments
            ? place.Total == Unknown || end < place.Total
            : place.Total == end;
        return isEndKnown
            && end <= place.End
            && IsMarked(index, header.FragmentOffset / 8, (end + 7) / 8)
            && memory[header.FragmentOffset..end].SequenceEqual(payload);
    }

    /// <summary>Whether a fragment tells another end of the datagram than the others do.</summary>
    private static bool Contradicts(in Place place, in Ipv4Header header, int end) =>
        header.MoreFragments
            ? place.Total != Unknown && end >= place.Total
            : place.Total != Unknown || end < place.End;

    /// <summary>Whether all of the units of 8 bytes were received.</summary>
    private bool IsMarked(int index, int first, int end)
    {
        ReadOnlySpan<ulong> bitmap = _bitmaps.AsSpan(index * _bitmapWords, _bitmapWords);
        for (int word = first / 64; word <= (end - 1) / 64; word++)
        {
            if ((~bitmap[word] & MaskOf(word, first, end)) != 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Marks units of 8 bytes as received; false when one of them was.</summary>
    private bool TryMark(int index, int first, int end)
    {
        Span<ulong> bitmap = _bitmaps.AsSpan(index * _bitmapWords, _bitmapWords);
        ulong overlap = 0;
        for (int word = first / 64; word <= (end - 1) / 64; word++)
        {
            ulong mask = MaskOf(word, first, end);
            overlap |= bitmap[word] & mask;
            bitmap[word] |= mask;
        }
        return overlap == 0;
    }

    private static ulong MaskOf(int word, int first, int end)
    {
        int from = Math.Max(first - (word * 64), 0);
        int count = Math.Min(end - (word * 64), 64) - from;
        return (ulong.MaxValue >> (64 - count)) << from;
    }

    private void Drop(int index)
    {
        if (index >= 0)
        {
            _places[index].State = State.Dropped;
        }
    }

    private void Free(int index)
    {
        _places[index].State = State.Free;
        _timers.Set(index, Instant.Never);
        Count--;
        CountSource(_places[index].Peer);
    }

    private enum State : byte
    {
        Free,
        Filling,

        /// <summary>Remembered until its time is over, so that the rest of it is dropped too.</summary>
        Dropped,
    }

    private struct Place
    {
        public Ipv4Address Source;

        /// <summary>Whose it is: the network of its source.</summary>
        public Ipv4Address Peer;
        public Ipv4Address Destination;
        public ushort Identification;
        public byte Protocol;
        public State State;

        /// <summary>A bit for each codepoint that its fragments had.</summary>
        public byte EcnSeen;
        public int Total;
        public int End;
        public int Received;
        public int SourceCount;
        public long Order;
    }
}
