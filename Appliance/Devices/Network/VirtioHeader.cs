using System.Buffers.Binary;
using Straightwire.Stack.Frames;

namespace Straightwire.Devices.Network;

/// <summary>
/// What stands before each frame on a TAP opened with IFF_VNET_HDR: struct virtio_net_hdr (VIRTIO 1.2 §5.1.6
/// without num_buffers), little-endian. 10 bytes, the size that a TAP begins with: after it and an Ethernet
/// header, the IP header of a frame that began at a multiple of 8 does so too.
/// </summary>
internal static class VirtioHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 10;

    private const byte NeedsChecksum = 1;
    private const byte DataValid = 2;
    private const byte SegmentTcpV4 = 1;
    private const byte SegmentUdp = 5;

    /// <summary>What a received frame's header says of its checksum.</summary>
    public static ReceiveChecksum ReadChecksum(ReadOnlySpan<byte> header) =>
        (header[0] & (NeedsChecksum | DataValid)) != 0 ? ReceiveChecksum.Trusted : ReceiveChecksum.Unverified;

    /// <summary>
    /// Bytes of payload of each datagram, where a received frame stands for several
    /// (VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2); 0: it does not.
    /// </summary>
    public static int ReadDatagramLength(ReadOnlySpan<byte> header) =>
        header[1] == SegmentUdp ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : 0;

    /// <summary>Writes the header of a frame that is not to be cut.</summary>
    public static void Write(Span<byte> header, int length, ushort checksumStart, ushort checksumOffset) =>
        Write(header, new OutboundSegment
        {
            HeaderLength = length,
            ChecksumStart = checksumStart,
            ChecksumOffset = checksumOffset,
        });

    /// <summary>Writes the header of a segment.</summary>
    public static void Write(Span<byte> header, in OutboundSegment segment)
    {
        bool partial = segment.ChecksumStart != 0;
        header[0] = partial ? NeedsChecksum : (byte)0;
        header[1] = segment.SegmentSize != 0 ? SegmentTcpV4 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)segment.HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], segment.SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], segment.ChecksumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], segment.ChecksumOffset);
    }
}
