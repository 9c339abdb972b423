using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <content>
/// The places and who gets them (RFC 6583): at most a quarter for those that were asked for and have not
/// answered, at most half for those that have asked for us and were never sent to. Who is sent to is never
/// displaced, and a router finds a place.
/// </content>
internal sealed partial class NeighborTable
{
    private const int None = -1;
    private const int DisplaceScanMax = 64;

    private int _free;
    private int _cursor;
    private int _unresolved;
    private int _unused;

    private enum Displaced
    {
        /// <summary>Asked for more than once in vain: a live neighbour answers the first question.</summary>
        Unresolved,

        /// <summary>Learned from its own question, and never sent to.</summary>
        Unused,

        /// <summary>Either, or not heard of for long.</summary>
        Any,

        /// <summary>Whoever is no router.</summary>
        Everybody,
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

    private int UnresolvedMax => Math.Max(1, _entries.Length / 4);

    private int UnusedMax => Math.Max(1, _entries.Length / 2);

    private int Find(Ipv4Address address)
    {
        int index = _buckets[_hash.Of(address)];
        while (index != None && _entries[index].Address != address)
        {
            index = _entries[index].Next;
        }
        return index;
    }

    private int Allocate(Ipv4Address address)
    {
        if (_free == None && !TryDisplace(Displaced.Any)
            && (address != _gateway || !TryDisplace(Displaced.Everybody)))
        {
            _counters.TableFull++;
            _isRefused = true;
            return None;
        }
        int index = _free;
        ref Entry entry = ref _entries[index];
        ref int bucket = ref _buckets[_hash.Of(address)];
        _free = entry.Next;
        entry = new Entry { Address = address, Next = bucket };
        bucket = index;
        Count++;
        _unresolved++;
        _unused++;
        return index;
    }

    private bool TryDisplace(Displaced who)
    {
        for (int i = Math.Min(DisplaceScanMax, _entries.Length); i > 0; i--)
        {
            int index = _cursor;
            _cursor = index + 1 < _entries.Length ? index + 1 : 0;
            if (IsOf(in _entries[index], who))
            {
                _counters.Displaced++;
                Remove(index);
                return true;
            }
        }
        return false;
    }

    private bool IsOf(in Entry entry, Displaced who)
    {
        if (entry.Address == default || entry.Address == _gateway)
        {
            return false;
        }
        bool isUnresolved = entry.State == State.Incomplete && entry.Tries > 1;
        return who switch
        {
            Displaced.Unresolved => isUnresolved,
            Displaced.Unused => !entry.IsUsed,
            Displaced.Any => isUnresolved || !entry.IsUsed || entry.State == State.Stale,
            _ => true,
        };
    }

    private void Remove(int index)
    {
        ref Entry entry = ref _entries[index];
        ref int link = ref _buckets[_hash.Of(entry.Address)];
        while (link != index)
        {
            link = ref _entries[link].Next;
        }
        link = entry.Next;
        _unresolved -= entry.State == State.Incomplete ? 1 : 0;
        _unused -= entry.IsUsed ? 0 : 1;
        entry = new Entry { Next = _free };
        _free = index;
        _timers.Set(index, Instant.Never);
        Count--;
    }

    private struct Entry
    {
        public Ipv4Address Address;
        public int Next;
        public MacAddress Mac;

        /// <summary>Another one has answered, and gets the address when its grace is over.</summary>
        public MacAddress Rival;

        /// <summary>The latest proof that it is there.</summary>
        public Instant ConfirmedAt;

        /// <summary>When everybody was asked for it last.</summary>
        public Instant AskedAt;

        /// <summary>When its MAC changed.</summary>
        public Instant MovedAt;

        /// <summary>Questions since the last answer.</summary>
        public int Tries;

        public State State;

        /// <summary>It was sent to, ever.</summary>
        public bool IsUsed;

        /// <summary>It was sent to since it was asked last.</summary>
        public bool IsWanted;

        /// <summary>Everybody was asked, and nobody has answered yet.</summary>
        public bool IsContested;
    }
}
