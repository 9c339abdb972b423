using System.Buffers.Binary;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Bpf;

/// <summary>Frames to show to a matcher; checksums are zero, nobody looks at them.</summary>
internal static class FrameSamples
{
    public static Ipv4Address Own => new(0xC612_0002);

    public static Ipv4Address Other => new(0xC612_0001);

    public static byte[] Ethernet(ushort type, params byte[] payload)
    {
        byte[] frame = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        return frame;
    }

    /// <summary>An IPv4 packet in an Ethernet frame.</summary>
    public static byte[] Ipv4(
        Ipv4Address destination, byte protocol, byte[] payload, ushort fragment = 0, int optionWords = 0) =>
        Ethernet(0x0800, Datagram(Other, destination, protocol, payload, fragment, optionWords));

    public static byte[] Datagram(
        Ipv4Address source,
        Ipv4Address destination,
        byte protocol,
        byte[] payload,
        ushort fragment = 0,
        int optionWords = 0)
    {
        byte[] header = new byte[20 + (4 * optionWords)];
        header[0] = (byte)(0x45 + optionWords);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), fragment);
        header[8] = 64;
        header[9] = protocol;
        source.Write(header.AsSpan(12));
        destination.Write(header.AsSpan(16));
        return [.. header, .. payload];
    }

    public static byte[] Tcp(ushort sourcePort, ushort destinationPort)
    {
        byte[] header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), destinationPort);
        header[12] = 0x50;
        return header;
    }

    /// <summary>A datagram of no bytes.</summary>
    public static byte[] Udp(ushort sourcePort, ushort destinationPort)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), destinationPort);
        header[5] = 8;
        return header;
    }

    /// <summary>ICMP of a type that quotes a packet.</summary>
    public static byte[] Icmp(byte type, byte[] quoted) => [type, 1, 0, 0, 0, 0, 0, 0, .. quoted];

    public static byte[] Arp(ushort operation, Ipv4Address sender, Ipv4Address target)
    {
        byte[] arp = [0, 1, 8, 0, 6, 4, .. new byte[22]];
        BinaryPrimitives.WriteUInt16BigEndian(arp.AsSpan(6), operation);
        sender.Write(arp.AsSpan(14));
        target.Write(arp.AsSpan(24));
        return Ethernet(0x0806, arp);
    }
}
