using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Udp;

/// <summary>Received datagrams (RFC 768, RFC 1122 §4.1): checked, shown to their service, answered.</summary>
internal sealed class UdpInput(
    IIpOutput ip, IReadOnlyList<ServicePort>? sharedPorts, TransmitBatch batch, UdpCounters counters)
    : ITransport
{
    private readonly OwnPorts _ports = new(IpProtocol.Udp, sharedPorts);
    private IDatagramService[] _services = [];

    /// <summary>Answers on a port.</summary>
    public void Listen(IDatagramService service)
    {
        Invariant.Assert(_ports.Has(service.Port), "a service listens on a port of ours");
        Invariant.Assert(Find(service.Port) is null, "a port has one service");
        _services = [.. _services, service];
    }

    /// <inheritdoc/>
    public byte Protocol => IpProtocol.Udp;

    /// <inheritdoc/>
    public void OnPacket(in IpPacket packet, Instant now)
    {
        if (!UdpHeader.TryRead(packet.Payload, out UdpHeader header, out ReadOnlySpan<byte> query, out _))
        {
            counters.Malformed++;
        }
        else if (packet.Checksum == ReceiveChecksum.Unverified
            && !header.ChecksumHolds(packet.Payload, packet.Source, packet.Destination))
        {
            counters.ChecksumErrors++;
        }
        else if (Find(header.DestinationPort) is not { } service)
        {
            counters.PortsUnknown++;
            if (_ports.Has(header.DestinationPort))
            {
                ip.RefusePort(in packet, now);
            }
        }
        else if (header.SourcePort == 0)
        {
            counters.SourcePortsZero++;
        }
        else
        {
            Answer(service, in packet, in header, query, now);
        }
    }

    /// <summary>Nothing of what was answered is remembered.</summary>
    public bool OnPathError(in FlowKey flow, uint quoted, PathError error, int mtu, Instant now) => false;

    private void Answer(
        IDatagramService service, in IpPacket packet, in UdpHeader header, ReadOnlySpan<byte> query,
        Instant now)
    {
        IpAddress peer = packet.Source;
        if (!ip.TryPrepareReply(peer, now, out NextHop hop))
        {
            return;
        }
        counters.DatagramsDelivered++;
        ref OutboundSegment segment = ref batch.Begin(
            hop.HeaderLength + hop.PayloadMax, out Span<byte> frame);
        Span<byte> reply = frame[hop.HeaderLength..];
        var info = new DatagramInfo(
            packet.Destination, header.DestinationPort, peer, header.SourcePort, now);
        int replyLength = service.Answer(info, query, reply[UdpHeader.Length..]);
        if (replyLength == 0)
        {
            return;
        }
        int length = UdpHeader.Length + replyLength;
        Invariant.Assert(
            length > UdpHeader.Length && length <= reply.Length, "an answer fits the memory it was given");
        FlowKey flow = new(ip.SourceFor(in packet), header.DestinationPort, peer, header.SourcePort);
        ip.WriteHeaders(frame, in hop, in flow, IpProtocol.Udp, length);
        UdpHeader.Write(reply[..length], flow.LocalPort, flow.RemotePort, flow.LocalAddress, peer);
        segment.HeaderLength = hop.HeaderLength + length;
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
