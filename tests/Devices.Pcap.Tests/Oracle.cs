using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace Straightwire.Devices.Pcap.Tests;

/// <summary>What PacketDotNet says of the frames of a capture that one address sent.</summary>
internal sealed class Oracle
{
    private const int EthernetHeaderLength = 14;
    private const int EthernetPayloadMin = 46;

    private readonly List<string> _faults = [];

    private Oracle()
    {
    }

    /// <summary>Frames looked at.</summary>
    public int Frames { get; private set; }

    /// <summary>Of those, with TCP.</summary>
    public int Segments { get; private set; }

    /// <summary>Bytes that they carried.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Bytes of the longest frame.</summary>
    public int FrameMax { get; private set; }

    /// <summary>What is wrong: the frame's place in the capture, and what.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Reads all of a capture.</summary>
    public static Oracle Read(string path, string sender)
    {
        var oracle = new Oracle();
        using var reader = new CaptureFileReaderDevice(path);
        reader.Open();
        for (int place = 1; reader.GetNextPacket(out PacketCapture captured) == GetPacketStatus.PacketRead;
            place++)
        {
            byte[] bytes = captured.Data.ToArray();
            var frame = (EthernetPacket)PacketDotNet.Packet.ParsePacket(LinkLayers.Ethernet, bytes);
            if (frame.PayloadPacket is IPv4Packet ip && ip.SourceAddress.ToString() == sender)
            {
                oracle.Frames++;
                oracle.FrameMax = Math.Max(oracle.FrameMax, bytes.Length);
                oracle.Check(place, ip, bytes.Length - EthernetHeaderLength);
            }
        }
        return oracle;
    }

    private void Check(int place, IPv4Packet ip, int length)
    {
        Require(place, ip.ValidIPChecksum, "the IP checksum is wrong");
        Require(
            place, ip.TotalLength == length || (ip.TotalLength < length && length == EthernetPayloadMin),
            $"{ip.TotalLength} bytes are told, and {length} are there");
        switch (ip.PayloadPacket)
        {
            case TcpPacket tcp:
                Segments++;
                PayloadBytes += tcp.PayloadData?.Length ?? 0;
                Require(place, tcp.ValidTcpChecksum, "the TCP checksum is wrong");
                Require(place, tcp.DataOffset >= 5, "the TCP header is too short");
                Require(
                    place, tcp.OptionsCollection is not { } options || options.All(o => o.Bytes.Length > 0),
                    "an option is malformed");
                break;
            case UdpPacket udp:
                Require(place, udp.ValidUdpChecksum, "the UDP checksum is wrong");
                break;
            case IcmpV4Packet icmp:
                Require(place, icmp.ValidIcmpChecksum, "the ICMP checksum is wrong");
                break;
            default:
                Require(place, false, $"{ip.Protocol} is nothing that the server sends");
                break;
        }
    }

    private void Require(int place, bool holds, string message)
    {
        if (!holds)
        {
            _faults.Add($"frame {place}: {message}");
        }
    }
}
