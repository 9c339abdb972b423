using System.Buffers.Binary;
using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Doctor;

/// <summary>Where a program of the host listens, by the kernel's own stack.</summary>
/// <param name="Address">At which address; 0.0.0.0 and :: are all of the host's.</param>
/// <param name="Protocol"><see cref="IpProtocol.Tcp"/> or <see cref="IpProtocol.Udp"/>.</param>
/// <param name="Port">Which port.</param>
internal readonly record struct HostListener(IpAddress Address, byte Protocol, ushort Port)
{
    // The kernel's numbers of TCP's states: LISTEN, and CLOSE for a UDP socket that has no single peer.
    private const string Listening = "0A";
    private const string Unconnected = "07";

    private static readonly (string Name, byte Protocol)[] Tables =
    [
        ("tcp", IpProtocol.Tcp), ("tcp6", IpProtocol.Tcp),
        ("udp", IpProtocol.Udp), ("udp6", IpProtocol.Udp),
    ];

    private const int WordDigits = 8;

    /// <summary>All listeners of the host at this moment.</summary>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read what it tells.</exception>
    public static IEnumerable<HostListener> All() =>
        from table in Tables
        let path = $"/proc/net/{table.Name}"
        where !table.Name.EndsWith('6') || File.Exists(path)
        from listener in Parse(File.ReadAllText(path), table.Protocol)
        select listener;

    /// <summary>Those of the text of /proc/net/tcp, tcp6, udp or udp6.</summary>
    public static IEnumerable<HostListener> Parse(string text, byte protocol)
    {
        string state = protocol == IpProtocol.Udp ? Unconnected : Listening;
        foreach (string line in text.Split('\n').Skip(1))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 3 && words[3] == state
                && words[1].Split(':') is [var bytes, var port]
                && TryReadAddress(bytes, out IpAddress address))
            {
                yield return new HostListener(
                    address, protocol,
                    ushort.Parse(port, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            }
        }
    }

    // The kernel prints each four bytes as one number of the machine's order.
    private static bool TryReadAddress(string digits, out IpAddress address)
    {
        Span<uint> words = [0, 0, 0xFFFF, 0];
        address = default;
        if (digits.Length != WordDigits && digits.Length != words.Length * WordDigits)
        {
            return false;
        }
        // Of IPv4 there is the last word alone (RFC 4291 §2.5.5.2).
        int first = words.Length - (digits.Length / WordDigits);
        for (int i = first; i < words.Length; i++)
        {
            uint word = uint.Parse(
                digits.AsSpan((i - first) * WordDigits, WordDigits), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture);
            words[i] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
        }
        address = new IpAddress(((ulong)words[0] << 32) | words[1], ((ulong)words[2] << 32) | words[3]);
        return true;
    }
}
