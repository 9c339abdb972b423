using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Receive buffers of one length: the memory, and beside it whose each is, what stands in it, and which
/// follows it.
/// </summary>
internal sealed class ReceivePool
{
    /// <summary>No buffer.</summary>
    public const int None = -1;

    // So many bytes of a buffer have a place for one range: one of 64 KB has no more than 23 holes of a full
    // segment of Ethernet each, and 61 of 536 bytes.
    private const int BytesPerRange = 1024;
    private const int RangesLeast = 4;

    private readonly byte[] _memory;
    private readonly ReceivedRange[] _ranges;
    private readonly ReceiveBuffer[] _buffers;
    private readonly int[] _free;

    /// <summary>Takes the memory; the system gives it when it is first used.</summary>
    public ReceivePool(int count, int length)
    {
        _memory = GC.AllocateUninitializedArray<byte>(checked(count * length), pinned: true);
        (Length, RangeMax) = (length, Math.Max(RangesLeast, length / BytesPerRange));
        _ranges = new ReceivedRange[count * RangeMax];
        _buffers = new ReceiveBuffer[count];
        _free = new int[count];
        for (int i = count - 1; i >= 0; i--)
        {
            _free[FreeCount++] = i;
        }
    }

    /// <summary>Bytes of a buffer.</summary>
    public int Length { get; }

    /// <summary>Ranges of a buffer at most.</summary>
    public int RangeMax { get; }

    /// <summary>Buffers in all.</summary>
    public int Count => _buffers.Length;

    /// <summary>Those that nobody has.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Lends a buffer whose first byte is <paramref name="origin"/>; there must be one.</summary>
    public int Rent(int owner, SequenceNumber origin)
    {
        Invariant.Assert(FreeCount > 0, "the buffers were counted before");
        int buffer = _free[--FreeCount];
        _buffers[buffer] = new ReceiveBuffer
        {
            Owner = owner,
            Origin = origin,
            Length = Length,
            Previous = None,
            Next = None,
            Last = buffer,
        };
        return buffer;
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(int buffer, int owner)
    {
        At(buffer, owner).Owner = 0;
        _free[FreeCount++] = buffer;
    }

    /// <summary>What is known of a buffer that the connection has.</summary>
    public ref ReceiveBuffer At(int buffer, int owner)
    {
        ref ReceiveBuffer found = ref _buffers[buffer];
        Invariant.Assert(found.Owner == owner, "a connection uses its own buffer");
        return ref found;
    }

    /// <summary>The memory of a buffer that the connection has.</summary>
    public Span<byte> Bytes(int buffer, int owner)
    {
        _ = At(buffer, owner);
        return _memory.AsSpan(buffer * Length, Length);
    }

    /// <summary>
    /// Places for ranges of a buffer; the first <see cref="ReceiveBuffer.RangeCount"/> are taken.
    /// </summary>
    public Span<ReceivedRange> Ranges(int buffer, int owner)
    {
        _ = At(buffer, owner);
        return _ranges.AsSpan(buffer * RangeMax, RangeMax);
    }

    /// <summary>Any buffer that a connection has, whatever it knows of it; −1: none.</summary>
    public int BufferOf(int owner)
    {
        for (int i = 0; i < _buffers.Length; i++)
        {
            if (_buffers[i].Owner == owner)
            {
                return i;
            }
        }
        return None;
    }
}
