using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation;

/// <summary>
/// Who connects, for shards of one thread: each address is a peer, and a place that nobody holds is given to
/// the next one at once.
/// </summary>
public sealed class SimulatedPeerTable(int capacity = 1024) : IPeerTable
{
    private readonly Dictionary<IpAddress, int> _places = [];
    private readonly IpAddress[] _addresses = new IpAddress[capacity];
    private readonly int[] _holds = new int[capacity];
    private readonly int[] _counts = new int[capacity * 2];

    /// <summary>Those who have no limits.</summary>
    public HashSet<IpAddress> Exempt { get; } = [];

    /// <summary>Peers that something is held of.</summary>
    public int HeldCount => _places.Count;

    /// <inheritdoc/>
    public int Capacity => capacity;

    /// <inheritdoc/>
    public int Hold(IpAddress address)
    {
        if (Exempt.Contains(address))
        {
            return IPeerTable.Unlimited;
        }
        if (!_places.TryGetValue(address, out int place))
        {
            place = Array.IndexOf(_holds, 0, 1);
            if (place < 0)
            {
                return IPeerTable.Unlimited;
            }
            _places.Add(address, place);
            _addresses[place] = address;
        }
        _holds[place]++;
        return place;
    }

    /// <inheritdoc/>
    public void Release(int place)
    {
        Check(place);
        if (--_holds[place] == 0)
        {
            _places.Remove(_addresses[place]);
            if (_counts[place * 2] != 0 || _counts[(place * 2) + 1] != 0)
            {
                throw new SimulationException("a peer that nobody holds is counted");
            }
        }
    }

    /// <inheritdoc/>
    public bool TryAdd(int place, PeerCount what, int most)
    {
        Check(place);
        if (Count(place, what) >= most)
        {
            return false;
        }
        _counts[(place * 2) + (int)what]++;
        return true;
    }

    /// <inheritdoc/>
    public int Count(int place, PeerCount what) => _counts[(place * 2) + (int)what];

    /// <inheritdoc/>
    public void Remove(int place, PeerCount what)
    {
        Check(place);
        _counts[(place * 2) + (int)what]--;
    }

    private void Check(int place)
    {
        if (place == IPeerTable.Unlimited || _holds[place] == 0)
        {
            throw new SimulationException($"place {place} is nobody's");
        }
    }
}
