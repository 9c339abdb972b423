using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// The path MTUs that are less than the link's, by destination (RFC 1191 §3): what one connection learned,
/// the next one begins with. A fixed number; the one learned first gives way. After its age an entry may be
/// tried by one larger segment (§6.3), and is forgotten when that arrives.
/// </summary>
internal sealed class PathTable
{
    private const int None = -1;

    // RFC 1191 §7, table 7-1.
    private static readonly int[] Plateaus =
        [65_535, 32_000, 17_914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];

    private readonly Entry[] _entries;
    private readonly int[] _buckets;
    private readonly AddressHash _hash;
    private readonly long _ageMilliseconds;
    private int _next;

    /// <summary>Creates an empty table of <see cref="IpOptions.Paths"/> entries.</summary>
    public PathTable(IpOptions options, ulong key)
    {
        Invariant.Assert(options.Paths > 0, "there is room for a path");
        _entries = new Entry[options.Paths];
        _hash = new AddressHash(key, int.Log2(options.Paths) + 1);
        _buckets = new int[_hash.Count];
        _ageMilliseconds = options.PathAge.Milliseconds;
        Array.Fill(_buckets, None);
    }

    /// <summary>Changes whenever something was learned or forgotten.</summary>
    public int Version { get; private set; }

    /// <summary>The greatest plateau below a length, bytes; 0 below all.</summary>
    public static int PlateauBelow(int length)
    {
        foreach (int plateau in Plateaus)
        {
            if (plateau < length)
            {
                return plateau;
            }
        }
        return 0;
    }

    /// <summary>What is known of the path to a destination, bytes; 0: nothing.</summary>
    public int MtuOf(IpAddress destination)
    {
        int index = Find(destination);
        return index == None ? 0 : _entries[index].Mtu;
    }

    /// <summary>Whether what is known is so old that a larger segment may try the path.</summary>
    public bool IsOld(IpAddress destination, Instant now)
    {
        int index = Find(destination);
        return index != None && _entries[index].OldAt <= now;
    }

    /// <summary>A segment tries the path: no other does before the entry has aged again.</summary>
    public void BeginTrial(IpAddress destination, Instant now)
    {
        int index = Find(destination);
        if (index != None)
        {
            _entries[index].OldAt = now.PlusMilliseconds(_ageMilliseconds);
        }
    }

    /// <summary>A path takes no more than so many bytes.</summary>
    public void Learn(IpAddress destination, int mtu, Instant now)
    {
        int index = Find(destination);
        if (index == None)
        {
            index = Take(destination);
        }
        ref Entry entry = ref _entries[index];
        Version += entry.Mtu == mtu ? 0 : 1;
        entry.Mtu = mtu;
        entry.OldAt = now.PlusMilliseconds(_ageMilliseconds);
    }

    /// <summary>The path takes what the link does.</summary>
    public void Forget(IpAddress destination)
    {
        int index = Find(destination);
        if (index != None)
        {
            Unlink(index);
            _entries[index] = default;
            Version++;
        }
    }

    private int Take(IpAddress destination)
    {
        int index = _next;
        _next = index + 1 < _entries.Length ? index + 1 : 0;
        if (_entries[index].Mtu != 0)
        {
            Unlink(index);
        }
        ref int bucket = ref _buckets[_hash.Of(destination)];
        _entries[index] = new Entry { Destination = destination, Next = bucket };
        bucket = index;
        return index;
    }

    private int Find(IpAddress destination)
    {
        int index = _buckets[_hash.Of(destination)];
        while (index != None && _entries[index].Destination != destination)
        {
            index = _entries[index].Next;
        }
        return index;
    }

    private void Unlink(int index)
    {
        ref int link = ref _buckets[_hash.Of(_entries[index].Destination)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }
        link = _entries[index].Next;
    }

    private struct Entry
    {
        public IpAddress Destination;
        public int Mtu;
        public int Next;
        public Instant OldAt;
    }
}
