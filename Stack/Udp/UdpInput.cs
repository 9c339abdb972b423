using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Udp;

/// <summary>Received datagrams (RFC 768, RFC 1122 §4.1): checked, shown to their service, answered.</summary>
internal sealed class UdpInput(
    Ipv4Interface ours, IpOutput output, IcmpResponder icmp, TransmitBatch batch, UdpCounters counters)
    : IDatagramInput
{
    private IDatagramService[] _services = [];

    /// <summary>Answers on a port.</summary>
    public void Listen(IDatagramService service)
    {
        Invariant.Assert(Find(service.Port) is null, "a port has one service");
        _services = [.. _services, service];
    }

    /// <inheritdoc/>
    public void OnDatagram(
        in Ipv4Header ip, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> packet, ReceiveChecksum checksum,
        Instant now)
    {
        if (!UdpHeader.TryRead(datagram, out UdpHeader header, out ReadOnlySpan<byte> query, out _))
        {
            counters.Malformed++;
        }
        else if (checksum == ReceiveChecksum.Unverified
            && !header.ChecksumHolds(datagram, ip.Source, ip.Destination))
        {
            counters.ChecksumErrors++;
        }
        else if (Find(header.DestinationPort) is not { } service)
        {
            counters.PortsUnknown++;
            if (!packet.IsEmpty)
            {
                icmp.SendUnreachable(IcmpHeader.PortUnreachable, ip.Source, packet, now);
            }
        }
        else if (header.SourcePort == 0)
        {
            counters.SourcePortsZero++;
        }
        else
        {
            Answer(service, ip, header, query, now);
        }
    }

    private void Answer(
        IDatagramService service, in Ipv4Header ip, in UdpHeader header, ReadOnlySpan<byte> query,
        Instant now)
    {
        int lengthMax = output.Mtu - Ipv4Header.LengthMin;
        if (!output.TryPrepareReply(ip.Source, lengthMax, now, out MacAddress nextHop))
        {
            return;
        }
        counters.DatagramsDelivered++;
        ref OutboundSegment segment = ref batch.Begin(
            IIpOutput.HeaderLength + lengthMax, out Span<byte> frame);
        Span<byte> reply = frame[IIpOutput.HeaderLength..];
        var info = new DatagramInfo(
            ip.Destination, header.DestinationPort, ip.Source, header.SourcePort, now);
        int replyLength = service.Answer(info, query, reply[UdpHeader.Length..]);
        if (replyLength == 0)
        {
            return;
        }
        int length = UdpHeader.Length + replyLength;
        Invariant.Assert(
            length > UdpHeader.Length && length <= reply.Length, "an answer fits the memory it was given");
        // RFC 1122 §4.1.3.5: an answer to a broadcast comes from our own address.
        output.WriteHeaders(frame, nextHop, ours.Address, ip.Source, IpProtocol.Udp, length);
        UdpHeader.Write(reply[..length], header.DestinationPort, header.SourcePort, ours.Address, ip.Source);
        segment.HeaderLength = IIpOutput.HeaderLength + length;
        batch.Commit(ref segment);
        counters.RepliesSent++;
    }

    private IDatagramService? Find(ushort port)
    {
        foreach (IDatagramService service in _services)
        {
            if (service.Port == port)
            {
                return service;
            }
        }
        return null;
    }
}
