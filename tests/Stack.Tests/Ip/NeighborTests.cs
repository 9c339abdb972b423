using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

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
        Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
        Assert.That(harness.Take(), Is.Empty);
    }

    [Test]
    public void A_probe_is_answered_and_teaches_nothing()
    {
        var harness = new IpHarness(learn: false);
        harness.Arp(ArpPacket.Request, PeerMac, Ipv4Address.Any, Ours);
        Assert.That(ReadArp(harness.Take().Single()).Packet.Operation, Is.EqualTo(ArpPacket.Reply));
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
    }

    [Test]
    public void Requests_for_others_and_unasked_replies_teach_nothing()
    {
        var harness = new IpHarness(learn: false);
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Address("198.18.0.9"));
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Peer);
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Peer);
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
        Assert.That(harness.Take(), Is.Empty);
        NeighborCounters counters = harness.Counters.Neighbor;
        Assert.That((counters.ForOthers, counters.RepliesUnasked), Is.EqualTo((2, 2)));
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
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
        Assert.That(harness.Counters.Neighbor.SenderInvalid, Is.EqualTo(1));
    }

    [Test]
    public void A_neighbor_is_asked_for_once_a_second_and_given_up_after_the_last_try()
    {
        var harness = new IpHarness(new IpOptions { NeighborRetryMax = 3 }, learn: false);
        long version = harness.Layer.NeighborVersion;
        Assert.That(harness.TryResolve(Peer, out _), Is.False);
        Assert.That(harness.TryResolve(Peer, out _), Is.False);
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
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
    }

    [Test]
    public void An_answer_that_was_asked_for_resolves()
    {
        var harness = new IpHarness(learn: false);
        _ = harness.TryResolve(Peer, out _);
        long version = harness.Layer.NeighborVersion;
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Assert.That(harness.Layer.NeighborVersion, Is.Not.EqualTo(version));
        Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
    }

    // RFC 7048: who speaks to it gives up in its own time, and a router that is slow to answer loses nobody.
    [Test]
    public void A_stale_neighbor_that_does_not_answer_stays_usable_and_is_asked_ever_more_rarely()
    {
        var harness = new IpHarness(new IpOptions { NeighborRetryMax = 3 });
        Elapse(harness, 60_000);
        Assert.That(harness.Take(), Is.Empty, "nobody is asked about a neighbour that is not used");
        List<(int Second, MacAddress To)> asked = [];
        for (int second = 0; second < 160; second++)
        {
            Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
            Assert.That(mac, Is.EqualTo(PeerMac));
            asked.AddRange(harness.Take().Select(frame => (second, ReadArp(frame).To)));
            Elapse(harness, 1000);
        }
        MacAddress all = MacAddress.Broadcast;
        Assert.That(asked, Is.EqualTo(new[]
        {
            (0, PeerMac), (1, all), (2, all), (3, all), (6, all), (15, all), (42, all), (102, all),
        }));
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        Elapse(harness, 60_000);
        Assert.That(harness.Take(), Is.Empty, "its answer ends the questions");
    }

    [Test]
    public void A_silent_neighbor_that_nobody_sends_to_is_not_asked_on()
    {
        var harness = new IpHarness();
        Elapse(harness, 60_000);
        _ = harness.TryResolve(Peer, out _);
        for (int second = 0; second < 100; second++)
        {
            Elapse(harness, 1000);
        }
        Assert.That(harness.Take(), Has.Count.EqualTo(5));
    }

    [Test]
    public void A_confirmed_neighbor_is_not_asked_again()
    {
        var harness = new IpHarness();
        for (int second = 0; second < 200; second++)
        {
            Elapse(harness, 1000);
            harness.Layer.Confirm(Peer, harness.Now);
            Assert.That(harness.TryResolve(Peer, out _), Is.True);
        }
        Assert.That(harness.Take(), Is.Empty);
    }

    // Each row: what an ARP packet of another MAC is, by operation and target.
    [TestCase(ArpPacket.Request, "198.18.0.2", TestName = "A_request_for_us_contradicts")]
    [TestCase(ArpPacket.Request, "198.18.0.77", TestName = "A_request_for_others_contradicts")]
    [TestCase(ArpPacket.Request, "198.18.0.1", TestName = "An_announcement_contradicts")]
    [TestCase(ArpPacket.Reply, "198.18.0.2", TestName = "An_unasked_reply_contradicts")]
    [TestCase(ArpPacket.Reply, "198.18.0.1", TestName = "A_gratuitous_reply_contradicts")]
    public void What_contradicts_is_not_taken_and_everybody_is_asked_once_a_second(
        int operation, string target)
    {
        var harness = new IpHarness();
        for (int i = 0; i < 100; i++)
        {
            harness.Arp((ushort)operation, OtherMac, Peer, Address(target));
            harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
            Elapse(harness, 10);
        }
        List<byte[]> questions = Questions(harness);
        Assert.That(ReadArp(questions.Single()), Is.EqualTo(
            (MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Peer))));
        Assert.That(MacOf(harness, Peer), Is.EqualTo(PeerMac), "its holder has answered");
        Assert.That(harness.Counters.Neighbor.Contradictions, Is.EqualTo(100));
        Elapse(harness, 10);
        harness.Arp((ushort)operation, OtherMac, Peer, Address(target));
        Assert.That(Questions(harness), Has.Count.EqualTo(1), "and a second later it is asked again");
    }

    [Test]
    public void A_neighbor_that_answers_with_another_mac_has_moved_when_the_old_one_is_silent()
    {
        var harness = new IpHarness();
        long version = harness.Layer.NeighborVersion;
        harness.Arp(ArpPacket.Request, OtherMac, Peer, Peer);
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        Assert.That(MacOf(harness, Peer), Is.EqualTo(PeerMac), "the old one has its grace");
        Instant before = harness.Now;
        Elapse(harness, 110);
        Assert.That(MacOf(harness, Peer), Is.EqualTo(OtherMac));
        Assert.That(harness.Layer.NeighborVersion, Is.Not.EqualTo(version), "who waits tries again");
        Assert.That(harness.Layer.HasMovedSince(Peer, before), Is.True);
        Assert.That(harness.Layer.HasMovedSince(Peer, harness.Now), Is.False);
        Assert.That(harness.Counters.Neighbor.Moved, Is.EqualTo(1));
    }

    [Test]
    public void Of_two_that_answer_the_one_that_has_had_the_address_keeps_it()
    {
        var harness = new IpHarness();
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        Elapse(harness, 50);
        harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
        for (int i = 0; i < 50; i++)
        {
            harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
            Elapse(harness, 10);
        }
        Assert.That(MacOf(harness, Peer), Is.EqualTo(PeerMac));
    }

    [Test]
    public void Acknowledgements_on_their_way_do_not_end_a_question_and_later_ones_do()
    {
        var harness = new IpHarness();
        harness.Arp(ArpPacket.Request, OtherMac, Peer, Peer);
        harness.Layer.Confirm(Peer, harness.Now);
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        Elapse(harness, 110);
        Assert.That(MacOf(harness, Peer), Is.EqualTo(OtherMac));

        harness.Take();
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Peer);
        Elapse(harness, 1100);
        Assert.That(Questions(harness), Is.Empty, "asked within this second already");
        harness.Arp(ArpPacket.Request, PeerMac, Peer, Peer);
        Elapse(harness, 800);
        harness.Layer.Confirm(Peer, harness.Now);
        for (int i = 0; i < 50; i++)
        {
            Elapse(harness, 1000);
        }
        Assert.That(Questions(harness), Has.Count.EqualTo(1), "nobody answers, and yet it lives");
    }

    [Test]
    public void A_suspicion_asks_everybody_once_a_second_unless_there_was_proof_since()
    {
        var harness = new IpHarness();
        harness.Layer.Suspect(Peer, harness.Now);
        Assert.That(Questions(harness), Is.Empty, "it was heard of a moment ago");
        Elapse(harness, 600);
        harness.Layer.Confirm(Peer, harness.Now);
        Elapse(harness, 100);
        harness.Layer.Suspect(Peer, harness.Now);
        Assert.That(Questions(harness), Is.Empty, "others had proof");
        Elapse(harness, 500);
        for (int i = 0; i < 10; i++)
        {
            harness.Layer.Suspect(Peer, harness.Now);
            Elapse(harness, 90);
        }
        Assert.That(ReadArp(Questions(harness).Single()).To, Is.EqualTo(MacAddress.Broadcast));
        harness.Arp(ArpPacket.Reply, OtherMac, Peer, Ours, OurMac);
        Elapse(harness, 110);
        Assert.That(MacOf(harness, Peer), Is.EqualTo(OtherMac));
    }

    [Test]
    public void A_suspicion_of_who_is_not_known_asks_nobody()
    {
        var harness = new IpHarness(learn: false);
        harness.Layer.Suspect(Peer, harness.Now);
        Assert.That(harness.Take(), Is.Empty);
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
    }

    [Test]
    public void A_flood_of_requests_takes_half_of_the_table_and_leaves_entries_in_use()
    {
        var harness = new IpHarness(new IpOptions { Neighbors = 16 });
        Assert.That(harness.TryResolve(Peer, out _), Is.True);
        for (uint i = 10; i < 200; i++)
        {
            harness.Arp(ArpPacket.Request, OtherMac, new Ipv4Address((Ours.Value & ~255u) | i), Ours);
            harness.Take();
        }
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.EqualTo(9), "half, and the one in use");
        Assert.That(harness.TryResolve(Peer, out MacAddress mac), Is.True);
        Assert.That(mac, Is.EqualTo(PeerMac));
        Assert.That(MacOf(harness, new Ipv4Address(Ours.Value & ~255u | 199)), Is.EqualTo(OtherMac),
            "the latest is known");
    }

    [Test]
    public void A_flood_of_destinations_takes_a_quarter_of_the_table_and_leaves_entries_in_use()
    {
        var harness = new IpHarness(new IpOptions { Neighbors = 16 });
        _ = harness.TryResolve(Peer, out _);
        for (uint i = 10; i < 200; i++)
        {
            var destination = new Ipv4Address((Ours.Value & ~255u) | i);
            Assert.That(harness.TryResolve(destination, out _), Is.False);
        }
        Assert.That(Questions(harness), Has.Count.EqualTo(4));
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.EqualTo(5));
        Elapse(harness, 1000);
        _ = harness.TryResolve(Address("198.18.0.250"), out _);
        Assert.That(
            ReadArp(harness.Take()[^1]).Packet.TargetAddress, Is.EqualTo(Address("198.18.0.250")),
            "one that did not answer its first question gave way");
        for (int second = 0; second < 6; second++)
        {
            Elapse(harness, 1000);
            harness.Take();
        }
        Assert.That(
            harness.Layer.V4.Neighbors.Count, Is.EqualTo(1), "those that did not answer are given up");
        Assert.That(MacOf(harness, Peer), Is.EqualTo(PeerMac));
    }

    [Test]
    public void Questions_have_a_budget_and_the_gateway_is_asked_apart_from_it()
    {
        var harness = new IpHarness(
            new IpOptions { Questions = 8 }, gateway: "198.18.0.1", learn: false);
        for (uint i = 10; i < 100; i++)
        {
            var destination = new Ipv4Address((Ours.Value & ~255u) | i);
            _ = harness.TryResolve(destination, out _);
        }
        Assert.That(Questions(harness), Has.Count.EqualTo(8));
        Assert.That(harness.Counters.Neighbor.RequestsLimited, Is.EqualTo(82));
        Assert.That(harness.TryResolve(Address("192.0.2.1"), out _), Is.False);
        Assert.That(ReadArp(Questions(harness).Single()).Packet.TargetAddress, Is.EqualTo(Peer));
    }

    [Test]
    public void The_gateway_finds_a_place_in_a_table_full_of_entries_in_use()
    {
        var harness = new IpHarness(
            new IpOptions { Neighbors = 16 }, gateway: "198.18.0.1", learn: false);
        for (uint i = 10; i < 40; i++)
        {
            var neighbor = new Ipv4Address((Ours.Value & ~255u) | i);
            harness.Arp(ArpPacket.Request, OtherMac, neighbor, Ours);
            _ = harness.TryResolve(neighbor, out _);
        }
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.EqualTo(16));
        harness.Take();
        _ = harness.TryResolve(Address("192.0.2.1"), out _);
        Assert.That(ReadArp(Questions(harness).Single()).Packet.TargetAddress, Is.EqualTo(Peer));
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
        Assert.That(harness.TryResolve(Address(destination), out _), Is.False);
        Assert.That(
            harness.Take().Select(frame => ReadArp(frame).Packet.TargetAddress),
            Is.EqualTo(asked is null ? [] : new[] { Address(asked) }));
    }

    [Test]
    public void Our_address_is_announced_twice()
    {
        var harness = new IpHarness(learn: false);
        harness.Layer.Start(harness.Now);
        Elapse(harness, 2000);
        Elapse(harness, 60_000);
        Assert.That(harness.Take().Select(ReadArp), Is.EqualTo(new[] { Announcement, Announcement }));
    }

    // RFC 5227 §2.4 (b). Request, reply, announcement: whoever sends it says that the address is its own.
    [TestCase(ArpPacket.Request, "198.18.0.2")]
    [TestCase(ArpPacket.Reply, "198.18.0.2")]
    [TestCase(ArpPacket.Request, "198.18.0.9")]
    public void Our_address_is_defended_by_one_announcement_in_10_seconds(int operation, string target)
    {
        var harness = new IpHarness(learn: false);
        for (int i = 0; i < 100; i++)
        {
            harness.Arp((ushort)operation, OtherMac, Ours, Address(target));
            Elapse(harness, 150);
        }
        Assert.That(harness.Take().Select(ReadArp), Is.EqualTo(new[] { Announcement, Announcement }));
        NeighborCounters counters = harness.Counters.Neighbor;
        Assert.That((counters.AddressConflicts, counters.Defences), Is.EqualTo((100, 2)));
        Assert.That(counters.ConflictMac, Is.EqualTo(OtherMac));
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.Zero);
    }

    [Test]
    public void What_we_said_ourselves_and_comes_back_is_no_conflict()
    {
        var harness = new IpHarness(learn: false);
        byte[] frame = ArpFrame(ArpPacket.Request, OurMac, Ours, Ours);
        OtherMac.Write(frame.AsSpan(6));
        harness.Receive(frame);
        Assert.That(harness.Take(), Is.Empty);
        NeighborCounters counters = harness.Counters.Neighbor;
        Assert.That((counters.Reflected, counters.AddressConflicts), Is.EqualTo((1, 0)));
    }

    // One neighbour is sent to and answers; all else is drawn: forgeries of it, others that come, go and
    // move, destinations that are not there, suspicions and proofs.
    [Test]
    public void Whatever_comes_who_is_sent_to_keeps_its_place_and_its_mac([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var harness = new IpHarness(new IpOptions { Neighbors = 32, Questions = 50 });
        for (int i = 0; i < 5000; i++)
        {
            uint number = (uint)random.Next(random.Next(3) == 0 ? 8 : 255);
            var host = new Ipv4Address((Ours.Value & ~255u) | number);
            var mac = new MacAddress(0x02_00_00_00_01_00 + (ulong)random.Next(16));
            switch (random.Next(7))
            {
                case 0:
                    harness.Arp(ArpPacket.Request, mac, host, Ours);
                    break;
                case 1:
                    harness.Arp(ArpPacket.Reply, mac, host, random.Next(2) == 0 ? Ours : host);
                    break;
                case 2:
                    _ = harness.TryResolve(host, out _);
                    break;
                case 3:
                    harness.Layer.Suspect(host, harness.Now);
                    break;
                case 4:
                    harness.Layer.Confirm(host, harness.Now);
                    break;
                default:
                    Elapse(harness, random.Next(90));
                    break;
            }
            Answer(harness);
            Assert.That(MacOf(harness, Peer), Is.EqualTo(PeerMac), "who answers keeps its address");
            Answer(harness);
            Assert.That(harness.Layer.V4.Neighbors.Count, Is.LessThanOrEqualTo(32));
        }
        Assert.That(harness.Counters.Neighbor.Moved, Is.GreaterThan(0), "others move");
        Assert.That(harness.Counters.Neighbor.RequestsSent, Is.LessThan(5000));
    }

    private static void Answer(IpHarness harness)
    {
        foreach (byte[] question in Questions(harness))
        {
            if (ReadArp(question).Packet.TargetAddress == Peer)
            {
                harness.Arp(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac);
            }
        }
    }

    private static (MacAddress To, ArpPacket Packet) Announcement =>
        (MacAddress.Broadcast, new ArpPacket(ArpPacket.Request, OurMac, Ours, default, Ours));

    private static List<byte[]> Questions(IpHarness harness) =>
        harness.Take().FindAll(frame => ReadArp(frame).Packet.Operation == ArpPacket.Request);

    private static MacAddress MacOf(IpHarness harness, Ipv4Address address) =>
        harness.TryResolve(address, out MacAddress mac) ? mac : default;

    private static void Elapse(IpHarness harness, long milliseconds)
    {
        harness.Now = harness.Now.PlusMilliseconds(milliseconds);
        harness.Layer.OnTimers(harness.Now);
    }
}
