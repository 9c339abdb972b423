using System.Buffers.Text;

namespace Straightwire.Stack.Wire;

/// <summary>Reads addresses as others write them, in bytes of a message; without an object for any.</summary>
public static class IpAddressText
{
    private const int Groups = 8;

    /// <summary>
    /// Reads an IPv4 address of four decimal numbers, or an IPv6 address in a form of RFC 4291 §2.2, without
    /// a zone. False for anything else.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out IpAddress address)
    {
        if (!text.Contains((byte)':'))
        {
            bool isIpv4 = TryReadIpv4(text, out uint value);
            address = new Ipv4Address(value);
            return isIpv4;
        }
        return TryReadIpv6(text, out address);
    }

    private static bool TryReadIpv4(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3
                || !Utf8Parser.TryParse(text[..end], out byte part, out int used) || used < end
                || text[0] == (byte)'+')
            {
                return false;
            }
            value = (value << 8) | part;
            text = text[Math.Min(end + 1, text.Length)..];
        }
        return true;
    }

    private static bool TryReadIpv6(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        Span<ushort> groups = stackalloc ushort[Groups];
        groups.Clear();
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryReadGroups(text, groups, out int all) && all == Groups
                && Take(groups, out address);
        }
        Span<ushort> last = stackalloc ushort[Groups];
        if (!TryReadGroups(text[..gap], groups, out int before)
            || !TryReadGroups(text[(gap + 2)..], last, out int after)
            || before + after >= Groups)
        {
            return false;
        }
        last[..after].CopyTo(groups[(Groups - after)..]);
        return Take(groups, out address);
    }

    // Groups with a colon between two, the last of which may be an IPv4 address (form 3). There may be none
    // beside "::".
    private static bool TryReadGroups(ReadOnlySpan<byte> text, Span<ushort> groups, out int count)
    {
        count = 0;
        bool goesOn = !text.IsEmpty;
        while (goesOn)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> part = colon < 0 ? text : text[..colon];
            if (colon < 0 && part.Contains((byte)'.'))
            {
                if (count > Groups - 2 || !TryReadIpv4(part, out uint value))
                {
                    return false;
                }
                groups[count++] = (ushort)(value >> 16);
                groups[count++] = (ushort)value;
                return true;
            }
            if (count == Groups || part.Length is < 1 or > 4
                || !Utf8Parser.TryParse(part, out ushort group, out int used, 'x') || used < part.Length)
            {
                return false;
            }
            groups[count++] = group;
            goesOn = colon >= 0;
            text = text[(colon + 1)..];
        }
        return true;
    }

    private static bool Take(ReadOnlySpan<ushort> groups, out IpAddress address)
    {
        (ulong high, ulong low) = (0, 0);
        for (int i = 0; i < Groups / 2; i++)
        {
            high = (high << 16) | groups[i];
            low = (low << 16) | groups[i + (Groups / 2)];
        }
        address = new IpAddress(high, low);
        return true;
    }
}
