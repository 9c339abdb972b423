using System.Globalization;
using System.Net.NetworkInformation;
using System.Text;
using PacketDotNet;
using Straightwire.Devices.Network;

using MacAddress = Straightwire.Stack.Wire.MacAddress;

namespace Straightwire.Devices.Pcap;

/// <summary>
/// Describes frames as PacketDotNet reads them, and so independently of the stack: protocol, addresses,
/// ports, TCP's flags, numbers and options, lengths, and what is wrong with it.
/// </summary>
public sealed class FrameDecoder : IFrameDecoder
{
    private const int TcpHeaderLengthMin = 20;

    // In the order of their bits, from FIN on (RFC 9293 §3.1, RFC 3168).
    private static readonly string[] FlagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// <inheritdoc/>
    public string Describe(ReadOnlySpan<byte> frame)
    {
        try
        {
            var ethernet = (EthernetPacket)PacketDotNet.Packet.ParsePacket(
                LinkLayers.Ethernet, frame.ToArray());
            return ethernet.PayloadPacket switch
            {
                ArpPacket arp => DescribeArp(arp),
                IPv4Packet ip => DescribeIp(ip),
                _ => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Mac(ethernet.SourceHardwareAddress)} > {Mac(ethernet.DestinationHardwareAddress)} "
                        + $"type 0x{(ushort)ethernet.Type:x4} length {frame.Length}"),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // PacketDotNet throws what comes of reading past an end, of any kind, on a malformed frame.
            return string.Create(
                CultureInfo.InvariantCulture, $"malformed frame, length {frame.Length}: {e.Message}");
        }
    }

    private static string DescribeArp(ArpPacket arp) => arp.Operation switch
    {
        ArpOperation.Request =>
            $"ARP who has {arp.TargetProtocolAddress}? tell {arp.SenderProtocolAddress} "
            + $"at {Mac(arp.SenderHardwareAddress)}",
        ArpOperation.Response =>
            $"ARP {arp.SenderProtocolAddress} is at {Mac(arp.SenderHardwareAddress)}",
        _ => $"ARP operation {arp.Operation} from {arp.SenderProtocolAddress}",
    };

    private static string DescribeIp(IPv4Packet ip)
    {
        string fault = ip.ValidIPChecksum ? "" : " bad IP checksum";
        if (ip.FragmentOffset != 0 || (ip.FragmentFlags & 1) != 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"IP {ip.SourceAddress} > {ip.DestinationAddress} {ip.Protocol} fragment id {ip.Id} "
                    + $"offset {ip.FragmentOffset * 8} length {ip.TotalLength}{fault}");
        }
        return fault.Length == 0
            ? DescribeTransport(ip)
            : DescribeTransport(ip) + fault;
    }

    private static string DescribeTransport(IPv4Packet ip) => ip.PayloadPacket switch
    {
        TcpPacket tcp => DescribeTcp(ip, tcp),
        UdpPacket udp => string.Create(
            CultureInfo.InvariantCulture,
            $"UDP {ip.SourceAddress}:{udp.SourcePort} > {ip.DestinationAddress}:{udp.DestinationPort} "
                + $"length {udp.Length - UdpFields.HeaderLength}"),
        IcmpV4Packet icmp => string.Create(
            CultureInfo.InvariantCulture,
            $"ICMP {ip.SourceAddress} > {ip.DestinationAddress} {icmp.TypeCode} id {icmp.Id} "
                + $"seq {icmp.Sequence} length {ip.PayloadLength}"),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"IP {ip.SourceAddress} > {ip.DestinationAddress} {ip.Protocol} length {ip.TotalLength}"),
    };

    private static string DescribeTcp(IPv4Packet ip, TcpPacket tcp)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"TCP {ip.SourceAddress}:{tcp.SourcePort} > {ip.DestinationAddress}:{tcp.DestinationPort} ");
        text.AppendJoin(' ', FlagNames.Where((_, bit) => (tcp.Flags & (1 << bit)) != 0));
        text.Append(CultureInfo.InvariantCulture, $" seq {tcp.SequenceNumber}");
        if (tcp.Acknowledgment)
        {
            text.Append(CultureInfo.InvariantCulture, $" ack {tcp.AcknowledgmentNumber}");
        }
        text.Append(CultureInfo.InvariantCulture, $" win {tcp.WindowSize}");
        byte[] header = tcp.HeaderData;
        TcpOptionText.Append(text, header.AsSpan(Math.Min(header.Length, TcpHeaderLengthMin)));
        int payload = ip.TotalLength - (ip.HeaderLength * 4) - (tcp.DataOffset * 4);
        return text.Append(CultureInfo.InvariantCulture, $" length {payload}").ToString();
    }

    private static MacAddress Mac(PhysicalAddress address) => MacAddress.Read(address.GetAddressBytes());
}
