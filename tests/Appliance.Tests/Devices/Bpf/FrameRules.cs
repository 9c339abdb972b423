using System.Buffers.Binary;
using Straightwire.Devices.Bpf;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Bpf;

/// <summary>The rules of <see cref="FrameScope"/> in C#, to compare the programs with.</summary>
internal static class FrameRules
{
    /// <summary>A kernel that takes tags out of frames shows what stands behind the first.</summary>
    public static bool IsOurs(FrameScope scope, ReadOnlySpan<byte> frame, bool seesTags = true)
    {
        if (frame.Length < 34)
        {
            return false;
        }
        if (seesTags && frame[12..14] is [0x81, 0x00] or [0x88, 0xA8])
        {
            bool isPriority = (frame[14] & 15) == 0 && frame[15] == 0;
            return isPriority && IsOurs(scope, [.. frame[..12], .. frame[16..]], seesTags: false);
        }
        ReadOnlySpan<byte> packet = frame[14..];
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0806 => !scope.IsShared && IsArp(packet)
                && (scope.HearsAllArp || Ipv4Address.Read(packet[24..]) == scope.Address),
            0x0800 => Ipv4Address.Read(packet[16..]) == scope.Address
                && (!scope.IsShared || IsTransport(scope, packet)),
            _ => false,
        };
    }

    /// <summary>Whether it is ARP between Ethernet and IPv4.</summary>
    public static bool IsArp(ReadOnlySpan<byte> arp) =>
        arp.Length >= 28
        && BinaryPrimitives.ReadUInt32BigEndian(arp) == 0x0001_0800
        && arp[4] == 6
        && arp[5] == 4;

    private static bool IsTransport(FrameScope scope, ReadOnlySpan<byte> packet)
    {
        if (!TryLength(packet, out int length)
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0
            || packet.Length < length)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = packet[length..];
        return packet[9] switch
        {
            6 or 17 => rest.Length >= 4 && HasPort(scope, packet[9], rest[2..]),
            1 => rest.Length >= 8 && rest[0] == 3 && IsQuoteOfOurs(scope, rest[8..]),
            _ => false,
        };
    }

    private static bool IsQuoteOfOurs(FrameScope scope, ReadOnlySpan<byte> quote) =>
        quote.Length >= 20
        && TryLength(quote, out int length)
        && (BinaryPrimitives.ReadUInt16BigEndian(quote[6..]) & 0x1FFF) == 0
        && (quote[9] is 6 or 17)
        && Ipv4Address.Read(quote[12..]) == scope.Address
        && quote.Length >= length + 4
        && HasPort(scope, quote[9], quote[length..]);

    private static bool TryLength(ReadOnlySpan<byte> packet, out int length)
    {
        length = (packet[0] & 15) * 4;
        return packet[0] >> 4 == 4 && length >= 20;
    }

    private static bool HasPort(FrameScope scope, byte protocol, ReadOnlySpan<byte> field)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(field);
        foreach (ServicePort each in scope.Ports)
        {
            if (each.Protocol == protocol && port >= each.Ports.First && port <= each.Ports.Last)
            {
                return true;
            }
        }
        return false;
    }
}
