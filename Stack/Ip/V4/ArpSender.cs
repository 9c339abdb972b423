using Straightwire.Stack.Frames;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>Writes ARP packets of ours into the transmit batch; a full batch drops and counts.</summary>
internal sealed class ArpSender(
    MacAddress mac, Ipv4Address address, TransmitBatch batch, NeighborCounters counters)
{
    private const int FrameLength = EthernetHeader.Length + ArpPacket.Length;

    /// <summary>The Ethernet address that is spoken for.</summary>
    public MacAddress Mac => mac;

    /// <summary>Speaks for other addresses from now on.</summary>
    public void Adopt(MacAddress macNow, Ipv4Address addressNow) => (mac, address) = (macNow, addressNow);

    /// <summary>Asks for an address, by broadcast or of the one that had it.</summary>
    public void SendRequest(Ipv4Address target, MacAddress destination)
    {
        if (TrySend(destination, new ArpPacket(ArpPacket.Request, mac, address, default, target)))
        {
            counters.RequestsSent++;
        }
    }

    /// <summary>Answers a request for our address to who sent it.</summary>
    public void SendReply(in ArpPacket request)
    {
        var reply = new ArpPacket(ArpPacket.Reply, mac, address, request.SenderMac, request.SenderAddress);
        if (TrySend(request.SenderMac, reply))
        {
            counters.RepliesSent++;
        }
    }

    /// <summary>
    /// Tells everybody that the address is ours, as a request for it (RFC 5227 §2.3 and §3).
    /// </summary>
    public void SendAnnouncement()
    {
        if (TrySend(MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, mac, address, default, address)))
        {
            counters.AnnouncementsSent++;
        }
    }

    private bool TrySend(MacAddress destination, in ArpPacket packet)
    {
        if (!batch.HasRoom(FrameLength))
        {
            counters.TransmitFull++;
            return false;
        }
        ref OutboundSegment segment = ref batch.Begin(FrameLength, out Span<byte> frame);
        new EthernetHeader(destination, mac, EthernetHeader.TypeArp).Write(frame);
        packet.Write(frame[EthernetHeader.Length..]);
        batch.Commit(ref segment);
        return true;
    }
}
