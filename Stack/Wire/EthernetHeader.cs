using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>An Ethernet II header (RFC 894).</summary>
/// <param name="Destination">To whom.</param>
/// <param name="Source">From whom.</param>
/// <param name="EtherType">The payload's protocol; below 1536 it is a length (IEEE 802.3).</param>
public readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, ushort EtherType)
{
    /// <summary>Bytes on the wire, without FCS.</summary>
    public const int Length = 14;

    /// <summary>IPv4.</summary>
    public const ushort TypeIpv4 = 0x0800;

    /// <summary>ARP.</summary>
    public const ushort TypeArp = 0x0806;

    /// <summary>
    /// Reads a frame; the payload may have padding at its end. False when it is shorter than the header.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out EthernetHeader header, out ReadOnlySpan<byte> payload)
    {
        if (bytes.Length < Length)
        {
            header = default;
            payload = default;
            return false;
        }
        header = new EthernetHeader(
            MacAddress.Read(bytes),
            MacAddress.Read(bytes[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]));
        payload = bytes[Length..];
        return true;
    }

    /// <summary>Writes 14 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        Destination.Write(bytes);
        Source.Write(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], EtherType);
    }
}
