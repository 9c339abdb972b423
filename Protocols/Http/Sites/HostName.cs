using System.Buffers.Text;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>
/// The one spelling of a host (RFC 9110 §7.2, RFC 3986 §3.2.2): without a port and one final dot, in small
/// letters; an IPv6 address as its 16 bytes say it.
/// </summary>
internal static class HostName
{
    /// <summary>Bytes of the longest spelling; longer ones are no names (RFC 1035 §2.3.4).</summary>
    public const int LengthMax = 253;

    /// <summary>Bytes of the longest port that is told again, with its colon.</summary>
    public const int PortMax = 6;

    /// <summary>
    /// Makes the spelling of an authority; false for one that no site can have. Allocates nothing.
    /// </summary>
    public static bool TryMake(ReadOnlySpan<byte> authority, Span<byte> destination, out int length)
    {
        length = 0;
        if (authority.Length > 0 && authority[0] == '[')
        {
            int close = authority.IndexOf((byte)']');
            return close > 0 && TryMakeAddress(authority[1..close], destination, out length);
        }
        int colon = authority.IndexOf((byte)':');
        ReadOnlySpan<byte> name = colon < 0 ? authority : authority[..colon];
        name = name.Length > 1 && name[^1] == '.' ? name[..^1] : name;
        if (name.IsEmpty || name[0] == '.' || name.Length > LengthMax)
        {
            return false;
        }
        for (int i = 0; i < name.Length; i++)
        {
            byte value = name[i];
            destination[i] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }
        length = name.Length;
        return true;
    }

    /// <summary>The colon and the port of an authority; nothing where there is none to speak of.</summary>
    public static ReadOnlySpan<byte> PortOf(ReadOnlySpan<byte> authority)
    {
        int close = authority.IndexOf((byte)']');
        int colon = authority[(close + 1)..].IndexOf((byte)':');
        ReadOnlySpan<byte> port = colon < 0 ? default : authority[(close + 1 + colon)..];
        // Zeros in front could be as many as a head has room for.
        return port.Length is > 1 and <= PortMax ? port : default;
    }

    private static bool TryMakeAddress(ReadOnlySpan<byte> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (!text.Contains((byte)':') || !IpAddressText.TryRead(text, out IpAddress address))
        {
            return false;
        }
        destination[length++] = (byte)'[';
        foreach (ulong half in (ReadOnlySpan<ulong>)[address.High, address.Low])
        {
            _ = Utf8Formatter.TryFormat(half, destination[length..], out int written, new('x', 16));
            length += written;
        }
        return true;
    }
}
