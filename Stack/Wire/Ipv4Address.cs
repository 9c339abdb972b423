using System.Buffers.Binary;
using System.Globalization;

namespace Straightwire.Stack.Wire;

/// <summary>An IPv4 address, the first byte on the wire most significant.</summary>
public readonly record struct Ipv4Address(uint Value)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Length = 4;

    /// <summary>0.0.0.0: no address, or any.</summary>
    public static readonly Ipv4Address Any;

    /// <summary>255.255.255.255: all hosts of the network that it is sent on.</summary>
    public static readonly Ipv4Address LimitedBroadcast = new(0xFFFF_FFFF);

    /// <summary>Whether it is a group's: 224.0.0.0/4 (RFC 1112).</summary>
    public bool IsMulticast => Value >> 28 == 0xE;

    /// <summary>Whether it is in 127.0.0.0/8, which stands on no wire.</summary>
    public bool IsLoopback => Value >> 24 == 127;

    /// <summary>Reads the 4 bytes of an address.</summary>
    public static Ipv4Address Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Writes the 4 bytes of the address.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);

    /// <summary>Reads four decimal numbers with dots, nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3
                || !byte.TryParse(
                    text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }
            value = (value << 8) | part;
            text = text[Math.Min(end + 1, text.Length)..];
        }
        address = new Ipv4Address(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Value >> 24}.{(Value >> 16) & 255}.{(Value >> 8) & 255}.{Value & 255}");
}
