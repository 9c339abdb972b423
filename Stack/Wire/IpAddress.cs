using System.Globalization;
using System.Text;

namespace Straightwire.Stack.Wire;

/// <summary>
/// An IP address of either version, the first byte on the wire most significant. One of IPv4 has the
/// IPv4-mapped form (RFC 4291 §2.5.5.2), in which it stands on no wire. Two words, since a
/// <see cref="UInt128"/> is aligned to 16 bytes and would make a flow's key half as long again.
/// </summary>
/// <param name="High">The first 8 bytes.</param>
/// <param name="Low">The last 8 bytes.</param>
public readonly record struct IpAddress(ulong High, ulong Low)
{
    private const uint MappedPrefix = 0xFFFF;
    private const int Groups = 8;
    private const int GroupBits = 16;

    /// <summary>Whether it is one of IPv4.</summary>
    public bool IsIpv4 => High == 0 && Low >> 32 == MappedPrefix;

    /// <summary>Reads an address as people write it: "198.18.0.1".</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static IpAddress Parse(string text) => Ipv4Address.TryParse(text, out Ipv4Address address)
        ? address
        : throw new FormatException($"'{text}' is no address");

    /// <summary>Every IPv4 address is an address: the mapped form.</summary>
    public static implicit operator IpAddress(Ipv4Address address) =>
        new(0, ((ulong)MappedPrefix << 32) | address.Value);

    /// <summary>The IPv4 address; what is none has none (<see cref="IsIpv4"/>).</summary>
    public Ipv4Address ToIpv4() => new((uint)Low);

    /// <summary>As RFC 5952 §4 writes it; an IPv4 address as four decimal numbers with dots.</summary>
    public override string ToString()
    {
        if (IsIpv4)
        {
            return ToIpv4().ToString();
        }
        FindZeros(out int first, out int end);
        StringBuilder text = new(39);
        for (int group = 0; group < Groups; group++)
        {
            if (group == first)
            {
                // §4.2: one "::" for the longest run of zeros, the first one of several.
                text.Append("::");
                group = end - 1;
                continue;
            }
            if (group > 0 && group != end)
            {
                text.Append(':');
            }
            text.Append(CultureInfo.InvariantCulture, $"{GroupOf(group):x}");
        }
        return text.ToString();
    }

    private uint GroupOf(int group) =>
        (ushort)((group < Groups / 2 ? High : Low) >> (((Groups - 1 - group) * GroupBits) & 63));

    // RFC 5952 §4.2.2: a single group of zeros is written out.
    private void FindZeros(out int first, out int end)
    {
        (first, end) = (-1, -1);
        int length = 1;
        for (int group = 0; group < Groups; group++)
        {
            int begin = group;
            while (group < Groups && GroupOf(group) == 0)
            {
                group++;
            }
            if (group - begin > length)
            {
                length = group - begin;
                (first, end) = (begin, group);
            }
        }
    }
}
