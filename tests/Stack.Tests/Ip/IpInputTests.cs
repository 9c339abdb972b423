using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Ip.V4;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

public class IpInputTests
{
    private static readonly MacAddress StrangerMac = new(0x02_00_00_00_00_77);

    [Test]
    public void A_tcp_segment_reaches_tcp_without_padding_and_with_what_the_link_knows()
    {
        var harness = new IpHarness();
        harness.Receive(IpFrame(IpProtocol.Tcp, Bytes(20)), ReceiveChecksum.Trusted);
        harness.Receive(IpFrame(IpProtocol.Tcp, Bytes(65_515)));
        Assert.That(harness.Tcp[0].Source, Is.EqualTo(Peer));
        Assert.That(harness.Tcp[0].Segment, Is.EqualTo(Bytes(20)));
        Assert.That(harness.Tcp[0].Checksum, Is.EqualTo(ReceiveChecksum.Trusted));
        Assert.That(harness.Tcp[1].Segment, Is.EqualTo(Bytes(65_515)));
        Assert.That(harness.Tcp[1].Checksum, Is.EqualTo(ReceiveChecksum.Unverified));
    }

    [TestCase(0, 1, 0)]
    [TestCase(5, 0, 1)]
    public void A_frame_with_a_priority_is_the_network_s_own_and_one_of_a_VLAN_is_counted(
        byte vlan, int taken, int refused)
    {
        var harness = new IpHarness();
        byte[] frame = IpFrame(IpProtocol.Tcp, Bytes(20));
        harness.Receive([.. frame[..12], 0x81, 0x00, 0x60, vlan, .. frame[12..]]);
        Assert.That(harness.Tcp, Has.Count.EqualTo(taken));
        Assert.That(harness.Counters.Ip.FramesOfVlans, Is.EqualTo(refused));
    }

    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("127.0.0.1")]
    [TestCase("224.0.0.5")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("198.18.0.255")]
    [TestCase("198.18.0.0")]
    public void A_source_that_is_no_single_host_is_dropped(string source)
    {
        var harness = new IpHarness();
        harness.Receive(IpFrame(IpProtocol.Tcp, Bytes(20), source: Address(source)));
        Assert.That(harness.Tcp, Is.Empty);
        Assert.That(harness.Counters.Ip.SourcesInvalid, Is.EqualTo(1));
    }

    [Test]
    public void A_packet_from_our_own_address_is_dropped()
    {
        var harness = new IpHarness();
        harness.Receive(IpFrame(IpProtocol.Tcp, Bytes(20), source: Ours));
        Assert.That(harness.Tcp, Is.Empty);
        Assert.That(harness.Counters.Ip.SourcesOurs, Is.EqualTo(1));
    }

    [TestCase("198.18.0.3")]
    [TestCase("8.8.8.8")]
    [TestCase("224.0.0.1")]
    public void A_packet_for_another_address_is_dropped(string destination)
    {
        var harness = new IpHarness();
        harness.Receive(
            IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, []), destination: Address(destination)));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.PacketsForOthers, Is.EqualTo(1));
    }

    [TestCase("198.18.0.255")]
    [TestCase("255.255.255.255")]
    [TestCase("198.18.0.2")]
    public void Broadcast_echo_and_tcp_are_refused(string destination)
    {
        var harness = new IpHarness();
        Ipv4Address to = Address(destination);
        harness.Receive(
            IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, []), destination: to, to: MacAddress.Broadcast));
        harness.Receive(IpFrame(IpProtocol.Tcp, Bytes(20), destination: to, to: MacAddress.Broadcast));
        harness.Receive(IpFrame(99, Bytes(20), destination: to, to: MacAddress.Broadcast));
        Assert.That(harness.Tcp, Is.Empty);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.BroadcastsRefused, Is.EqualTo(3));
    }

    [Test]
    public void Frames_for_others_and_from_groups_are_dropped()
    {
        var harness = new IpHarness();
        byte[] message = IcmpMessage(8, 0, 1, []);
        harness.Receive(IpFrame(IpProtocol.Icmp, message, to: StrangerMac));
        harness.Receive(IpFrame(IpProtocol.Icmp, message, to: new MacAddress(0x0100_5E00_0001)));
        harness.Receive(IpFrame(IpProtocol.Icmp, message, from: MacAddress.Broadcast));
        harness.Receive(IpFrame(IpProtocol.Icmp, message, from: OurMac));
        harness.Receive(new byte[13]);
        byte[] ipv6 = IpFrame(IpProtocol.Icmp, message);
        BinaryPrimitives.WriteUInt16BigEndian(ipv6.AsSpan(12), 0x86DD);
        harness.Receive(ipv6);
        Assert.That(harness.Take(), Is.Empty);
        IpCounters counters = harness.Counters.Ip;
        Assert.That(
            (counters.FramesForOthers, counters.FrameSourcesInvalid,
                counters.FramesTruncated, counters.FramesOfOtherTypes),
            Is.EqualTo((2, 2, 1, 1)));
    }

    [Test]
    public void A_source_route_is_refused_and_other_options_are_skipped()
    {
        var harness = new IpHarness();
        harness.Receive(WithOptions(131, 7, 4, 1, 2, 3, 4, 0));
        harness.Receive(WithOptions(137, 7, 4, 1, 2, 3, 4, 0));
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Counters.Ip.SourceRoutesRefused, Is.EqualTo(2));
        harness.Receive(WithOptions(7, 7, 4, 0, 0, 0, 0, 0));
        Assert.That(harness.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Headers_that_are_sent_are_those_of_an_atomic_datagram()
    {
        var harness = new IpHarness();
        NextHop hop = new(StrangerMac, Ipv4Output.HeaderLength, 1500, IsNeighbor: true);
        byte[] frame = new byte[hop.HeaderLength + 100];
        harness.Layer.WriteHeaders(frame, in hop, new FlowKey(Ours, 1, Peer, 2), IpProtocol.Tcp, 100);
        (EthernetHeader ethernet, Ipv4Header ip, byte[] payload) = Read(frame);
        Assert.That(ethernet, Is.EqualTo(new EthernetHeader(StrangerMac, OurMac, EthernetHeader.TypeIpv4)));
        Assert.That(ip, Is.EqualTo(new Ipv4Header
        {
            Source = Ours,
            Destination = Peer,
            Protocol = IpProtocol.Tcp,
            TimeToLive = 64,
            HeaderLength = 20,
            TotalLength = 120,
            DontFragment = true,
        }));
        Assert.That(payload, Has.Length.EqualTo(100));
    }

    [Test]
    public void The_field_of_congestion_is_read_and_written([Values] EcnCodepoint codepoint)
    {
        var harness = new IpHarness();
        byte[] frame = IpFrame(IpProtocol.Tcp, Bytes(20));
        frame[15] = (byte)(0xB8 | (byte)codepoint);
        frame[24] = frame[25] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            frame.AsSpan(24), InternetChecksum.Complete(InternetChecksum.Sum(frame.AsSpan(14, 20))));
        harness.Receive(frame);
        Assert.That(harness.Ecn, Is.EqualTo(codepoint));

        NextHop hop = new(StrangerMac, Ipv4Output.HeaderLength, 1500, IsNeighbor: true);
        byte[] sent = new byte[hop.HeaderLength + 100];
        harness.Layer.WriteHeaders(
            sent, in hop, new FlowKey(Ours, 1, Peer, 2), IpProtocol.Tcp, 100, codepoint);
        Assert.That(sent[15], Is.EqualTo((byte)codepoint));
        Assert.That(Read(sent).Ip.Ecn, Is.EqualTo(codepoint));
    }

    /// <summary>An echo request whose IPv4 header has these options.</summary>
    private static byte[] WithOptions(params byte[] options)
    {
        byte[] message = IcmpMessage(8, 0, 1, []);
        byte[] frame = IpFrame(IpProtocol.Icmp, [.. options, .. message]);
        Span<byte> header = frame.AsSpan(14, 20 + options.Length);
        header[0] = (byte)(0x40 | (header.Length / 4));
        header[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(
            header[10..], InternetChecksum.Complete(InternetChecksum.Sum(header)));
        return frame;
    }
}
