using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Handover;

/// <summary>
/// Which shard has a look next at what this one has no use for. A link steers frames by a hash of its own, by
/// what it has seen, or by none, so that any frame may come to any shard. What nobody here knows goes to the
/// next shard, in a ring; the last one of the round treats it as a stranger's. Where a port tells whose it
/// is, that shard is the first one to be asked.
/// </summary>
public sealed class ShardRound
{
    /// <summary>The first of the ports that connections are opened from (RFC 6335 §6).</summary>
    public const ushort EphemeralFirst = 49_152;

    private readonly ShardPlace _place;
    private readonly IShardPeers? _peers;
    private readonly HandoverCounters _counters;

    /// <summary>Takes part in the round.</summary>
    /// <param name="place">Which shard this is, of how many.</param>
    /// <param name="peers">The others; null: there are none.</param>
    /// <param name="counters">What is counted of it.</param>
    public ShardRound(ShardPlace place, IShardPeers? peers, HandoverCounters counters)
    {
        Invariant.Assert(
            place.Count is >= 1 and <= byte.MaxValue && place.Number < place.Count,
            "a shard is one of all");
        Invariant.Assert(place.Count == 1 || peers is not null, "several shards know each other");
        (_place, _peers, _counters) = (place, place.Count == 1 ? null : peers, counters);
    }

    /// <summary>Which shard this is, from 0.</summary>
    public int Number => _place.Number;

    /// <summary>There are other shards.</summary>
    public bool HasPeers => _peers is not null;

    /// <summary>Something from another shard can be received.</summary>
    public bool HasArrivals => _peers is { HasArrivals: true };

    /// <summary>
    /// The shard that a local port belongs to, −1 when it tells none. Of the passive ports every shard has
    /// its own, and of the others that connections are opened from.
    /// </summary>
    public int OwnerOf(ushort port)
    {
        if (port >= _place.OwnedPortFirst && port <= _place.OwnedPortLast)
        {
            return (port - _place.OwnedPortFirst) % _place.Count;
        }
        return port >= EphemeralFirst ? port % _place.Count : -1;
    }

    /// <summary>Whether this shard opens connections from a port.</summary>
    public bool MayDraw(ushort port) =>
        _peers is null || OwnerOf(port) is var owner && (owner < 0 || owner == _place.Number);

    /// <summary>
    /// The shard that puts a datagram together: one for all of its fragments, wherever they come in.
    /// </summary>
    public bool IsElsewhere(IpAddress source, uint identification, out int shard)
    {
        ulong folded = source.High ^ source.Low;
        uint datagram = (uint)(folded ^ (folded >> 32)) ^ (identification * 0x9E37);
        shard = _peers is null ? _place.Number : (int)(datagram % (uint)_place.Count);
        return shard != _place.Number;
    }

    /// <summary>
    /// Passes on to the next shard of the round; false when this was the last one, or there is no other. What
    /// finds the next one's queue full is lost, as on a full link.
    /// </summary>
    public bool TryPassOn(in HandoverHeader header, ReadOnlySpan<byte> bytes) =>
        TryPassOn(in header, bytes, owner: -1);

    /// <summary>As above; what comes from the link goes to its port's owner first.</summary>
    public bool TryPassOn(in HandoverHeader header, ReadOnlySpan<byte> bytes, int owner)
    {
        if (_peers is null)
        {
            return false;
        }
        ShardTrail trail = header.Trail;
        bool isFresh = trail.Hops == 0 && (trail.Marks & HandoverMarks.Directed) == 0;
        if (isFresh && owner >= 0 && owner != _place.Number)
        {
            _counters.Directed++;
            trail = trail with { Marks = trail.Marks | HandoverMarks.Directed };
            Give(owner, header with { Trail = trail }, bytes);
            return true;
        }
        if (trail.Hops + 1 >= _place.Count)
        {
            return false;
        }
        int next = (_place.Number + 1) % _place.Count;
        Give(next, header with { Trail = trail with { Hops = (byte)(trail.Hops + 1) } }, bytes);
        return true;
    }

    /// <summary>Gives to all the others.</summary>
    public void GiveAll(in HandoverHeader header, ReadOnlySpan<byte> bytes)
    {
        for (int shard = 0; shard < _place.Count; shard++)
        {
            if (shard != _place.Number)
            {
                Give(shard, in header, bytes);
            }
        }
    }

    /// <summary>Gives to one shard.</summary>
    public void Give(int shard, in HandoverHeader header, ReadOnlySpan<byte> bytes)
    {
        if (_peers!.TryOffer(shard, in header, bytes))
        {
            _counters.HandedOver++;
        }
        else
        {
            _counters.Dropped++;
        }
    }

    /// <summary>What another shard has given; its bytes stay until the next call.</summary>
    public bool TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes)
    {
        if (_peers is null || !_peers.TryReceive(out header, out bytes))
        {
            header = default;
            bytes = default;
            return false;
        }
        _counters.Received++;
        return true;
    }

    /// <summary>What was given in this pass is complete.</summary>
    public void Flush() => _peers?.Flush();
}
