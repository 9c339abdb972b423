using System.Runtime.InteropServices;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// The numbers of AF_XDP (linux/if_xdp.h), kept here because the headers of many systems are older than their
/// kernels.
/// </summary>
internal static class XdpNumbers
{
    public const int MapOffsets = 1;
    public const int ReceiveRing = 2;
    public const int TransmitRing = 3;
    public const int RegisterMemory = 4;
    public const int FillRing = 5;
    public const int CompletionRing = 6;
    public const int Statistics = 7;

    /// <summary>XDP_MAX_TX_SKB_BUDGET: frames of one call in copy mode, 32 without it.</summary>
    public const int TransmitBudget = 9;

    public const long ReceiveRingAt = 0;
    public const long TransmitRingAt = 0x8000_0000;
    public const long FillRingAt = 0x1_0000_0000;
    public const long CompletionRingAt = 0x1_8000_0000;

    public const ushort BindCopy = 1 << 1;
    public const ushort BindZeroCopy = 1 << 2;
    public const ushort BindNeedWakeup = 1 << 3;
    public const uint RingNeedsWakeup = 1;

    public const uint MemoryHasMetadata = 1 << 2;
    public const uint DescriptorHasMetadata = 1 << 1;
    public const ulong MetadataChecksum = 1 << 1;

    public const uint AttachType = 37;
    public const uint AttachGeneric = 1 << 1;
    public const uint AttachNative = 1 << 2;
}

/// <summary>struct xdp_desc.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpDescriptor
{
    public ulong Address;
    public uint Length;
    public uint Options;
}

/// <summary>struct xdp_umem_reg.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpMemory
{
    public ulong Address;
    public ulong Length;
    public uint FrameLength;
    public uint Headroom;
    public uint Flags;
    public uint MetadataLength;
}

/// <summary>struct xdp_ring_offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpRingOffset
{
    public ulong Producer;
    public ulong Consumer;
    public ulong Descriptors;
    public ulong Flags;
}

/// <summary>struct xdp_mmap_offsets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpOffsets
{
    public XdpRingOffset Receive;
    public XdpRingOffset Transmit;
    public XdpRingOffset Fill;
    public XdpRingOffset Completion;
}

/// <summary>struct xdp_statistics.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpStatistics
{
    public ulong Dropped;
    public ulong ReceiveInvalid;
    public ulong TransmitInvalid;
    public ulong ReceiveRingFull;
    public ulong FillRingEmpty;
    public ulong TransmitRingEmpty;
}

/// <summary>struct sockaddr_xdp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpAddress
{
    public ushort Family;
    public ushort Flags;
    public uint Interface;
    public uint Queue;
    public uint SharedMemory;
}

/// <summary>struct xsk_tx_metadata.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpMetadata
{
    public ulong Flags;
    public ushort ChecksumStart;
    public ushort ChecksumOffset;
    public uint Padding;
    public ulong LaunchTime;
}
