using Straightwire.Stack.Handover;

namespace Straightwire.Simulation;

/// <summary>The shards of a simulated server: queues between any two of them.</summary>
public sealed class SimulatedPeers : IShardPeers
{
    private readonly SimulatedPeers[] _all;
    private readonly int _capacity;
    private readonly Queue<(HandoverHeader Header, byte[] Bytes)> _arrived = new();
    private byte[] _shown = [];

    private SimulatedPeers(SimulatedPeers[] all, int capacity) => (_all, _capacity) = (all, capacity);

    /// <inheritdoc/>
    public bool HasArrivals => _arrived.Count > 0;

    /// <summary>Makes all of them.</summary>
    /// <param name="count">Shards.</param>
    /// <param name="capacity">What may wait for one of them.</param>
    public static SimulatedPeers[] Make(int count, int capacity)
    {
        var all = new SimulatedPeers[count];
        for (int i = 0; i < count; i++)
        {
            all[i] = new SimulatedPeers(all, capacity);
        }
        return all;
    }

    /// <inheritdoc/>
    public bool TryOffer(int shard, in HandoverHeader header, ReadOnlySpan<byte> bytes)
    {
        if (_all[shard] == this)
        {
            throw new SimulationException("a shard hands over to itself");
        }
        bool fits = _all[shard]._arrived.Count < _capacity;
        if (fits)
        {
            _all[shard]._arrived.Enqueue((header, bytes.ToArray()));
        }
        return fits;
    }

    /// <inheritdoc/>
    public bool TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes)
    {
        bool has = _arrived.TryDequeue(out (HandoverHeader Header, byte[] Bytes) first);
        header = first.Header;
        bytes = _shown = first.Bytes ?? [];
        return has;
    }

    /// <inheritdoc/>
    public void Flush()
    {
    }
}
