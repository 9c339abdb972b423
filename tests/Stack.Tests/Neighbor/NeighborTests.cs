using Straightwire.Stack.Neighbor;
using Straightwire.Stack.Tests.Ip;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Neighbor;

public class NeighborTests
{
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_99);

    [Test]
    public void A_request_for_our_address_is_answered_and_teaches_its_sender()
    {
        var harness = new IpHarness(learn: false);
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Ours);
        Assert.That(ReadArp(harness.Take().Single()), Is.EqualTo(
            (PeerMac, new ArpPacket(ArpPacket.Reply, OurMac, Ours, PeerMac, Peer))));
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
        Assert.That(harness.Take(), Is.Empty);
    }

    [Test]
    public void A_probe_is_answered_and_teaches_nothing()
    {
        var harness = new IpHarness(learn: false);
        harness.Arp(ArpPacket.Request, PeerMac, Ipv4Address.Any, Ours);
        Assert.That(ReadArp(harness.Take().Single()).Packet.Operation, Is.EqualTo(ArpPacket.Reply));
        Assert.That(harness.Layer.NeighborCount, Is.Zero);
    }

    [Test]
    public void Requests_for_others_and_unasked_replies_teach_nothing()
    {
        var harness = new IpHarness(learn: false);
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Address("198.18.0.9"));
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Peer);
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Peer);
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.Layer.NeighborCount, Is.Zero);
        Assert.That(harness.Take(), Is.Empty);
        NeighborCounters counters = harness.Counters.Neighbor;
        Assert.That((counters.NotForUs, counters.RepliesUnasked), Is.EqualTo((2, 2)));
    }

    [TestCase("ff:ff:ff:ff:ff:ff", "198.18.0.1")]
    [TestCase("01:00:5e:00:00:01", "198.18.0.1")]
    [TestCase("00:00:00:00:00:00", "198.18.0.1")]
    [TestCase("02:00:00:00:00:01", "198.18.0.255")]
    [TestCase("02:00:00:00:00:01", "198.18.0.0")]
    [TestCase("02:00:00:00:00:01", "224.0.0.1")]
    [TestCase("02:00:00:00:00:01", "127.0.0.1")]
    [TestCase("02:00:00:00:00:01", "255.255.255.255")]
    public void A_sender_that_is_no_single_host_is_refused(string mac, string sender)
    {
        var harness = new IpHarness(learn: false);
        _ = MacAddress.TryParse(mac, out MacAddress senderMac);
        byte[] frame = ArpFrame(ArpPacket.Request, senderMac, Address(sender), Ours);
        PeerMac.Write(frame.AsSpan(6));
        harness.Receive(frame);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Layer.NeighborCount, Is.Zero);
        Assert.That(harness.Counters.Neighbor.SenderInvalid, Is.EqualTo(1));
    }

    [Test]
    public void A_neighbor_is_asked_for_once_a_second_and_given_up_after_the_last_try()
    {
        var harness = new IpHarness(new IpOptions { NeighborRetryMax = 3 }, learn: false);
        long version = harness.Layer.NeighborVersion;
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out _), Is.False);
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out _), Is.False);
        int requests = 0;
        for (int second = 0; second < 3; second++)
        {
            (MacAddress to, ArpPacket packet) = ReadArp(harness.Take().Single());
            Assert.That(to, Is.EqualTo(MacAddress.Broadcast));
            Assert.That(packet, Is.EqualTo(new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Peer)));
            requests++;
            Assert.That(harness.Layer.NeighborVersion, Is.EqualTo(version));
            harness.Now = harness.Layer.NextDeadline;
            harness.Layer.OnTimers(harness.Now);
        }
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(requests, Is.EqualTo(3));
        Assert.That(harness.Layer.NeighborVersion, Is.Not.EqualTo(version));
        Assert.That(harness.Layer.NeighborCount, Is.Zero);
    }

    [Test]
    public void An_answer_that_was_asked_for_resolves()
    {
        var harness = new IpHarness(learn: false);
        _ = harness.Layer.TryResolve(Peer, harness.Now, out _);
        long version = harness.Layer.NeighborVersion;
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.Layer.NeighborVersion, Is.Not.EqualTo(version));
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
    }

    [Test]
    public void A_stale_neighbor_stays_usable_while_it_is_asked_again()
    {
        var harness = new IpHarness(new IpOptions { NeighborRetryMax = 4 });
        Elapse(harness, 60_000);
        Assert.That(harness.Take(), Is.Empty, "nobody is asked about a neighbour that is not used");
        List<MacAddress> asked = [];
        for (int second = 0; second < 4; second++)
        {
            Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out MacAddress mac), Is.True);
            Assert.That(mac, Is.EqualTo(PeerMac));
            asked.Add(ReadArp(harness.Take().Single()).To);
            Elapse(harness, 1000);
        }
        Assert.That(
            asked, Is.EqualTo(new[] { PeerMac, PeerMac, MacAddress.Broadcast, MacAddress.Broadcast }));
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out _), Is.False);
        Assert.That(harness.Counters.Neighbor.GivenUp, Is.EqualTo(1));
    }

    [Test]
    public void A_confirmed_neighbor_is_not_asked_again()
    {
        var harness = new IpHarness();
        for (int second = 0; second < 200; second++)
        {
            Elapse(harness, 1000);
            harness.Layer.Confirm(Peer, harness.Now);
            Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out _), Is.True);
        }
        Assert.That(harness.Take(), Is.Empty);
    }

    [Test]
    public void A_request_with_another_mac_changes_nothing_but_asks_everybody()
    {
        var harness = new IpHarness();
        Elapse(harness, 2000);
        harness.Arp(ArpPacket.Request, OtherMac, Peer, Ours);
        harness.Arp(ArpPacket.Request, OtherMac, Peer, Ours);
        List<byte[]> sent = harness.Take();
        Assert.That(sent, Has.Count.EqualTo(3), "one request, two replies");
        Assert.That(ReadArp(sent[0]), Is.EqualTo(
            (MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Peer))));
        _ = harness.Layer.TryResolve(Peer, harness.Now, out MacAddress mac);
        Assert.That(mac, Is.EqualTo(PeerMac));
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        _ = harness.Layer.TryResolve(Peer, harness.Now, out mac);
        Assert.That(mac, Is.EqualTo(OtherMac), "an answer that was asked for counts");
    }

    [Test]
    public void A_flood_of_requests_leaves_entries_in_use()
    {
        var harness = new IpHarness(new IpOptions { NeighborMax = 16 });
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out _), Is.True);
        for (uint i = 10; i < 200; i++)
        {
            harness.Arp(ArpPacket.Request, OtherMac, new Ipv4Address((Ours.Value & ~255u) | i), Ours);
            harness.Take();
        }
        Assert.That(harness.Layer.NeighborCount, Is.EqualTo(16));
        Assert.That(harness.Layer.TryResolve(Peer, harness.Now, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
    }

    [Test]
    public void A_flood_of_destinations_is_bounded_and_leaves_entries_in_use()
    {
        var harness = new IpHarness(new IpOptions { NeighborMax = 16 });
        _ = harness.Layer.TryResolve(Peer, harness.Now, out _);
        for (uint i = 10; i < 200; i++)
        {
            var destination = new Ipv4Address((Ours.Value & ~255u) | i);
            Assert.That(harness.Layer.TryResolve(destination, harness.Now, out _), Is.False);
        }
        Assert.That(harness.Take(), Has.Count.EqualTo(15));
        Assert.That(harness.Counters.Neighbor.RequestsLimited, Is.GreaterThan(0));
        for (int second = 0; second < 6; second++)
        {
            Elapse(harness, 1000);
            harness.Take();
        }
        Assert.That(harness.Layer.NeighborCount, Is.EqualTo(1), "those that did not answer are given up");
    }

    [TestCase("198.18.0.77", null, "198.18.0.77")]
    [TestCase("192.0.2.1", "198.18.0.1", "198.18.0.1")]
    [TestCase("192.0.2.1", null, null)]
    [TestCase("198.18.0.255", "198.18.0.1", null)]
    [TestCase("198.18.0.0", "198.18.0.1", null)]
    [TestCase("255.255.255.255", "198.18.0.1", null)]
    [TestCase("224.0.0.1", "198.18.0.1", null)]
    [TestCase("127.0.0.1", "198.18.0.1", null)]
    [TestCase("0.0.0.0", "198.18.0.1", null)]
    [TestCase("198.18.0.2", "198.18.0.1", null)]
    public void A_destination_has_this_next_hop(string destination, string? gateway, string? asked)
    {
        var harness = new IpHarness(gateway: gateway, learn: false);
        Assert.That(harness.Layer.TryResolve(Address(destination), harness.Now, out _), Is.False);
        Assert.That(
            harness.Take().Select(frame => ReadArp(frame).Packet.TargetAddress),
            Is.EqualTo(asked is null ? [] : new[] { Address(asked) }));
    }

    [Test]
    public void Our_address_is_announced_twice_and_conflicts_are_counted()
    {
        var harness = new IpHarness(learn: false);
        harness.Layer.Start(harness.Now);
        Elapse(harness, 2000);
        Elapse(harness, 60_000);
        var announcement = (
            MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Ours));
        Assert.That(harness.Take().Select(ReadArp), Is.EqualTo(new[] { announcement, announcement }));
        harness.Arp(ArpPacket.Request, OtherMac, Ours, Ours);
        Assert.That(harness.Counters.Neighbor.AddressConflicts, Is.EqualTo(1));
        Assert.That(harness.Take(), Is.Empty);
    }

    private static void Elapse(IpHarness harness, long milliseconds)
    {
        harness.Now = harness.Now.PlusMilliseconds(milliseconds);
        harness.Layer.OnTimers(harness.Now);
    }
}
