using System.Buffers.Binary;

namespace Straightwire.Stack.Wire;

/// <summary>An ICMP header (RFC 792); a message that was read has a right checksum.</summary>
/// <param name="Type">What kind of message it is.</param>
/// <param name="Code">What it says more exactly.</param>
/// <param name="Rest">
/// The second word: an echo's identifier and sequence number, a next hop's MTU (RFC 1191).
/// </param>
public readonly record struct IcmpHeader(byte Type, byte Code, uint Rest)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 8;

    /// <summary>Type 0: what an echo request is answered with.</summary>
    public const byte EchoReply = 0;

    /// <summary>Type 3: an error, whose code says what was not reached.</summary>
    public const byte DestinationUnreachable = 3;

    /// <summary>Type 8: asks for the same bytes.</summary>
    public const byte EchoRequest = 8;

    /// <summary>Type 11: an error, hops or time were used up.</summary>
    public const byte TimeExceeded = 11;

    /// <summary>Code 2 of type 3.</summary>
    public const byte ProtocolUnreachable = 2;

    /// <summary>Code 3 of type 3.</summary>
    public const byte PortUnreachable = 3;

    /// <summary>Code 4 of type 3.</summary>
    public const byte FragmentationNeeded = 4;

    /// <summary>Reads a whole message and verifies its checksum.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out IcmpHeader header, out ReadOnlySpan<byte> payload, out WireFault fault)
    {
        header = default;
        payload = default;
        fault = bytes.Length < Length ? WireFault.Truncated
            : InternetChecksum.Complete(InternetChecksum.Sum(bytes)) != 0 ? WireFault.Checksum
            : WireFault.None;
        if (fault != WireFault.None)
        {
            return false;
        }
        header = new IcmpHeader(bytes[0], bytes[1], BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        payload = bytes[Length..];
        return true;
    }

    /// <summary>
    /// Writes 8 bytes, with the checksum of the whole message whose payload stands behind them already.
    /// </summary>
    /// <param name="message">The whole message, its payload in place.</param>
    public void Write(Span<byte> message)
    {
        message[0] = Type;
        message[1] = Code;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], Rest);
        BinaryPrimitives.WriteUInt16BigEndian(
            message[2..], InternetChecksum.Complete(InternetChecksum.Sum(message)));
    }
}
