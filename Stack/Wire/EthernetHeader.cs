using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>
/// An Ethernet II header (RFC 894). A tag with VLAN identifier 0 carries a priority and nothing else, so that
/// its frame is as one without (IEEE 802.1Q §6.9); it is read over, once.
/// </summary>
/// <param name="Destination">Which station or group it is for.</param>
/// <param name="Source">Which station sends it.</param>
/// <param name="EtherType">The payload's protocol; below 1536 it is a length (IEEE 802.3).</param>
public readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, ushort EtherType)
{
    /// <summary>Bytes on the wire, without FCS.</summary>
    public const int Length = 14;

    /// <summary>The payload is an IPv4 packet.</summary>
    public const ushort TypeIpv4 = 0x0800;

    /// <summary>The payload is an ARP packet.</summary>
    public const ushort TypeArp = 0x0806;

    /// <summary>A tag: a customer's (IEEE 802.1Q §9.6).</summary>
    public const ushort TypeTag = 0x8100;

    /// <summary>A tag: a provider's.</summary>
    public const ushort TypeServiceTag = 0x88A8;

    /// <summary>Bytes of a tag: its type, then priority and identifier.</summary>
    public const int TagLength = 4;

    /// <summary>The bits of a tag's second half that name a VLAN.</summary>
    public const ushort VlanMask = 0x0FFF;

    /// <summary>The frame is one of a VLAN, by a tag that names it.</summary>
    public bool IsTagged => EtherType is TypeTag or TypeServiceTag;

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
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]);
        int length = Length;
        if (type is TypeTag or TypeServiceTag && IsPriorityTag(bytes))
        {
            length += TagLength;
            type = BinaryPrimitives.ReadUInt16BigEndian(bytes[(length - sizeof(ushort))..]);
        }
        header = new EthernetHeader(MacAddress.Read(bytes), MacAddress.Read(bytes[6..]), type);
        payload = bytes[length..];
        return true;
    }

    private static bool IsPriorityTag(ReadOnlySpan<byte> frame) =>
        frame.Length >= Length + TagLength
        && (BinaryPrimitives.ReadUInt16BigEndian(frame[Length..]) & VlanMask) == 0;

    /// <summary>Writes the 14 bytes of a header without a tag.</summary>
    public void Write(Span<byte> bytes)
    {
        Destination.Write(bytes);
        Source.Write(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], EtherType);
    }
}
