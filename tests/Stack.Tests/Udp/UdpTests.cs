using Straightwire.Stack.Frames;
using Straightwire.Stack.Tests.Ip;
using Straightwire.Stack.Udp;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Udp;

public class UdpTests
{
    private readonly ReverseService _service = new(53);
    private IpHarness _harness = null!;

    [SetUp]
    public void SetUp()
    {
        _harness = new IpHarness();
        _harness.Udp.Listen(_service);
        _service.Seen.Clear();
    }

    [TestCase(1)]
    [TestCase(33)]
    [TestCase(1472)]
    public void A_query_is_answered_by_the_service_on_its_port(int length)
    {
        _harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, Bytes(length))));
        (EthernetHeader ethernet, Ipv4Header ip, byte[] datagram) = Read(_harness.Take().Single());
        Assert.That(ethernet.Destination, Is.EqualTo(PeerMac));
        Assert.That((ip.Source, ip.Destination), Is.EqualTo((Ours, Peer)));
        Assert.That(datagram, Is.EqualTo(UdpDatagram(53, 4000, [.. Bytes(length).Reverse()], Ours, Peer)));
        Assert.That(_service.Seen.Single(), Is.EqualTo(new DatagramInfo(Ours, 53, Peer, 4000, _harness.Now)));
    }

    // RFC 1122 §2.3.2.2: the first packet is not to be lost to ARP. Whoever sent the query takes the answer.
    [Test]
    public void A_query_of_a_neighbour_that_is_not_known_is_answered_to_the_station_that_sent_it()
    {
        IpHarness harness = new(learn: false);
        harness.Udp.Listen(_service);
        harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, Bytes(5))));
        byte[][] frames = [.. harness.Take()];
        Assert.That(
            frames.Select(frame => (frame[12] << 8) + frame[13]),
            Is.EqualTo(new[] { (int)EthernetHeader.TypeArp, (int)EthernetHeader.TypeIpv4 }));
        Assert.That(Read(frames[1]).Ethernet.Destination, Is.EqualTo(PeerMac));
        Assert.That(harness.Counters.Ip.RepliesUnresolved, Is.Zero);
    }

    [Test]
    public void A_service_that_answers_nothing_sends_nothing()
    {
        _harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, [])));
        Assert.That(_service.Seen, Has.Count.EqualTo(1));
        Assert.That(_harness.Take(), Is.Empty);
    }

    [Test]
    public void A_broadcast_query_is_answered_from_our_own_address()
    {
        Ipv4Address broadcast = Ipv4Address.LimitedBroadcast;
        _harness.Receive(IpFrame(
            IpProtocol.Udp, UdpDatagram(4000, 53, Bytes(5), to: broadcast),
            destination: broadcast, to: MacAddress.Broadcast));
        Assert.That(Read(_harness.Take().Single()).Ip.Source, Is.EqualTo(Ours));
        Assert.That(_service.Seen.Single().LocalAddress.ToIpv4(), Is.EqualTo(broadcast));
    }

    [Test]
    public void A_wrong_checksum_is_dropped_unless_there_is_none_or_the_link_is_trusted()
    {
        byte[] datagram = UdpDatagram(4000, 53, Bytes(10));
        datagram[7] ^= 1;
        _harness.Receive(IpFrame(IpProtocol.Udp, datagram));
        Assert.That(_service.Seen, Is.Empty);
        Assert.That(_harness.Counters.Udp.ChecksumErrors, Is.EqualTo(1));
        _harness.Receive(IpFrame(IpProtocol.Udp, datagram), ReceiveChecksum.Trusted);
        datagram[6] = datagram[7] = 0;
        _harness.Receive(IpFrame(IpProtocol.Udp, datagram));
        Assert.That(_service.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public void An_unknown_port_is_unreachable_and_says_so()
    {
        byte[] frame = IpFrame(IpProtocol.Udp, UdpDatagram(4000, 54, Bytes(30)));
        _harness.Receive(frame);
        (_, Ipv4Header ip, byte[] message) = Read(_harness.Take().Single());
        Assert.That(ip.Destination, Is.EqualTo(Peer));
        Assert.That(message, Is.EqualTo(IcmpMessage(3, 3, 0, frame[14..])));
        Assert.That(_harness.Counters.Udp.PortsUnknown, Is.EqualTo(1));
    }

    [Test]
    public void No_error_is_sent_about_a_broadcast_or_about_fragments()
    {
        Ipv4Address broadcast = Address("198.18.0.255");
        _harness.Receive(IpFrame(
            IpProtocol.Udp, UdpDatagram(4000, 54, Bytes(30), to: broadcast),
            destination: broadcast, to: MacAddress.Broadcast));
        byte[] datagram = UdpDatagram(4000, 54, Bytes(56));
        _harness.Receive(IpFrame(IpProtocol.Udp, datagram[..32], identification: 1, more: true));
        _harness.Receive(IpFrame(IpProtocol.Udp, datagram[32..], identification: 1, offset: 32));
        Assert.That(_harness.Counters.Udp.PortsUnknown, Is.EqualTo(2));
        Assert.That(_harness.Take(), Is.Empty);
    }

    [Test]
    public void A_query_in_fragments_is_answered()
    {
        byte[] datagram = UdpDatagram(4000, 53, Bytes(56));
        _harness.Receive(
            IpFrame(IpProtocol.Udp, datagram[32..], identification: 1, offset: 32), ReceiveChecksum.Trusted);
        _harness.Receive(
            IpFrame(IpProtocol.Udp, datagram[..32], identification: 1, more: true), ReceiveChecksum.Trusted);
        Assert.That(_harness.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Port_zero_is_not_answered()
    {
        _harness.Receive(IpFrame(IpProtocol.Udp, UdpDatagram(0, 53, Bytes(5))));
        Assert.That(_harness.Take(), Is.Empty);
        Assert.That(_harness.Counters.Udp.SourcePortsZero, Is.EqualTo(1));
    }
}
