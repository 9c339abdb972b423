using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

/// <summary>An address that the kernel of the host has too: it is the kernel that speaks for it.</summary>
public class SharedAddressTests
{
    [Test]
    public void The_address_is_not_announced()
    {
        var harness = new IpHarness(learn: false, isShared: true);
        harness.Layer.Start(harness.Now);
        harness.Now = harness.Now.PlusMilliseconds(10_000);
        harness.Layer.OnTimers(harness.Now);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Neighbor.AnnouncementsSent, Is.Zero);
    }

    [Test]
    public void A_request_for_the_address_teaches_its_sender_and_is_not_answered()
    {
        var harness = new IpHarness(learn: false, isShared: true);
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Ours);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
    }

    [Test]
    public void A_neighbor_is_asked_for_and_its_reply_is_taken()
    {
        var harness = new IpHarness(learn: false, isShared: true);
        Assert.That(harness.TryResolve(Peer, out _), Is.False);
        Assert.That(ReadArp(harness.Take().Single()), Is.EqualTo(
            (MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Peer))));
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.TryResolve(Peer, out _), Is.True);
    }

    [Test]
    public void Neither_ping_nor_an_unknown_port_or_protocol_is_answered()
    {
        var harness = new IpHarness(isShared: true);
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(100))));
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(40_000, 7, Bytes(10))));
        harness.Receive(IpFrame(132, Bytes(40)));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.IcmpErrorsSent, Is.Zero);
    }
}
