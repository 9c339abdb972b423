using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// One shard's records: a ring of those that wait to be written, and memory for those whose answers are under
/// way. Both are bounded; a record for which there is no room any more is dropped and counted.
/// </summary>
internal sealed class ShardRecords : IHttpLog
{
    // Kept records have memory of so many bytes, or of a power of two times as many.
    private const int BlockBytes = 512;

    private readonly ByteRing _ring;
    private readonly Action _wake;
    private readonly List<(byte[] Bytes, int Length)> _kept = [];
    private readonly Stack<int> _freeNumbers = new();
    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, 9).Select(_ => new Stack<byte[]>())];
    private long _keepable;
    private long _dropped;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="bytes">Bytes of the ring, and of the other memory.</param>
    /// <param name="wake">Called after each record that is there to be taken.</param>
    public ShardRecords(int bytes, Action wake)
    {
        _ring = new ByteRing(bytes);
        _keepable = bytes;
        _wake = wake;
    }

    /// <summary>Where the other thread takes them.</summary>
    public ByteRing Ring => _ring;

    /// <summary>Records that found no room; from any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <inheritdoc/>
    public void Write(in HttpRecord record)
    {
        if (TryPlace(StoredRecord.LengthOf(in record), out Span<byte> place))
        {
            StoredRecord.Write(in record, place);
            Publish();
        }
    }

    /// <inheritdoc/>
    public bool TryBegin(in HttpRecord record, out int number)
    {
        int length = StoredRecord.LengthOf(in record);
        number = -1;
        if (!TryRent(length, out byte[] bytes))
        {
            return false;
        }
        StoredRecord.Write(in record, bytes.AsSpan(0, length));
        if (!_freeNumbers.TryPop(out number))
        {
            number = _kept.Count;
            _kept.Add(default);
        }
        _kept[number] = (bytes, length);
        return true;
    }

    /// <inheritdoc/>
    public void End(int number, long acknowledgedBytes, Duration duration, Duration roundTrip)
    {
        (byte[] bytes, int length) = _kept[number];
        Span<byte> record = bytes.AsSpan(0, length);
        StoredRecord.End(record, acknowledgedBytes, duration, roundTrip);
        if (TryPlace(length, out Span<byte> place))
        {
            record.CopyTo(place);
            Publish();
        }
        _free[ClassOf(bytes.Length)].Push(bytes);
        _kept[number] = default;
        _freeNumbers.Push(number);
    }

    private static int ClassOf(int length)
    {
        int size = 0;
        for (int bytes = BlockBytes; bytes < length; bytes *= 2)
        {
            size++;
        }
        return size;
    }

    private bool TryPlace(int length, out Span<byte> place)
    {
        bool hasRoom = _ring.TryBegin(length, out place);
        if (!hasRoom)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
        }
        return hasRoom;
    }

    private void Publish()
    {
        _ring.Publish();
        _wake();
    }

    // Memory is made once and kept: as much as there ever were records at once.
    private bool TryRent(int length, out byte[] bytes)
    {
        int size = ClassOf(length);
        bytes = [];
        if (size >= _free.Length)
        {
            return false;
        }
        if (_free[size].TryPop(out byte[]? used))
        {
            bytes = used;
            return true;
        }
        int needed = BlockBytes << size;
        if (needed > _keepable)
        {
            return false;
        }
        _keepable -= needed;
        bytes = new byte[needed];
        return true;
    }
}
