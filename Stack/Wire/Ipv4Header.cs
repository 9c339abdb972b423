using System.Buffers.Binary;
using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Wire;

/// <summary>An IPv4 header (RFC 791 §3.1); one that was read has a right checksum.</summary>
public readonly record struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int LengthMin = 20;

    private const int EcnMask = 3;
    private const int OptionEnd = 0;
    private const int OptionNoOperation = 1;
    private const int OptionLooseSourceRoute = 131;
    private const int OptionStrictSourceRoute = 137;
    private const ushort DontFragmentFlag = 0x4000;
    private const ushort MoreFragmentsFlag = 0x2000;

    /// <summary>The address that it comes from.</summary>
    public Ipv4Address Source { get; init; }

    /// <summary>The address that it is for.</summary>
    public Ipv4Address Destination { get; init; }

    /// <summary>Bytes of header and payload.</summary>
    public int TotalLength { get; init; }

    /// <summary>Bytes of the header with its options.</summary>
    public int HeaderLength { get; init; }

    /// <summary>Where this payload stands in the whole datagram's, bytes.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Which datagram a fragment belongs to.</summary>
    public ushort Identification { get; init; }

    /// <summary>What the payload is: <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; init; }

    /// <summary>What routers may tell, or have told, of congestion (RFC 3168).</summary>
    public EcnCodepoint Ecn { get; init; }

    /// <summary>How many hops are left to it.</summary>
    public byte TimeToLive { get; init; }

    /// <summary>DF: no router may cut it.</summary>
    public bool DontFragment { get; init; }

    /// <summary>MF: not the last fragment.</summary>
    public bool MoreFragments { get; init; }

    /// <summary>Whether the sender wants to route it itself, loosely or strictly.</summary>
    public bool HasSourceRoute { get; init; }

    /// <summary>Whether it is a part of a datagram.</summary>
    public bool IsFragment => MoreFragments || FragmentOffset != 0;

    /// <summary>
    /// Reads a packet, verifies the header's checksum and trims what the link added after the total length
    /// (the padding of short Ethernet frames). Options are skipped.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out Ipv4Header header, out ReadOnlySpan<byte> payload, out WireFault fault)
    {
        header = default;
        payload = default;
        bool hasSourceRoute = false;
        fault = Check(bytes, ref hasSourceRoute);
        if (fault != WireFault.None)
        {
            return false;
        }
        header = ReadFields(bytes, hasSourceRoute);
        payload = bytes[header.HeaderLength..header.TotalLength];
        return true;
    }

    /// <summary>
    /// Reads the header of a packet that an ICMP error quotes: cut short, and changed by routers on its way,
    /// so that neither total length nor checksum are checked. The payload is what is left of it.
    /// </summary>
    public static bool TryReadQuoted(
        ReadOnlySpan<byte> bytes, out Ipv4Header header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (bytes.Length < LengthMin || bytes[0] >> 4 != 4)
        {
            return false;
        }
        int headerLength = (bytes[0] & 15) * 4;
        if (headerLength < LengthMin || headerLength > bytes.Length)
        {
            return false;
        }
        header = ReadFields(bytes, hasSourceRoute: false);
        payload = bytes[headerLength..];
        return true;
    }

    /// <summary>Writes 20 bytes, checksum complete; options are not written.</summary>
    public void Write(Span<byte> bytes)
    {
        Invariant.Assert((uint)TotalLength <= ushort.MaxValue, "a packet has at most 65,535 bytes");
        ushort fragment = (ushort)((DontFragment ? DontFragmentFlag : 0)
            | (MoreFragments ? MoreFragmentsFlag : 0) | (FragmentOffset >> 3));
        ushort lifeAndProtocol = (ushort)((TimeToLive << 8) | Protocol);
        ulong sum = 0x4500UL + (uint)Ecn + (uint)TotalLength + Identification + fragment + lifeAndProtocol
            + Source.Value + Destination.Value;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x4500_0000 | ((uint)Ecn << 16) | (uint)TotalLength);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], fragment);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[8..], lifeAndProtocol);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], InternetChecksum.Complete(sum));
        Source.Write(bytes[12..]);
        Destination.Write(bytes[16..]);
    }

    private static Ipv4Header ReadFields(ReadOnlySpan<byte> bytes, bool hasSourceRoute)
    {
        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        return new Ipv4Header
        {
            HeaderLength = (bytes[0] & 15) * 4,
            Ecn = (EcnCodepoint)(bytes[1] & EcnMask),
            TotalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            Identification = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            DontFragment = (fragment & DontFragmentFlag) != 0,
            MoreFragments = (fragment & MoreFragmentsFlag) != 0,
            FragmentOffset = (fragment & 0x1FFF) << 3,
            TimeToLive = bytes[8],
            Protocol = bytes[9],
            Source = Ipv4Address.Read(bytes[12..]),
            Destination = Ipv4Address.Read(bytes[16..]),
            HasSourceRoute = hasSourceRoute,
        };
    }

    private static WireFault Check(ReadOnlySpan<byte> bytes, ref bool hasSourceRoute)
    {
        if (bytes.Length < LengthMin)
        {
            return WireFault.Truncated;
        }
        if (bytes[0] >> 4 != 4)
        {
            return WireFault.Version;
        }
        int headerLength = (bytes[0] & 15) * 4;
        if (headerLength < LengthMin)
        {
            return WireFault.HeaderLength;
        }
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (totalLength < headerLength)
        {
            return WireFault.TotalLength;
        }
        if (totalLength > bytes.Length)
        {
            return WireFault.Truncated;
        }
        // RFC 1122 §3.2.1.2: a host verifies the checksum of every datagram, whatever the link knows of it.
        if (InternetChecksum.Complete(InternetChecksum.Sum(bytes[..headerLength])) != 0)
        {
            return WireFault.Checksum;
        }
        return headerLength == LengthMin || ScanOptions(bytes[LengthMin..headerLength], ref hasSourceRoute)
            ? WireFault.None
            : WireFault.Options;
    }

    // RFC 1122 §3.2.1.8: options are skipped by their length; only source routes matter here.
    private static bool ScanOptions(ReadOnlySpan<byte> options, ref bool hasSourceRoute)
    {
        while (!options.IsEmpty && options[0] != OptionEnd)
        {
            int length = 1;
            if (options[0] != OptionNoOperation)
            {
                if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
                {
                    return false;
                }
                length = options[1];
            }
            hasSourceRoute |= options[0] is OptionLooseSourceRoute or OptionStrictSourceRoute;
            options = options[length..];
        }
        return true;
    }
}
