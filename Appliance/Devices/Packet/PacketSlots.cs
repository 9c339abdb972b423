using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Packet;

/// <summary>
/// How a receive ring is divided: slots of one size in blocks of memory that the kernel has in one piece.
/// </summary>
internal readonly record struct PacketSlots
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 1 << 20;

    /// <summary>Blocks of the ring.</summary>
    public const int BlockCount = 32;

    /// <summary>Bytes of the ring.</summary>
    public const int RingLength = BlockCount * BlockLength;

    /// <summary>
    /// Bytes that the kernel is asked to leave free before a frame: its IP header begins at a multiple of 16
    /// then.
    /// </summary>
    public const int Reserve = 6;

    /// <summary>
    /// Where in a slot a frame begins: behind struct tpacket2_hdr, struct sockaddr_ll, the bytes left free
    /// and a virtio-net header.
    /// </summary>
    private const int FrameStart = 82;

    private const int CacheLine = 64;
    private const int LengthMax = 16_384;

    private PacketSlots(int length)
    {
        Length = length;
        PerBlock = BlockLength / length;
    }

    /// <summary>Bytes of a slot.</summary>
    public int Length { get; }

    /// <summary>Slots of a block; what is left at its end belongs to none.</summary>
    public int PerBlock { get; }

    /// <summary>Slots of the ring: frames that it holds.</summary>
    public int Count => BlockCount * PerBlock;

    /// <summary>
    /// Slots for the packets of a network: 20,000 of Ethernet's 1500 bytes. An odd number of cache lines
    /// each, so that their beginnings do not crowd one part of the caches.
    /// </summary>
    /// <param name="mtu">Most bytes of an IP packet.</param>
    public static PacketSlots For(int mtu)
    {
        int bytes = Math.Min(FrameStart + EthernetHeader.Length + mtu, LengthMax);
        return new PacketSlots(((bytes + CacheLine - 1) / CacheLine | 1) * CacheLine);
    }

    /// <summary>Where a slot begins, in bytes from the start of the ring.</summary>
    public long OffsetOf(int slot) => ((long)(slot / PerBlock) * BlockLength) + (slot % PerBlock * Length);
}
