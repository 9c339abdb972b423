using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826).</summary>
/// <param name="Operation">
/// <see cref="Request"/>, <see cref="Reply"/> or something that nobody answers.
/// </param>
/// <param name="SenderMac">The Ethernet address of who sends it.</param>
/// <param name="SenderAddress">Its address; 0.0.0.0 in a probe (RFC 5227 §1.1).</param>
/// <param name="TargetMac">Who is asked for; without meaning in a request.</param>
/// <param name="TargetAddress">The address that is asked for.</param>
public readonly record struct ArpPacket(
    ushort Operation, MacAddress SenderMac, Ipv4Address SenderAddress, MacAddress TargetMac,
    Ipv4Address TargetAddress)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 28;

    /// <summary>The operation that asks who has an address.</summary>
    public const ushort Request = 1;

    /// <summary>The operation that says who has one.</summary>
    public const ushort Reply = 2;

    // Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4.
    private const ulong Prefix = 0x0001_0800_0604;

    /// <summary>
    /// Reads a packet and leaves what follows. False when it is too short, or for other kinds of addresses.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArpPacket packet, out ReadOnlySpan<byte> rest)
    {
        if (bytes.Length < Length || BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16 != Prefix)
        {
            packet = default;
            rest = default;
            return false;
        }
        packet = new ArpPacket(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            MacAddress.Read(bytes[8..]),
            Ipv4Address.Read(bytes[14..]),
            MacAddress.Read(bytes[18..]),
            Ipv4Address.Read(bytes[24..]));
        rest = bytes[Length..];
        return true;
    }

    /// <summary>Writes the 28 bytes of a packet.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (Prefix << 16) | Operation);
        SenderMac.Write(bytes[8..]);
        SenderAddress.Write(bytes[14..]);
        TargetMac.Write(bytes[18..]);
        TargetAddress.Write(bytes[24..]);
    }
}
