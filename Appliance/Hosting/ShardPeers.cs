using System.Numerics;
using Straightwire.Stack.Handover;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// One shard's place among the others: a ring from each of them and to each. All but <see cref="Wake"/>'s
/// setting is for the shard's own thread.
/// </summary>
public sealed class ShardPeers : IShardPeers
{
    private readonly ShardPeers[] _all;
    private readonly HandoverRing[] _from;
    private readonly int _number;
    private readonly bool[] _given;
    private int _isAsleep;
    private bool _hasGiven;
    private int _shown = -1;
    private int _first;

    private ShardPeers(ShardPeers[] all, int number, int ringBytes)
    {
        (_all, _number) = (all, number);
        _given = new bool[all.Length];
        _from = new HandoverRing[all.Length];
        for (int i = 0; i < all.Length; i++)
        {
            _from[i] = new HandoverRing(ringBytes);
        }
    }

    /// <summary>Ends this shard's wait, from any thread; set before the threads start.</summary>
    public Action Wake { get; set; } = static () => { };

    /// <inheritdoc/>
    public bool HasArrivals
    {
        get
        {
            foreach (HandoverRing ring in _from)
            {
                if (!ring.IsEmpty)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Makes the places of all shards.</summary>
    /// <param name="count">Shards that hand over to one another.</param>
    /// <param name="bytes">Most that waits for one of them, divided among the others.</param>
    public static ShardPeers[] Make(int count, int bytes)
    {
        var all = new ShardPeers[count];
        var share = (int)BitOperations.RoundUpToPowerOf2((uint)(bytes / Math.Max(1, count - 1)));
        for (int i = 0; i < count; i++)
        {
            all[i] = new ShardPeers(all, i, Math.Max(HandoverRing.BytesMin, share));
        }
        return all;
    }

    /// <inheritdoc/>
    public bool TryOffer(int shard, in HandoverHeader header, ReadOnlySpan<byte> bytes)
    {
        if (!_all[shard]._from[_number].TryWrite(in header, bytes))
        {
            return false;
        }
        _given[shard] = true;
        _hasGiven = true;
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes)
    {
        if (_shown >= 0)
        {
            _from[_shown].Release();
            _shown = -1;
        }
        for (int i = 0; i < _from.Length; i++)
        {
            // One after the other, so that none is kept waiting by another's flood.
            int ring = (_first + i) % _from.Length;
            if (_from[ring].TryRead(out header, out bytes))
            {
                _shown = ring;
                _first = (ring + 1) % _from.Length;
                return true;
            }
        }
        header = default;
        bytes = default;
        return false;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (!_hasGiven)
        {
            return;
        }
        _hasGiven = false;
        // What was written is seen by whoever is about to sleep, or else its sleep is seen here.
        Interlocked.MemoryBarrier();
        for (int i = 0; i < _given.Length; i++)
        {
            if (_given[i] && Volatile.Read(ref _all[i]._isAsleep) != 0
                && Interlocked.Exchange(ref _all[i]._isAsleep, 0) != 0)
            {
                _all[i].Wake();
            }
            _given[i] = false;
        }
    }

    /// <summary>The shard is about to wait, and is woken for what comes; false when something has.</summary>
    public bool TrySleep()
    {
        Volatile.Write(ref _isAsleep, 1);
        Interlocked.MemoryBarrier();
        return !HasArrivals;
    }

    /// <summary>The shard waits no more.</summary>
    public void Awake() => Volatile.Write(ref _isAsleep, 0);
}
