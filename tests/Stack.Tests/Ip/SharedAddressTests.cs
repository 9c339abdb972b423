using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

/// <summary>An address that the kernel of the host has too: it is the kernel that speaks for it.</summary>
public class SharedAddressTests
{
    [Test]
    public void The_address_is_not_announced()
    {
        var harness = new IpHarness(learn: false, sharedPorts: []);
        harness.Layer.Start(harness.Now);
        harness.Now = harness.Now.PlusMilliseconds(10_000);
        harness.Layer.OnTimers(harness.Now);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Neighbor.AnnouncementsSent, Is.Zero);
    }

    [Test]
    public void A_request_for_the_address_teaches_its_sender_and_is_not_answered()
    {
        var harness = new IpHarness(learn: false, sharedPorts: []);
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Ours);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
    }

    [Test]
    public void A_neighbor_is_asked_for_and_its_reply_is_taken()
    {
        var harness = new IpHarness(learn: false, sharedPorts: []);
        Assert.That(harness.TryResolve(Peer, out _), Is.False);
        Assert.That(ReadArp(harness.Take().Single()), Is.EqualTo(
            (MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Peer))));
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.TryResolve(Peer, out _), Is.True);
    }

    [Test]
    public void A_datagram_to_a_port_of_ours_is_answered()
    {
        IpHarness harness = SharedByPorts();
        harness.Udp.Listen(new ReverseService(53));
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, [1, 2, 3])));
        (EthernetHeader ethernet, Ipv4Header ip, byte[] datagram) = Read(harness.Take().Single());
        Assert.That(ethernet.Destination, Is.EqualTo(PeerMac));
        Assert.That((ip.Source, ip.Destination), Is.EqualTo((Ours, Peer)));
        Assert.That(datagram, Is.EqualTo(UdpDatagram(53, 4000, [3, 2, 1], Ours, Peer)));
    }

    [Test]
    public void A_port_of_ours_without_a_service_is_refused_as_the_kernel_would()
    {
        IpHarness harness = SharedByPorts();
        byte[] frame = IpFrame(IpProtocol.Udp, UdpDatagram(4000, 5010, Bytes(30)));
        harness.Receive(frame);
        Assert.That(
            Read(harness.Take().Single()).Payload, Is.EqualTo(IcmpMessage(3, 3, 0, frame[14..])));
    }

    // 80 is ours, but TCP's; a service could never have been there.
    [TestCase(80)]
    [TestCase(54)]
    [TestCase(5011)]
    public void The_kernels_ports_are_left_to_it(int port)
    {
        IpHarness harness = SharedByPorts();
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, (ushort)port, Bytes(30))));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.IcmpErrorsSent, Is.Zero);
        Assert.That(harness.Counters.Udp.PortsUnknown, Is.EqualTo(1));
        Assert.That(
            () => harness.Udp.Listen(new ReverseService((ushort)port)),
            Throws.TypeOf<InvariantException>().With.Message.Contains("a port of ours"));
    }

    [Test]
    public void An_error_about_an_answer_of_ours_changes_nothing()
    {
        IpHarness harness = SharedByPorts();
        harness.Udp.Listen(new ReverseService(53));
        byte[] quote = IpFrame(
            IpProtocol.Udp, UdpDatagram(53, 4000, Bytes(30), Ours, Peer), source: Ours, destination: Peer);
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(3, 3, 0, quote[14..])));
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, Bytes(3))));
        Assert.That(harness.Take(), Has.Count.EqualTo(1));
        Assert.That(harness.Counters.Ip.IcmpErrorsUnmatched, Is.EqualTo(1));
        Assert.That(harness.PathErrors, Is.Empty);
    }

    private static IpHarness SharedByPorts() => new(sharedPorts:
    [
        new(IpProtocol.Tcp, new(80, 80)),
        new(IpProtocol.Udp, new(53, 53)),
        new(IpProtocol.Udp, new(5000, 5010)),
    ]);

    [Test]
    public void Neither_ping_nor_an_unknown_port_or_protocol_is_answered()
    {
        var harness = new IpHarness(sharedPorts: []);
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(100))));
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(40_000, 7, Bytes(10))));
        harness.Receive(IpFrame(132, Bytes(40)));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.IcmpErrorsSent, Is.Zero);
    }
}
