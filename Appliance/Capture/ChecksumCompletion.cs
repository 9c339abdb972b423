using System.Buffers.Binary;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// Does for the capture what the link does for the wire: completes checksums that are left to it.
/// </summary>
public static class ChecksumCompletion
{
    private const int Ipv4LengthMin = 20;
    private const int FragmentBits = 0x3FFF;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>
    /// Writes the TCP or UDP checksum of an IPv4 packet; leaves everything else, fragments too, as it is.
    /// </summary>
    public static void Transport(Span<byte> frame)
    {
        if (!TryReadIpv4(frame, out Span<byte> header, out Span<byte> segment)
            || (BinaryPrimitives.ReadUInt16BigEndian(header[6..]) & FragmentBits) != 0)
        {
            return;
        }
        byte protocol = header[9];
        int field = protocol == Tcp ? 16 : 6;
        if (protocol is not (Tcp or Udp) || segment.Length < field + 2
            || (protocol == Udp && BinaryPrimitives.ReadUInt16BigEndian(segment[field..]) == 0))
        {
            return;
        }
        BinaryPrimitives.WriteUInt16BigEndian(segment[field..], 0);
        // The pseudo-header (RFC 9293 §3.1): both addresses, the protocol and the length.
        ulong sum = InternetChecksum.Sum(header[12..20]) + protocol + (uint)segment.Length;
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(segment, sum));

        // RFC 768: a UDP checksum that comes out as zero is sent as all ones.
        checksum = protocol == Udp && checksum == 0 ? ushort.MaxValue : checksum;
        BinaryPrimitives.WriteUInt16BigEndian(segment[field..], checksum);
    }

    /// <summary>
    /// Writes the length and the checksum of an IPv4 header, as they are for a segment that the link does
    /// not cut.
    /// </summary>
    public static void Ipv4(Span<byte> frame)
    {
        int length = frame.Length - EthernetHeader.Length;
        if (length <= ushort.MaxValue && TryReadIpv4(frame, out Span<byte> header, out _))
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
            ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(header));
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], checksum);
        }
    }

    private static bool TryReadIpv4(Span<byte> frame, out Span<byte> header, out Span<byte> payload)
    {
        header = payload = default;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet, out ReadOnlySpan<byte> bytes)
            || ethernet.EtherType != EthernetHeader.TypeIpv4
            || bytes.Length < Ipv4LengthMin)
        {
            return false;
        }
        Span<byte> packet = frame[^bytes.Length..];
        int headerLength = (packet[0] & 0x0F) * 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        length = length == 0 ? packet.Length : length; // more than it can tell
        if (headerLength < Ipv4LengthMin || length < headerLength || length > packet.Length)
        {
            return false;
        }
        header = packet[..headerLength];
        payload = packet[headerLength..length];
        return true;
    }
}
