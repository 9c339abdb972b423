using System.Buffers.Binary;

namespace Straightwire.Simulation;

/// <summary>
/// Ethernet, ARP, IPv4 and ICMP by hand, without the stack's own code, so that one checks the other.
/// Addresses are numbers, the first byte on the wire most significant.
/// </summary>
public static class RawFrame
{
    /// <summary>Bytes of an Ethernet header.</summary>
    public const int EthernetLength = 14;

    /// <summary>Bytes of an IPv4 header without options.</summary>
    public const int Ipv4Length = 20;

    private const ushort EtherTypeIpv4 = 0x0800;
    private const ushort EtherTypeArp = 0x0806;

    /// <summary>Whether the EtherType says IPv4.</summary>
    public static bool IsIpv4(ReadOnlySpan<byte> frame) => EtherType(frame) == EtherTypeIpv4;

    /// <summary>Whether it is an ARP request for an address.</summary>
    public static bool IsArpRequest(ReadOnlySpan<byte> frame, uint target) =>
        frame.Length >= 42 && EtherType(frame) == EtherTypeArp && frame[21] == 1
        && BinaryPrimitives.ReadUInt32BigEndian(frame[38..]) == target;

    /// <summary>
    /// The ARP reply to a request: <paramref name="mac"/> (48 bits) has the address that was asked for.
    /// </summary>
    public static byte[] ArpReply(ReadOnlySpan<byte> request, ulong mac)
    {
        byte[] frame = request[..42].ToArray();
        request.Slice(6, 6).CopyTo(frame);
        request.Slice(22, 10).CopyTo(frame.AsSpan(32));
        request.Slice(38, 4).CopyTo(frame.AsSpan(28));
        frame[21] = 2;
        WriteMac(frame.AsSpan(6), mac);
        WriteMac(frame.AsSpan(22), mac);
        return frame;
    }

    /// <summary>An ARP request to everybody for the sender's own address, which tells where it is.</summary>
    public static byte[] ArpAnnouncement(ulong mac, uint address)
    {
        byte[] frame = new byte[42];
        frame.AsSpan(0, 6).Fill(0xFF);
        WriteMac(frame.AsSpan(6), mac);
        // Ethernet and IPv4, addresses of 6 and 4 bytes, a request (RFC 826).
        ReadOnlySpan<byte> kind = [0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1];
        kind.CopyTo(frame.AsSpan(12));
        WriteMac(frame.AsSpan(22), mac);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(28), address);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(38), address);
        return frame;
    }

    /// <summary>An IPv4 packet in a frame: don't-fragment set, time to live 64.</summary>
    public static byte[] Ipv4(
        ulong sourceMac, ulong destinationMac, uint source, uint destination, byte protocol,
        ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[EthernetLength + Ipv4Length + payload.Length];
        WriteMac(frame, destinationMac);
        WriteMac(frame.AsSpan(6), sourceMac);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherTypeIpv4);
        Span<byte> header = frame.AsSpan(EthernetLength, Ipv4Length);
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(Ipv4Length + payload.Length));
        header[6] = 0x40;
        header[8] = 64;
        header[9] = protocol;
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Fold(Sum(0, header)));
        payload.CopyTo(frame.AsSpan(EthernetLength + Ipv4Length));
        return frame;
    }

    /// <summary>
    /// The payload of an IPv4 packet; throws <see cref="SimulationException"/> if its header is not one that
    /// the stack may send.
    /// </summary>
    public static ReadOnlySpan<byte> ReadIpv4(
        ReadOnlySpan<byte> frame, out uint source, out uint destination, out byte protocol)
    {
        ReadOnlySpan<byte> packet = frame[EthernetLength..];
        if (packet.Length < Ipv4Length || packet[0] != 0x45 || Fold(Sum(0, packet[..Ipv4Length])) != 0)
        {
            throw new SimulationException("an IPv4 header is malformed or its checksum wrong");
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length < Ipv4Length || length > packet.Length)
        {
            throw new SimulationException($"an IPv4 total length of {length} in {packet.Length} bytes");
        }
        protocol = packet[9];
        source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        return packet[Ipv4Length..length];
    }

    /// <summary>The ECN field of an IPv4 packet (RFC 3168 §5): two bits, of which both are CE.</summary>
    public static byte EcnOf(ReadOnlySpan<byte> frame) => (byte)(frame[EthernetLength + 1] & 3);

    /// <summary>Changes the ECN field, as a router does.</summary>
    public static void SetEcn(Span<byte> frame, byte ecn)
    {
        Span<byte> header = frame.Slice(EthernetLength, Ipv4Length);
        header[1] = (byte)((header[1] & ~3) | ecn);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Fold(Sum(0, header)));
    }

    /// <summary>
    /// What a router on the way answers to a frame that is too long: ICMP type 3, code 4 (RFC 1191 §4).
    /// </summary>
    public static byte[] FragmentationNeeded(ReadOnlySpan<byte> frame, int mtu) =>
        IcmpError(frame, 3, 4, mtu);

    /// <summary>
    /// An ICMP error about a frame, from its destination to its source, quoting its IP header and 8 bytes.
    /// </summary>
    public static byte[] IcmpError(ReadOnlySpan<byte> frame, byte type, byte code, int mtu)
    {
        ReadOnlySpan<byte> packet = frame[EthernetLength..];
        ReadOnlySpan<byte> quoted = packet[..Math.Min(packet.Length, Ipv4Length + 8)];
        byte[] message = new byte[8 + quoted.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)mtu);
        quoted.CopyTo(message.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Fold(Sum(0, message)));
        uint source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        uint destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        return Ipv4(ReadMac(frame), ReadMac(frame[6..]), destination, source, 1, message);
    }

    /// <summary>
    /// The checksum of a transport header and payload with the pseudo-header; 0 over one whose checksum is
    /// right.
    /// </summary>
    public static ushort TransportChecksum(
        uint source, uint destination, byte protocol, ReadOnlySpan<byte> bytes) =>
        Fold(Sum(((ulong)source) + destination + protocol + (ulong)bytes.Length, bytes));

    /// <summary>Reads 48 bits.</summary>
    public static ulong ReadMac(ReadOnlySpan<byte> bytes) =>
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32)
        | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    private static void WriteMac(Span<byte> bytes, ulong mac)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(mac >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)mac);
    }

    private static int EtherType(ReadOnlySpan<byte> frame) =>
        frame.Length > EthernetLength ? BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) : 0;

    private static ulong Sum(ulong sum, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (i & 1) == 0 ? (ulong)bytes[i] << 8 : bytes[i];
        }
        return sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        return (ushort)~sum;
    }
}
