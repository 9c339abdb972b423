using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>A UDP header (RFC 768).</summary>
/// <param name="SourcePort">Where an answer goes; 0: it wants none.</param>
/// <param name="DestinationPort">Which service it is for.</param>
/// <param name="DatagramLength">Bytes of header and payload.</param>
/// <param name="Checksum">The checksum field; 0: there is none.</param>
public readonly record struct UdpHeader(
    ushort SourcePort, ushort DestinationPort, ushort DatagramLength, ushort Checksum)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 8;

    /// <summary>
    /// Reads a datagram and trims what IP carried beyond its length. The checksum is not verified here.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out UdpHeader header, out ReadOnlySpan<byte> payload, out WireFault fault)
    {
        header = default;
        payload = default;
        if (bytes.Length < Length)
        {
            fault = WireFault.Truncated;
            return false;
        }
        ushort length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        fault = length < Length ? WireFault.TotalLength
            : length > bytes.Length ? WireFault.Truncated
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }
        header = new UdpHeader(
            BinaryPrimitives.ReadUInt16BigEndian(bytes),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            length,
            BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        payload = bytes[Length..length];
        return true;
    }

    /// <summary>Whether a datagram that <see cref="TryRead"/> took has a right checksum, or none.</summary>
    public bool ChecksumHolds(ReadOnlySpan<byte> datagram, IpAddress source, IpAddress destination) =>
        Checksum == 0 || InternetChecksum.Complete(InternetChecksum.Sum(
            datagram[..DatagramLength],
            InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, DatagramLength))) == 0;

    /// <summary>
    /// Writes 8 bytes, with the checksum of the whole datagram whose payload stands behind them already.
    /// </summary>
    public static void Write(
        Span<byte> datagram, ushort sourcePort, ushort destinationPort, IpAddress source,
        IpAddress destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], 0);
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(
            datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length)));
        // RFC 768: a computed checksum of zero is sent as all ones, since zero says that there is none.
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? ushort.MaxValue : checksum);
    }
}
