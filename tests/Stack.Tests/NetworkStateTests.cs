using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Ip;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests;

/// <summary>What of a network may change while a shard runs.</summary>
public sealed class NetworkStateTests
{
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_77);

    [Test]
    public void A_smaller_mtu_makes_the_segments_of_open_connections_smaller()
    {
        var host = new ScriptHost();
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1460>
            > S. 0:0(0) ack 1 <mss 1460>
            < .  1:1(0) ack 1
            """);
        host.Shard.Adopt(StateOf(host) with { Mtu = 1000 }, host.World.Now);
        TcpScript.Run(host, """
            reply write 1900
            < P. 1:11(10) ack 1
            > .  1:961(960) ack 11
            > P. 961:1901(940) ack 11
            """);
    }

    [Test]
    public void A_new_connection_is_told_the_mtu_that_there_is()
    {
        var host = new ScriptHost();
        host.Shard.Adopt(StateOf(host) with { Mtu = 1000 }, host.World.Now);
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1460>
            > S. 0:0(0) ack 1 <mss 960>
            """);
    }

    [Test]
    public void Without_an_address_nothing_is_sent_and_when_it_is_back_connections_go_on()
    {
        var host = new ScriptHost();
        TcpScript.Run(host, """
            established
            reply write 100
            < P. 1:11(10) ack 1
            > P. 1:101(100) ack 11
            """);
        host.Shard.Adopt(StateOf(host) with { Address = null }, host.World.Now);
        TcpScript.Run(host, """
            < P. 11:21(10) ack 101
            +2 no output
            """);
        host.Shard.Adopt(StateOf(host), host.World.Now);
        TcpScript.Run(host, """
            > .  1:101(100) ack 11
            < P. 11:21(10) ack 101
            +0.04 > . 101:101(0) ack 21
            """);
    }

    [Test]
    public void Another_address_ends_the_connections_of_the_one_before_without_a_segment()
    {
        var host = new ScriptHost();
        TcpScript.Run(host, "established");
        host.Shard.Adopt(
            StateOf(host) with { Address = new Ipv4Prefix(new Ipv4Address(0xC612_0009), 24) },
            host.World.Now);
        TcpScript.Run(host, """
            no output
            < P. 1:11(10) ack 1
            no output
            """);
        Assert.That(host.Shard.ConnectionCount, Is.Zero);
        Assert.That(host.Session!.End, Is.EqualTo(StreamEnd.Evicted));
    }

    [Test]
    public void Another_mac_is_spoken_from_and_listened_to_and_announced_when_that_is_asked_for()
    {
        var harness = new IpHarness();
        harness.Layer.Adopt(harness.Network with { Mac = OtherMac, Announcements = 1 }, harness.Now);
        byte[] announcement = harness.Take().Single();
        harness.Receive(IpHarness.IpFrame(
            IpProtocol.Icmp, IpHarness.IcmpMessage(8, 0, 1, IpHarness.Bytes(8)), to: OtherMac));
        harness.Receive(IpHarness.IpFrame(
            IpProtocol.Icmp, IpHarness.IcmpMessage(8, 0, 2, IpHarness.Bytes(8)), to: IpHarness.OurMac));
        byte[] reply = harness.Take().Single();

        Assert.That(EthernetHeader.TryRead(announcement, out EthernetHeader told, out var arp), Is.True);
        Assert.That(ArpPacket.TryRead(arp, out ArpPacket packet, out _), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(told.Source, Is.EqualTo(OtherMac));
            Assert.That(packet.SenderMac, Is.EqualTo(OtherMac));
            Assert.That(packet.TargetAddress, Is.EqualTo(IpHarness.Ours));
            Assert.That(IpHarness.Read(reply).Ethernet.Source, Is.EqualTo(OtherMac));
            Assert.That(harness.Counters.Ip.FramesForOthers, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_shared_address_is_announced_when_that_is_asked_for_and_while_there_is_one()
    {
        var harness = new IpHarness(learn: false, sharedPorts: []);
        NetworkState moved = harness.Network with { Mac = OtherMac, Announcements = 1 };
        harness.Layer.Adopt(moved, harness.Now);
        Assert.That(EthernetHeader.TryRead(harness.Take().Single(), out _, out var arp), Is.True);
        Assert.That(ArpPacket.TryRead(arp, out ArpPacket packet, out _), Is.True);
        Assert.That((packet.SenderMac, packet.SenderAddress), Is.EqualTo((OtherMac, IpHarness.Ours)));

        harness.Layer.Adopt(moved with { Address = null, Announcements = 2 }, harness.Now);
        harness.Now = harness.Now.PlusMilliseconds(10_000);
        harness.Layer.OnTimers(harness.Now);
        Assert.That(harness.Take(), Is.Empty);
    }

    [Test]
    public void Another_gateway_is_asked_for_what_is_not_on_the_network()
    {
        var harness = new IpHarness(gateway: "198.18.0.1");
        harness.Layer.Adopt(
            harness.Network with { Gateway = IpHarness.Address("198.18.0.7") }, harness.Now);
        _ = harness.TryResolve(IpHarness.Address("203.0.113.1"), out _);

        Assert.That(
            IpHarness.ReadArp(harness.Take().Single()).Packet.TargetAddress,
            Is.EqualTo(IpHarness.Address("198.18.0.7")));
    }

    private static NetworkState StateOf(ScriptHost host) => new()
    {
        Mac = host.Options.Mac,
        Address = host.Options.Address,
        Gateway = host.Options.Gateway,
        Mtu = 1500,
    };
}
