using Straightwire.Stack.Ip;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

public class IcmpTests
{
    [Test]
    public void An_echo_request_is_answered_with_its_payload()
    {
        var harness = new IpHarness();
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 0x12345678, Bytes(100))));
        byte[] frame = harness.Take().Single();
        (EthernetHeader ethernet, Ipv4Header ip, byte[] message) = Read(frame);
        Assert.That(ethernet, Is.EqualTo(new EthernetHeader(PeerMac, OurMac, EthernetHeader.TypeIpv4)));
        Assert.That((ip.Source, ip.Destination, ip.Protocol), Is.EqualTo((Ours, Peer, IpProtocol.Icmp)));
        Assert.That(message, Is.EqualTo(IcmpMessage(0, 0, 0x12345678, Bytes(100))));
    }

    [TestCase(1472, 1)]
    [TestCase(1473, 2)]
    [TestCase(2952, 2)]
    [TestCase(2953, 3)]
    [TestCase(16_376, 12)]
    [TestCase(65_507, 45)]
    public void An_echo_reply_longer_than_the_mtu_leaves_in_fragments(int payloadLength, int fragments)
    {
        var harness = new IpHarness();
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(payloadLength))));
        var read = harness.Take().ConvertAll(Read);
        Assert.That(read, Has.Count.EqualTo(fragments));
        Assert.That(read.Select(f => f.Ip.TotalLength), Is.All.AtMost(1500));
        Assert.That(read.Select(f => f.Ip.Identification).Distinct().Count(), Is.EqualTo(1));
        Assert.That(read.Select(f => f.Ip.MoreFragments).SkipLast(1), Is.All.True);
        Assert.That(read[^1].Ip.MoreFragments, Is.False);
        int offset = 0;
        foreach ((_, Ipv4Header ip, byte[] part) in read)
        {
            Assert.That(ip.FragmentOffset, Is.EqualTo(offset));
            offset += part.Length;
        }
        Assert.That(
            read.SelectMany(f => f.Payload), Is.EqualTo(IcmpMessage(0, 0, 1, Bytes(payloadLength))));
    }

    [Test]
    public void An_echo_request_longer_than_any_datagram_put_together_is_dropped()
    {
        var harness = new IpHarness(new IpOptions { ReassemblyBytesMax = 16_384 });
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(16_377))));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.EchoRequestsTooLarge, Is.EqualTo(1));
    }

    [Test]
    public void Echo_replies_are_limited_and_come_back_with_time()
    {
        var harness = new IpHarness(new IpOptions { EchoRepliesPerSecond = 10 });
        byte[] request = IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, []));
        Assert.That(Answered(harness, request, 20), Is.InRange(4, 14));
        Assert.That(harness.Counters.Ip.EchoRepliesLimited, Is.InRange(6, 16));
        harness.Now = harness.Now.PlusMilliseconds(200);
        Assert.That(Answered(harness, request, 20), Is.InRange(1, 4));
    }

    // CVE-2020-25705: what is left of a constant tells what others have taken.
    [Test]
    public void How_many_errors_come_at_once_is_no_constant()
    {
        byte[] datagram = IpFrame(IpProtocol.Udp, UdpDatagram(4000, 9, Bytes(4)));
        HashSet<int> bursts = [];
        var harness = new IpHarness();
        for (int i = 0; i < 20; i++)
        {
            int burst = Answered(harness, datagram, 300);
            Assert.That(burst, Is.InRange(40, 130), "the burst is half to all of the rate");
            bursts.Add(burst);
            harness.Now = harness.Now.PlusMilliseconds(2000);
        }
        Assert.That(bursts, Has.Count.GreaterThan(10));
        Assert.That(
            Answered(new IpHarness(seed: 1), datagram, 300),
            Is.Not.EqualTo(Answered(new IpHarness(seed: 2), datagram, 300)), "and each server's is its own");
    }

    [Test]
    public void Errors_over_a_long_time_are_the_rate()
    {
        byte[] datagram = IpFrame(IpProtocol.Udp, UdpDatagram(4000, 9, Bytes(4)));
        var harness = new IpHarness();
        int sent = 0;
        for (int i = 0; i < 20_000; i++)
        {
            sent += Answered(harness, datagram, 1);
            harness.Now = harness.Now.PlusMilliseconds(1);
        }
        Assert.That(sent, Is.InRange(1950, 2200), "100 a second for 20 s, and a burst");
    }

    [Test]
    public void A_wrong_icmp_checksum_is_dropped()
    {
        var harness = new IpHarness();
        byte[] message = IcmpMessage(8, 0, 1, Bytes(10));
        message[9] ^= 1;
        harness.Receive(IpFrame(IpProtocol.Icmp, message));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.IcmpChecksumErrors, Is.EqualTo(1));
    }

    [Test]
    public void A_full_batch_drops_and_counts_replies()
    {
        var harness = new IpHarness(headerBytes: 500);
        for (int i = 0; i < 4; i++)
        {
            harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(100))));
        }
        Assert.That(harness.Take(), Has.Count.EqualTo(3));
        Assert.That(harness.Counters.Ip.TransmitFull, Is.EqualTo(1));
    }

    [TestCase(3, 0, 0u, PathError.Unreachable, 0)]
    [TestCase(3, 1, 0u, PathError.Unreachable, 0)]
    [TestCase(3, 2, 0u, PathError.PortUnreachable, 0)]
    [TestCase(3, 3, 0u, PathError.PortUnreachable, 0)]
    [TestCase(3, 4, 0x0000_0514u, PathError.FragmentationNeeded, 1300)]
    [TestCase(3, 13, 0u, PathError.Unreachable, 0)]
    [TestCase(11, 0, 0u, PathError.TimeExceeded, 0)]
    public void An_error_that_quotes_our_tcp_is_told_to_tcp(
        int type, int code, uint rest, PathError error, int mtu)
    {
        var harness = new IpHarness();
        byte[] tcp = [0, 80, 0x12, 0x34, 0xAA, 0xBB, 0xCC, 0xDD];
        byte[] quote = Quote(IpProtocol.Tcp, tcp, Ours);
        byte[] message = IcmpMessage((byte)type, (byte)code, rest, quote);
        harness.Receive(IpFrame(IpProtocol.Icmp, message, source: Address("198.18.0.9")));
        Assert.That(harness.PathErrors.Single(), Is.EqualTo(
            (new FlowKey(Ours, 80, Peer, 0x1234), 0xAABBCCDDu, error, mtu)));
    }

    [Test]
    public void An_error_that_quotes_nothing_of_our_tcp_is_ignored()
    {
        var harness = new IpHarness();
        byte[] tcp = [0, 80, 0x12, 0x34, 0xAA, 0xBB, 0xCC, 0xDD];
        byte[] ofOthers = Quote(IpProtocol.Tcp, tcp, Address("198.18.0.7"));
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(3, 3, 0, ofOthers)));
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(3, 3, 0, Quote(IpProtocol.Udp, tcp, Ours))));
        harness.Receive(
            IpFrame(IpProtocol.Icmp, IcmpMessage(3, 3, 0, Quote(IpProtocol.Tcp, tcp[..7], Ours))));
        harness.Receive(IpFrame(IpProtocol.Icmp, IcmpMessage(3, 3, 0, [])));
        Assert.That(harness.PathErrors, Is.Empty);
        Assert.That(harness.Counters.Ip.IcmpErrorsUnmatched, Is.EqualTo(4));
        Assert.That(harness.Take(), Is.Empty);
    }

    [Test]
    public void An_unknown_protocol_is_unreachable_within_the_limit()
    {
        var harness = new IpHarness(new IpOptions { IcmpErrorsPerSecond = 1 });
        byte[] frame = IpFrame(99, Bytes(2000));
        harness.Receive(frame);
        harness.Receive(frame);
        (_, _, byte[] message) = Read(harness.Take().Single());
        Assert.That(message[..2], Is.EqualTo(new byte[] { 3, 2 }));
        Assert.That(
            message[8..], Is.EqualTo(frame[14..(14 + 548)]), "the error quotes what fits in 576 bytes");
        Assert.That(harness.Counters.Ip.IcmpErrorsLimited, Is.EqualTo(1));
    }

    private static int Answered(IpHarness harness, byte[] frame, int times)
    {
        int answered = 0;
        for (int i = 0; i < times; i++)
        {
            harness.Receive(frame);
            answered += harness.Take().Count;
        }
        return answered;
    }

    private static byte[] Quote(byte protocol, byte[] payload, Ipv4Address source)
    {
        byte[] packet = new byte[Ipv4Header.LengthMin + payload.Length];
        new Ipv4Header
        {
            Source = source,
            Destination = Peer,
            Protocol = protocol,
            TimeToLive = 1,
            TotalLength = 1500,
        }.Write(packet);
        payload.CopyTo(packet, Ipv4Header.LengthMin);
        return packet;
    }
}
