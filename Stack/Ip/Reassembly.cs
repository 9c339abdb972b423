using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Puts fragments together (RFC 791 §3.2, RFC 1122 §3.3.2) in places that are allocated at construction. A
/// datagram with overlapping fragments is dropped whole, with whatever of it still comes (RFC 5722 §4, for
/// IPv4 too).
/// </summary>
internal sealed class Reassembly
{
    private const int Unknown = -1;
    private const int TcpHeaderMin = 20;

    private readonly IpOptions _options;
    private readonly IpCounters _counters;
    private readonly Place[] _places;
    private readonly byte[] _memory;
    private readonly ulong[] _bitmaps;
    private readonly int _bitmapWords;
    private readonly TimerWheel _timers;
    private readonly int[] _due = new int[16];

    /// <summary>Creates <see cref="IpOptions.ReassemblyMax"/> empty places.</summary>
    public Reassembly(IpOptions options, IpCounters counters, Instant now)
    {
        _options = options;
        _counters = counters;
        _places = new Place[options.ReassemblyMax];
        _memory = GC.AllocateUninitializedArray<byte>(
            checked(options.ReassemblyMax * options.ReassemblyBytesMax));
        _bitmapWords = (options.ReassemblyBytesMax + 511) / 512;
        _bitmaps = new ulong[options.ReassemblyMax * _bitmapWords];
        _timers = new TimerWheel(options.ReassemblyMax, now);
    }

    /// <summary>Places in use.</summary>
    public int Count { get; private set; }

    /// <summary>Call <see cref="OnTimers"/> no later than this.</summary>
    public Instant NextDeadline => _timers.NextDeadline;

    /// <summary>
    /// Takes a fragment. True when it completes its datagram, whose payload stands in <paramref
    /// name="datagram"/> until the next call.
    /// </summary>
    public bool TryAdd(
        scoped in Ipv4Header header, scoped ReadOnlySpan<byte> payload, Instant now,
        out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        _counters.FragmentsReceived++;
        int end = header.FragmentOffset + payload.Length;
        if (!IsPossible(header, payload.Length, end))
        {
            _counters.FragmentsMalformed++;
            return false;
        }
        int index = Find(header, out int free, out int sameSource);
        if (index < 0 && !TryBegin(header, end, free, sameSource, now, out index))
        {
            return false;
        }
        ref Place place = ref _places[index];
        if (place.State == State.Dropped)
        {
            _counters.FragmentsAfterOverlap++;
            return false;
        }
        if (end > _options.ReassemblyBytesMax)
        {
            _counters.ReassemblyTooLarge++;
            place.State = State.Dropped;
            return false;
        }
        if (Contradicts(place, header, end) || !TryMark(index, header.FragmentOffset / 8, (end + 7) / 8))
        {
            _counters.ReassemblyOverlaps++;
            place.State = State.Dropped;
            return false;
        }
        Span<byte> memory = _memory.AsSpan(index * _options.ReassemblyBytesMax, _options.ReassemblyBytesMax);
        payload.CopyTo(memory[header.FragmentOffset..]);
        place.Received += payload.Length;
        place.End = Math.Max(place.End, end);
        place.Total = header.MoreFragments ? place.Total : end;
        if (place.Received != place.Total)
        {
            return false;
        }
        datagram = memory[..place.Total];
        _counters.Reassembled++;
        Free(index);
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

    private int Find(in Ipv4Header header, out int free, out int sameSource)
    {
        free = -1;
        sameSource = 0;
        for (int i = 0; i < _places.Length; i++)
        {
            ref readonly Place place = ref _places[i];
            if (place.State == State.Free)
            {
                free = i;
            }
            else if (place.Source == header.Source)
            {
                sameSource++;
                if (place.Identification == header.Identification && place.Protocol == header.Protocol
                    && place.Destination == header.Destination)
                {
                    return i;
                }
            }
        }
        return -1;
    }

    private bool TryBegin(in Ipv4Header header, int end, int free, int sameSource, Instant now, out int index)
    {
        index = free;
        if (end > _options.ReassemblyBytesMax)
        {
            _counters.ReassemblyTooLarge++;
            return false;
        }
        if (sameSource >= _options.ReassemblyMaxPerSource)
        {
            _counters.ReassemblySourceFull++;
            return false;
        }
        if (free < 0)
        {
            _counters.ReassemblyFull++;
            return false;
        }
        _places[index] = new Place
        {
            Source = header.Source,
            Destination = header.Destination,
            Identification = header.Identification,
            Protocol = header.Protocol,
            State = State.Filling,
            Total = Unknown,
        };
        _bitmaps.AsSpan(index * _bitmapWords, _bitmapWords).Clear();
        _timers.Set(index, now.PlusMilliseconds(_options.ReassemblyMilliseconds));
        Count++;
        return true;
    }

    /// <summary>Whether a fragment tells another end of the datagram than the others do.</summary>
    private static bool Contradicts(in Place place, in Ipv4Header header, int end) =>
        header.MoreFragments
            ? place.Total != Unknown && end > place.Total
            : place.Total != Unknown || end < place.End;

    /// <summary>Marks units of 8 bytes as received; false when one of them was.</summary>
    private bool TryMark(int index, int first, int end)
    {
        Span<ulong> bitmap = _bitmaps.AsSpan(index * _bitmapWords, _bitmapWords);
        ulong overlap = 0;
        for (int word = first / 64; word <= (end - 1) / 64; word++)
        {
            int from = Math.Max(first - (word * 64), 0);
            int count = Math.Min(end - (word * 64), 64) - from;
            ulong mask = (ulong.MaxValue >> (64 - count)) << from;
            overlap |= bitmap[word] & mask;
            bitmap[word] |= mask;
        }
        return overlap == 0;
    }

    private void Free(int index)
    {
        _places[index].State = State.Free;
        _timers.Set(index, Instant.Never);
        Count--;
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
        public Ipv4Address Destination;
        public ushort Identification;
        public byte Protocol;
        public State State;
        public int Total;
        public int End;
        public int Received;
    }
}
