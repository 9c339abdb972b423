using System.Runtime.CompilerServices;
using Straightwire.Stack.Frames;

namespace Straightwire.Devices.PacketLink;

/// <summary>
/// The receive ring of a packet socket, TPACKET_V2 (packet_mmap): slots of one size, which the kernel fills
/// in order and the reader gives back, by a word of memory each; nobody makes a system call. A slot takes the
/// longest frame, so that what the kernel merged arrives whole; small frames touch only a slot's first page.
/// </summary>
internal sealed unsafe class PacketRing : IDisposable
{
    /// <summary>Bytes of a block, memory that the kernel has in one piece.</summary>
    public const int BlockLength = 1 << 20;

    /// <summary>Blocks: 480 slots in 32 MB.</summary>
    public const int BlockCount = 32;

    /// <summary>
    /// Bytes of a slot: headers and the longest frame, in cache lines. Slots begin at different places of
    /// their pages, so that their beginnings do not crowd one part of the caches.
    /// </summary>
    public const int SlotLength = 65_728;

    /// <summary>Slots.</summary>
    public const int SlotCount = BlockCount * SlotsPerBlock;

    /// <summary>
    /// Bytes that the kernel is asked to leave free before a frame: its IP header begins at a multiple of 16
    /// then.
    /// </summary>
    public const int Reserve = 6;

    private const int SlotsPerBlock = BlockLength / SlotLength;
    private const int RingLength = BlockCount * BlockLength;

    // struct tpacket2_hdr.
    private const int StatusOffset = 0;
    private const int LengthOffset = 8;
    private const int FrameOffset = 12;

    private const uint ToKernel = 0;
    private const uint ToReader = 1;
    private const uint Losing = 4;

    private readonly byte* _memory;
    private int _next;
    private int _lent;

    /// <summary>Maps the ring that a socket has.</summary>
    /// <exception cref="LinkException">It cannot be mapped.</exception>
    public PacketRing(int descriptor, string name)
    {
        nint memory = Syscalls.Map(
            0, RingLength, Syscalls.ProtectRead | Syscalls.ProtectWrite, Syscalls.MapShared, descriptor, 0);
        _memory = memory != Syscalls.MapFailed
            ? (byte*)memory
            : throw new LinkException(
                $"The receive ring of {name} cannot be mapped: {NativeError.Describe(NativeError.Last)}.");
    }

    /// <summary>A frame was lost before one of those that were taken last.</summary>
    public bool HasLost { get; private set; }

    /// <summary>
    /// Gives back the slots of the last call and takes those that are full; how many of
    /// <paramref name="frames"/> are filled.
    /// </summary>
    public int Take(Span<Frame> frames, bool trusts)
    {
        GiveBack();
        int count = 0;
        while (count < frames.Length)
        {
            long offset = OffsetOf((_next + _lent) % SlotCount);
            byte* slot = _memory + offset;
            uint status = Volatile.Read(ref Unsafe.AsRef<uint>(slot + StatusOffset));
            if ((status & ToReader) == 0 || _lent == SlotCount)
            {
                break;
            }
            HasLost |= (status & Losing) != 0;
            int start = *(ushort*)(slot + FrameOffset);
            int length = *(int*)(slot + LengthOffset);
            ReceiveChecksum checksum = trusts
                ? ReceiveChecksum.Trusted
                : VirtioHeader.ReadChecksum(
                    new ReadOnlySpan<byte>(slot + start - VirtioHeader.Length, VirtioHeader.Length));
            frames[count++] = new Frame(offset + start, length, checksum);
            _lent++;
        }
        return count;
    }

    /// <summary>The bytes of a frame that is taken and not yet given back.</summary>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => new(_memory + frame.Buffer, frame.Length);

    /// <summary>The loss has been looked into.</summary>
    public void ForgetLoss() => HasLost = false;

    /// <inheritdoc/>
    public void Dispose() => _ = Syscalls.Unmap((nint)_memory, RingLength);

    private void GiveBack()
    {
        for (; _lent > 0; _lent--)
        {
            Volatile.Write(ref Unsafe.AsRef<uint>(_memory + OffsetOf(_next) + StatusOffset), ToKernel);
            _next = (_next + 1) % SlotCount;
        }
    }

    private static long OffsetOf(int slot) =>
        ((long)(slot / SlotsPerBlock) * BlockLength) + ((slot % SlotsPerBlock) * SlotLength);
}
