using Straightwire.Appliance.Fairness;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// Records of all shards in turn by peer, so that what one of them floods costs no other one's lines.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
public sealed class PeerRecords<T> : IRecordQueue<T>
    where T : struct
{
    private readonly object _gate = new();
    private readonly FairQueue<IpAddress, Entry> _queue;
    private bool _isEnding;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="max">
    /// Records that wait to be written; beyond them the last one of the peer that has most is dropped and
    /// counted.
    /// </param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    public PeerRecords(int max, int peerPrefixLength) =>
        _queue = new(max, max, PeerNetwork.Of(peerPrefixLength));

    /// <inheritdoc/>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _queue.Refused;
            }
        }
    }

    /// <summary>Leaves a record of a peer's; from any thread.</summary>
    public void Add(in T record, IpAddress peer)
    {
        lock (_gate)
        {
            _ = _queue.TryAdd(peer, new Entry(record, peer), out _, out _);
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    public bool Wait()
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_isEnding)
            {
                Monitor.Wait(_gate);
            }
            return _queue.Count > 0;
        }
    }

    /// <inheritdoc/>
    public bool TryTake(out T record, out IpAddress peer)
    {
        lock (_gate)
        {
            bool taken = _queue.TryTake(out Entry entry);
            (record, peer) = (entry.Record, entry.Peer);
            return taken;
        }
    }

    /// <inheritdoc/>
    public void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
    }

    private readonly record struct Entry(T Record, IpAddress Peer);
}
