using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// The records of all shards on their way to the log's thread. It sleeps while there is none; from the first
/// one on it waits for others, a tenth of a second or until there are many.
/// </summary>
/// <param name="queueBytes">Bytes of each shard's ring.</param>
/// <param name="batchBytes">Bytes in one of them that are not waited beyond.</param>
/// <param name="mask">What of addresses is told.</param>
internal sealed class HttpRecords(int queueBytes, int batchBytes, AddressMask mask)
    : IRecordQueue<HttpRecord>, IDisposable
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly AutoResetEvent _wake = new(initialState: false);

    // Written before the first shard's thread starts.
    private ShardRecords[] _shards = [];
    private int _turn;
    private volatile bool _isAsleep;
    private volatile bool _isFull;
    private volatile bool _isEnding;

    /// <inheritdoc/>
    public long Dropped => _shards.Sum(static shard => shard.Dropped);

    /// <summary>The records of a shard more.</summary>
    public ShardRecords AddShard()
    {
        ShardRecords? added = null;
        added = new ShardRecords(queueBytes, () => OnAdded(added!.Ring));
        Volatile.Write(ref _shards, [.. _shards, added]);
        return added;
    }

    /// <inheritdoc/>
    public bool Wait()
    {
        if (IsEmpty && !_isEnding)
        {
            _isAsleep = true;
            // Either this thread sees the record, or who has left it sees that this thread sleeps.
            Interlocked.MemoryBarrier();
            if (IsEmpty && !_isEnding)
            {
                _wake.WaitOne();
            }
            _isAsleep = false;
        }
        if (!_isEnding && !_isFull)
        {
            _wake.WaitOne(Gathering);
        }
        _isFull = false;
        return !_isEnding || !IsEmpty;
    }

    /// <inheritdoc/>
    public bool TryTake(out HttpRecord record, out IpAddress peer)
    {
        ShardRecords[] shards = Volatile.Read(ref _shards);
        for (int i = 0; i < shards.Length; i++)
        {
            _turn = (_turn + 1) % shards.Length;
            if (shards[_turn].Ring.TryTake(out ReadOnlySpan<byte> bytes))
            {
                record = StoredRecord.Read(bytes, mask, out peer);
                record.Shard = _turn;
                return true;
            }
        }
        record = default;
        peer = default;
        return false;
    }

    /// <inheritdoc/>
    public void End()
    {
        _isEnding = true;
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private bool IsEmpty =>
        Array.TrueForAll(Volatile.Read(ref _shards), static shard => shard.Ring.Count == 0);

    private void OnAdded(ByteRing ring)
    {
        Interlocked.MemoryBarrier();
        if (_isAsleep)
        {
            _isAsleep = false;
            _wake.Set();
        }
        else if (!_isFull && ring.Count >= batchBytes)
        {
            _isFull = true;
            _wake.Set();
        }
    }
}
