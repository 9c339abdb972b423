using System.Runtime.CompilerServices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;

namespace Straightwire.Devices.Packet;

/// <summary>
/// The receive ring of a packet socket, TPACKET_V2 (packet_mmap): slots of one size, which the kernel fills
/// in order and the reader gives back, by a word of memory each; nobody makes a system call. A slot takes a
/// packet of the network's size, so that there are many of them. What the kernel merged to more waits whole
/// in the socket's queue (PACKET_COPY_THRESH), in the order of the slots that hold its beginning.
/// </summary>
internal sealed unsafe class PacketRing : IDisposable
{
    /// <summary>Frames longer than a slot in one call of <see cref="Take"/>, at most.</summary>
    public const int LongMax = 32;

    /// <summary>Bytes of the longest of them, with its virtio-net header.</summary>
    private const int LongLength = 65_664;

    private const int CutterStart = PacketSlots.RingLength + (LongMax * LongLength);
    private const int MappedLength = CutterStart + DatagramCutter.Length;

    // struct tpacket2_hdr.
    private const int StatusOffset = 0;
    private const int LengthOffset = 4;
    private const int FilledOffset = 8;
    private const int FrameOffset = 12;

    private const uint ToKernel = 0;
    private const uint ToReader = 1;
    private const uint Copied = 2;
    private const uint Losing = 4;

    private readonly int _descriptor;
    private readonly PacketSlots _slots;
    private readonly byte* _memory;
    private readonly DatagramCutter _cutter;
    private long _longLost;
    private int _next;
    private int _lent;

    /// <summary>Maps the ring that a socket has, and memory for long frames behind it.</summary>
    /// <exception cref="LinkException">It cannot be mapped.</exception>
    public PacketRing(int descriptor, string name, PacketSlots slots)
    {
        _descriptor = descriptor;
        _slots = slots;
        nint memory = Syscalls.Map(
            0, MappedLength, Syscalls.ProtectRead | Syscalls.ProtectWrite,
            Syscalls.MapPrivate | Syscalls.MapAnonymous, descriptor: -1, 0);
        if (memory != Syscalls.MapFailed && Syscalls.Map(
            memory, PacketSlots.RingLength, Syscalls.ProtectRead | Syscalls.ProtectWrite,
            Syscalls.MapShared | Syscalls.MapFixed, descriptor, 0) == Syscalls.MapFailed)
        {
            int error = NativeError.Last;
            _ = Syscalls.Unmap(memory, MappedLength);
            throw new LinkException(
                $"The receive ring of {name} cannot be mapped: {NativeError.Describe(error)}.");
        }
        _memory = memory != Syscalls.MapFailed
            ? (byte*)memory
            : throw new LinkException(
                $"There is no memory for frames of {name}: {NativeError.Describe(NativeError.Last)}.");
        _cutter = new DatagramCutter(_memory, CutterStart);
    }

    /// <summary>A frame was lost before one of those that were taken last.</summary>
    public bool HasLost { get; private set; }

    /// <summary>
    /// Frames longer than a slot that the socket's queue had no room for, and datagrams that could not be cut
    /// out of one.
    /// </summary>
    public long FramesLost => _longLost + _cutter.Lost;

    /// <summary>
    /// Gives back the slots of the last call and takes those that are full; how many of
    /// <paramref name="frames"/> are filled.
    /// </summary>
    public int Take(Span<Frame> frames, bool trusts)
    {
        GiveBack();
        int count = _cutter.Take(frames);
        bool isCutterFree = count == 0;
        int longs = 0;
        while (count < frames.Length && _lent < _slots.Count)
        {
            long offset = _slots.OffsetOf((_next + _lent) % _slots.Count);
            byte* slot = _memory + offset;
            uint status = Volatile.Read(ref Unsafe.AsRef<uint>(slot + StatusOffset));
            if ((status & ToReader) == 0 || longs == LongMax)
            {
                break;
            }
            int start = *(ushort*)(slot + FrameOffset);
            int datagramLength = VirtioHeader.ReadDatagramLength(HeaderBefore(offset + start));
            if (datagramLength != 0 && !isCutterFree)
            {
                break;
            }
            _lent++;
            HasLost |= (status & Losing) != 0;
            int length = *(int*)(slot + FilledOffset);
            offset += start;
            if (*(int*)(slot + LengthOffset) > length)
            {
                offset = PacketSlots.RingLength + (longs * LongLength) + VirtioHeader.Length;
                if ((status & Copied) == 0 || !TryRead(offset, out length))
                {
                    _longLost++;
                    continue;
                }
                longs++;
            }
            if (datagramLength != 0)
            {
                _cutter.Cut(new ReadOnlySpan<byte>(_memory + offset, length), datagramLength);
                isCutterFree = false;
                count += _cutter.Take(frames[count..]);
                continue;
            }
            ReceiveChecksum checksum =
                trusts ? ReceiveChecksum.Trusted : VirtioHeader.ReadChecksum(HeaderBefore(offset));
            frames[count++] = new Frame(offset, length, checksum);
        }
        return count;
    }

    /// <summary>The bytes of a frame that is taken and not yet given back.</summary>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => new(_memory + frame.Buffer, frame.Length);

    /// <summary>The loss has been looked into.</summary>
    public void ForgetLoss() => HasLost = false;

    /// <inheritdoc/>
    public void Dispose() => _ = Syscalls.Unmap((nint)_memory, MappedLength);

    private ReadOnlySpan<byte> HeaderBefore(long frame) =>
        new(_memory + frame - VirtioHeader.Length, VirtioHeader.Length);

    /// <summary>Reads the next long frame to a place behind the ring, after its virtio-net header.</summary>
    private bool TryRead(long offset, out int length)
    {
        nint read = Syscalls.Receive(
            _descriptor, _memory + offset - VirtioHeader.Length, LongLength, Syscalls.MessageTruncated);
        length = (int)read - VirtioHeader.Length;
        return read is > VirtioHeader.Length and <= LongLength;
    }

    private void GiveBack()
    {
        for (; _lent > 0; _lent--)
        {
            byte* slot = _memory + _slots.OffsetOf(_next);
            Volatile.Write(ref Unsafe.AsRef<uint>(slot + StatusOffset), ToKernel);
            _next = (_next + 1) % _slots.Count;
        }
    }
}
