using System.Buffers.Binary;
using System.Buffers.Text;
using Straightwire.Protocols.Http.Request;

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

    private const int GroupCount = 8;

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
        Span<ushort> groups = stackalloc ushort[GroupCount];
        if (!TryReadGroups(text, groups))
        {
            return false;
        }
        destination[length++] = (byte)'[';
        foreach (ushort group in groups)
        {
            foreach (int shift in (ReadOnlySpan<int>)[12, 8, 4, 0])
            {
                destination[length++] = "0123456789abcdef"u8[(group >> shift) & 15];
            }
        }
        return true;
    }

    // RFC 4291 §2.2: groups, a double colon for those that are zero, and the last two as IPv4 has them.
    private static bool TryReadGroups(ReadOnlySpan<byte> text, Span<ushort> groups)
    {
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.StartsWith("::"u8))
        {
            (gap, at) = (0, 2);
        }
        while (at < text.Length)
        {
            ReadOnlySpan<byte> rest = text[at..];
            int colon = rest.IndexOf((byte)':');
            ReadOnlySpan<byte> part = colon < 0 ? rest : rest[..colon];
            if (colon < 0 && part.Contains((byte)'.'))
            {
                if (count > GroupCount - 2 || !TryReadIpv4(part, groups[count..]))
                {
                    return false;
                }
                count += 2;
                break;
            }
            if (count == GroupCount || !TryReadGroup(part, out groups[count]))
            {
                return false;
            }
            count++;
            if (colon < 0)
            {
                break;
            }
            at += colon + 1;
            if (at < text.Length && text[at] == ':')
            {
                if (gap >= 0)
                {
                    return false;
                }
                gap = count;
                at++;
            }
            else if (at == text.Length)
            {
                return false;
            }
        }
        return TrySpread(groups, count, gap);
    }

    private static bool TrySpread(Span<ushort> groups, int count, int gap)
    {
        if (gap < 0)
        {
            return count == GroupCount;
        }
        if (count >= GroupCount)
        {
            return false;
        }
        int behind = count - gap;
        groups[gap..count].CopyTo(groups[^behind..]);
        groups[gap..^behind].Clear();
        return true;
    }

    private static bool TryReadGroup(ReadOnlySpan<byte> text, out ushort group)
    {
        group = 0;
        return text.Length is >= 1 and <= 4
            && Utf8Parser.TryParse(text, out group, out int used, 'x') && used == text.Length;
    }

    private static bool TryReadIpv4(ReadOnlySpan<byte> text, Span<ushort> groups)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < 4; i++)
        {
            int dot = text.IndexOf((byte)'.');
            ReadOnlySpan<byte> part = i == 3 ? text : dot < 0 ? default : text[..dot];
            if (part.Length is 0 or > 3 || !DecimalNumber.TryParse(part, out long value) || value > 255)
            {
                return false;
            }
            bytes[i] = (byte)value;
            text = text[(dot + 1)..];
        }
        groups[0] = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        groups[1] = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return true;
    }
}
