using System.Buffers.Binary;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// Runs of bytes from one thread to another, in their order, without a lock: who writes never waits, and what
/// has no room is refused.
/// </summary>
/// <param name="capacity">Bytes of it, a multiple of 8; more than half of that never is one run.</param>
public sealed class ByteRing(int capacity)
{
    // Each run has its length before it, or where the end of the memory is too near, that it is at the begin.
    private const int LengthBytes = 8;
    private const int AtBegin = -1;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    // Bytes in all: those that were written, and those that were read. Each is moved by one of the threads.
    private long _written;
    private long _read;

    // What the writer knows of the reader, and the end of the run that it has begun.
    private long _readSeen;
    private long _begun;

    // The end of the run that the reader has in hand.
    private long _taken;

    /// <summary>Bytes that wait, lengths included; from any thread.</summary>
    public long Count => Volatile.Read(ref _written) - Volatile.Read(ref _read);

    /// <summary>Begins a run; false when it has no room.</summary>
    public bool TryBegin(int length, out Span<byte> place)
    {
        int needed = LengthBytes + ((length + 7) & ~7);
        int at = (int)(_written % capacity);
        int skipped = needed > capacity - at ? capacity - at : 0;
        long end = _written + skipped + needed;
        place = default;
        if (needed > capacity / 2)
        {
            return false;
        }
        if (end - _readSeen > capacity)
        {
            _readSeen = Volatile.Read(ref _read);
            if (end - _readSeen > capacity)
            {
                return false;
            }
        }
        if (skipped > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at), AtBegin);
            at = 0;
        }
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at), length);
        place = _bytes.AsSpan(at + LengthBytes, length);
        _begun = end;
        return true;
    }

    /// <summary>The run that was begun is whole.</summary>
    public void Publish() => Volatile.Write(ref _written, _begun);

    /// <summary>
    /// Takes a run, which is good until the next call, when its room is given back.
    /// </summary>
    public bool TryTake(out ReadOnlySpan<byte> run)
    {
        Volatile.Write(ref _read, _taken);
        run = default;
        if (_taken == Volatile.Read(ref _written))
        {
            return false;
        }
        int at = (int)(_taken % capacity);
        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
        if (length == AtBegin)
        {
            _taken += capacity - at;
            at = 0;
            length = BinaryPrimitives.ReadInt32LittleEndian(_bytes);
        }
        Invariant.Assert((uint)length <= (uint)(capacity - at), "a run has its length before it");
        run = _bytes.AsSpan(at + LengthBytes, length);
        _taken += LengthBytes + ((length + 7) & ~7);
        return true;
    }
}
