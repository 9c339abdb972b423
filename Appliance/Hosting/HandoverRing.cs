using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// A bounded queue of bytes from one shard to another, without locks: one thread writes, one reads. A record
/// lies in one piece, so that what is read needs no copy.
/// </summary>
public sealed class HandoverRing
{
    /// <summary>The least size: any record finds room in an empty ring, wherever that begins.</summary>
    public const int BytesMin = 1 << 18;

    private const int HeadLength = 48;
    private const int Alignment = 16;
    private const int RecordMax = ushort.MaxValue;

    // In a record's place: there is none up to the end of the memory.
    private const int Skip = -1;

    private readonly int _size;

    // Made by the first record, since most pairs of many shards have nothing to tell each other.
    private byte[]? _memory;
    private Positions _positions;

    /// <summary>Creates an empty ring.</summary>
    /// <param name="bytes">A power of two, at least <see cref="BytesMin"/>.</param>
    public HandoverRing(int bytes)
    {
        Invariant.Assert(bytes >= BytesMin && int.IsPow2(bytes), "a ring holds its largest record");
        _size = bytes;
    }

    /// <summary>Whether nothing is to be read; for the reader.</summary>
    public bool IsEmpty => Volatile.Read(ref _positions.Written) == _positions.Next;

    /// <summary>Adds a record; false when there is no room. For the writer.</summary>
    public bool TryWrite(in HandoverHeader header, ReadOnlySpan<byte> bytes)
    {
        Invariant.Assert(bytes.Length <= RecordMax, "no packet is longer");
        byte[] memory = _memory ??= GC.AllocateUninitializedArray<byte>(_size);
        long written = _positions.Written;
        int at = (int)(written & (_size - 1));
        int length = LengthOf(bytes.Length);
        int left = _size - at;
        int needed = length <= left ? length : left + length;
        if (_size - (written - Volatile.Read(ref _positions.Read)) < needed)
        {
            return false;
        }
        if (length > left)
        {
            BinaryPrimitives.WriteInt32LittleEndian(memory.AsSpan(at), Skip);
            at = 0;
        }
        Span<byte> record = memory.AsSpan(at, HeadLength + bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, bytes.Length);
        record[4] = (byte)header.Kind;
        record[5] = header.Trail.Hops;
        record[6] = (byte)header.Trail.Marks;
        Write(record[16..], header.Source);
        Write(record[32..], header.Destination);
        bytes.CopyTo(record[HeadLength..]);
        Volatile.Write(ref _positions.Written, written + needed);
        return true;
    }

    /// <summary>
    /// Shows the oldest record; its bytes stay until <see cref="Release"/>. For the reader.
    /// </summary>
    public bool TryRead(out HandoverHeader header, out ReadOnlySpan<byte> bytes)
    {
        header = default;
        bytes = default;
        if (IsEmpty)
        {
            return false;
        }
        byte[] memory = _memory!;
        int at = (int)(_positions.Next & (_size - 1));
        int length = BinaryPrimitives.ReadInt32LittleEndian(memory.AsSpan(at));
        if (length == Skip)
        {
            _positions.Next += _size - at;
            at = 0;
            length = BinaryPrimitives.ReadInt32LittleEndian(memory);
        }
        ReadOnlySpan<byte> record = memory.AsSpan(at, HeadLength + length);
        header = new HandoverHeader(
            (HandoverKind)record[4],
            new ShardTrail(record[5], (HandoverMarks)record[6]),
            Read(record[16..]),
            Read(record[32..]));
        bytes = record[HeadLength..];
        _positions.Next += LengthOf(length);
        return true;
    }

    /// <summary>What was shown is the writer's again. For the reader.</summary>
    public void Release() => Volatile.Write(ref _positions.Read, _positions.Next);

    private static int LengthOf(int bytes) => (HeadLength + bytes + Alignment - 1) & -Alignment;

    private static void Write(Span<byte> bytes, IpAddress address)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], address.Low);
    }

    private static IpAddress Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    // Each in a cache line of its own, and none beside other data.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Positions
    {
        [FieldOffset(128)]
        public long Written;

        [FieldOffset(256)]
        public long Read;

        /// <summary>The reader's, beyond what it has given back.</summary>
        [FieldOffset(264)]
        public long Next;
    }
}
