using System.Buffers.Binary;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>
/// Tells a checksum that the kernel has left to a network card from a wrong one. Where the kernel shows a
/// frame that it has not sent yet, or has merged of several that it verified, TCP's and UDP's checksum is the
/// sum of the pseudo-header alone (CHECKSUM_PARTIAL of Linux). Nothing but the bytes tells that on a link
/// that says nothing of checksums.
/// </summary>
public static class UnfinishedChecksum
{
    private const int TcpField = 16;
    private const int UdpField = 6;

    /// <summary>Whether the frame carries one, whole: a fragment never does.</summary>
    public static bool IsIn(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryRead(frame, out EthernetHeader ethernet, out ReadOnlySpan<byte> packet)
            || ethernet.EtherType != EthernetHeader.TypeIpv4
            || !Ipv4Header.TryRead(packet, out Ipv4Header ip, out ReadOnlySpan<byte> transport, out _)
            || ip.IsFragment)
        {
            return false;
        }
        int field = ip.Protocol switch
        {
            IpProtocol.Tcp => TcpField,
            IpProtocol.Udp => UdpField,
            _ => transport.Length,
        };
        return field + sizeof(ushort) <= transport.Length
            && BinaryPrimitives.ReadUInt16BigEndian(transport[field..]) == InternetChecksum.Fold(
                InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, transport.Length));
    }
}
