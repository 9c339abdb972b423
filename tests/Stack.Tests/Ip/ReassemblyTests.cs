using Straightwire.Simulation;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

public class ReassemblyTests
{
    [Test]
    public void Fragments_in_any_order_become_their_datagram([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        var harness = new IpHarness();
        byte[] whole = Bytes(seed == 1 ? 65_515 : random.Next(100, 65_516), seed);
        List<byte[]> fragments = Cut(whole, seed, random);
        foreach (byte[] fragment in fragments)
        {
            Assert.That(harness.Tcp, Is.Empty);
            harness.Receive(fragment);
        }
        Assert.That(harness.Tcp.Single().Segment, Is.EqualTo(whole));
        Assert.That(harness.Counters.Ip.FragmentsRepeated, Is.Zero);
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
    }

    [Test]
    public void Datagrams_that_interleave_do_not_mix()
    {
        var harness = new IpHarness();
        byte[] first = Bytes(4000, 1);
        byte[] second = Bytes(4000, 2);
        List<byte[]> a = Cut(first, 1, new Random(1));
        List<byte[]> b = Cut(second, 2, new Random(2));
        foreach (byte[] fragment in a.Zip(b, (x, y) => new[] { x, y }).SelectMany(pair => pair)
            .Concat(a.Skip(b.Count)).Concat(b.Skip(a.Count)))
        {
            harness.Receive(fragment);
        }
        Assert.That(harness.Tcp.Select(tcp => tcp.Segment), Is.EquivalentTo(new[] { first, second }));
    }

    // RFC 8200 §4.5: exact duplicates may be ignored; duplicating networks and lossy links make them.
    [Test]
    public void Copies_of_fragments_are_no_overlaps([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var harness = new IpHarness();
        byte[] whole = Bytes(random.Next(100, 20_000), seed);
        List<byte[]> fragments = Cut(whole, seed, random);
        foreach (byte[] fragment in fragments.SkipLast(1))
        {
            harness.Receive(fragment);
            harness.Receive(fragment);
            harness.Receive(fragments[0]);
        }
        harness.Receive(fragments[^1]);
        Assert.That(harness.Tcp.Single().Segment, Is.EqualTo(whole));
        Assert.That(harness.Counters.Ip.ReassemblyOverlaps, Is.Zero);
        Assert.That(harness.Counters.Ip.FragmentsRepeated, Is.EqualTo(2 * (fragments.Count - 1)));
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
    }

    [Test]
    public void A_copy_with_other_bytes_or_another_end_is_an_overlap()
    {
        foreach ((int seed, bool more) in new[] { (2, true), (1, false) })
        {
            var harness = new IpHarness();
            harness.Receive(Fragment(64, Bytes(64, 1), true));
            harness.Receive(Fragment(64, Bytes(64, seed), more));
            Assert.That(harness.Counters.Ip.ReassemblyOverlaps, Is.EqualTo(1));
            harness.Receive(Fragment(0, Bytes(64), true));
            Assert.That(harness.Tcp, Is.Empty);
        }
    }

    // RFC 3168 §5.3: the mark of a fragment is the datagram's; one of which some fragments were not capable
    // is dropped.
    [TestCase("NotEct NotEct NotEct", "NotEct")]
    [TestCase("Ect0 Ect0 Ect0", "Ect0")]
    [TestCase("Ect1 Ect1 Ect1", "Ect1")]
    [TestCase("Ce Ce Ce", "Ce")]
    [TestCase("Ect0 Ce Ect0", "Ce")]
    [TestCase("Ce Ect1 Ect1", "Ce")]
    [TestCase("Ect0 Ect1 Ce", "Ce")]
    [TestCase("Ect0 Ect0 Ect1", "Ect0")]
    [TestCase("Ce NotEct Ce", "")]
    [TestCase("NotEct Ect0 Ect0", "")]
    [TestCase("Ect1 Ect1 NotEct", "")]
    public void Fragments_tell_of_congestion_together(string fragments, string whole)
    {
        var harness = new IpHarness();
        string[] codepoints = fragments.Split(' ');
        for (int i = 0; i < codepoints.Length; i++)
        {
            EcnCodepoint codepoint = Enum.Parse<EcnCodepoint>(codepoints[i]);
            byte[] fragment = Fragment(64 * i, Bytes(64), more: i + 1 < codepoints.Length);
            RawFrame.SetEcn(fragment, (byte)codepoint);
            harness.Receive(fragment);
        }
        string told = harness.Tcp.Count == 0 ? "" : harness.Ecn.ToString();
        Assert.That(told, Is.EqualTo(whole));
        Assert.That(harness.Counters.Ip.ReassemblyEcnMixed, Is.EqualTo(whole.Length == 0 ? 1 : 0));
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
    }

    // Each row: fragments as (offset, length, more), of which the last makes the datagram fall.
    [TestCase("0 64 +, 56 64 +", TestName = "Overlap_at_the_end_drops_the_datagram")]
    [TestCase("64 64 +, 24 48 +", TestName = "Overlap_at_the_beginning_drops_the_datagram")]
    [TestCase("0 64 +, 24 16 +", TestName = "Overlap_inside_drops_the_datagram")]
    [TestCase("64 32 -, 64 32 +", TestName = "An_end_that_is_taken_back_drops_the_datagram")]
    [TestCase("64 32 -, 96 32 -", TestName = "A_second_end_drops_the_datagram")]
    [TestCase("64 64 +, 40 3 -", TestName = "An_end_before_other_fragments_drops_the_datagram")]
    [TestCase("64 32 -, 96 32 +", TestName = "A_fragment_beyond_the_end_drops_the_datagram")]
    public void Contradictions_drop_the_datagram_and_its_rest(string script)
    {
        var harness = new IpHarness();
        foreach (string row in script.Split(", "))
        {
            string[] parts = row.Split(' ');
            harness.Receive(Fragment(int.Parse(parts[0]), Bytes(int.Parse(parts[1])), parts[2] == "+"));
        }
        Assert.That(harness.Counters.Ip.ReassemblyOverlaps, Is.EqualTo(1));
        harness.Receive(Fragment(128, Bytes(8), false));
        Assert.That(harness.Counters.Ip.FragmentsAfterOverlap, Is.EqualTo(1));
        Assert.That(harness.Tcp, Is.Empty);
        Expire(harness);
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
    }

    [TestCase(0, 16, true, TestName = "A_first_fragment_without_a_whole_tcp_header_is_refused")]
    [TestCase(8, 64, true, TestName = "A_second_fragment_within_the_tcp_header_is_refused")]
    [TestCase(64, 63, true, TestName = "A_middle_fragment_that_is_no_multiple_of_8_is_refused")]
    [TestCase(64, 0, true, TestName = "An_empty_fragment_is_refused")]
    [TestCase(65_528, 8, false, TestName = "A_fragment_beyond_the_greatest_datagram_is_refused")]
    public void Impossible_fragments_take_no_place(int offset, int length, bool more)
    {
        var harness = new IpHarness();
        harness.Receive(Fragment(offset, Bytes(length), more));
        Assert.That(harness.Counters.Ip.FragmentsMalformed, Is.EqualTo(1));
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
    }

    [Test]
    public void A_datagram_beyond_the_limit_is_dropped()
    {
        var harness = new IpHarness(new IpOptions { ReassemblyBytesMax = 16_384 });
        harness.Receive(Fragment(0, Bytes(1400), true));
        harness.Receive(Fragment(16_384, Bytes(8), false));
        harness.Receive(Fragment(1400, Bytes(8), true));
        Assert.That(harness.Counters.Ip.ReassemblyTooLarge, Is.EqualTo(1));
        Assert.That(harness.Counters.Ip.FragmentsAfterOverlap, Is.EqualTo(1));
    }

    [Test]
    public void Places_are_limited_in_all_and_per_source_and_come_back_with_time()
    {
        var harness = new IpHarness(new IpOptions { Reassemblies = 10, ReassembliesPerSource = 4 });
        for (int i = 0; i < 6; i++)
        {
            harness.Receive(Fragment(0, Bytes(64), true, identification: (ushort)i));
        }
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.EqualTo(4));
        Assert.That(harness.Counters.Ip.ReassemblySourceFull, Is.EqualTo(2));
        for (uint i = 0; i < 9; i++)
        {
            harness.Receive(Fragment(0, Bytes(64), true, source: new Ipv4Address(Peer.Value + 5 + i)));
        }
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.EqualTo(10));
        Assert.That(harness.Counters.Ip.ReassemblyFull, Is.EqualTo(3));
        Expire(harness);
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
        Assert.That(harness.Counters.Ip.ReassemblyTimeouts, Is.EqualTo(10));
        Assert.That(harness.Layer.NextDeadline.Since(harness.Now), Is.GreaterThan(0));
    }

    [Test]
    public void A_source_with_all_of_its_places_loses_its_own_oldest()
    {
        var harness = new IpHarness(new IpOptions { Reassemblies = 10, ReassembliesPerSource = 2 });
        for (ushort i = 1; i <= 3; i++)
        {
            harness.Receive(Fragment(0, Bytes(64), true, identification: i));
        }
        harness.Receive(Fragment(64, Bytes(8), false, identification: 2));
        harness.Receive(Fragment(64, Bytes(8), false, identification: 3));
        Assert.That(harness.Tcp, Has.Count.EqualTo(2), "the later two are whole");
        harness.Receive(Fragment(64, Bytes(8), false, identification: 1));
        Assert.That(harness.Tcp, Has.Count.EqualTo(2), "the oldest gave way");
    }

    [Test]
    public void When_all_is_full_the_source_with_most_gives_way_and_others_keep_theirs()
    {
        var harness = new IpHarness(new IpOptions { Reassemblies = 10, ReassembliesPerSource = 8 });
        var honest = new Ipv4Address(Peer.Value + 7);
        harness.Receive(Fragment(0, Bytes(64), true, source: honest));
        for (ushort i = 0; i < 1000; i++)
        {
            harness.Receive(Fragment(0, Bytes(64), true, i, new Ipv4Address(Peer.Value + 9 + (i % 2u))));
        }
        harness.Receive(Fragment(64, Bytes(8), false, source: honest));
        Assert.That(harness.Tcp.Single().Source, Is.EqualTo(honest));
    }

    [Test]
    public void The_addresses_of_a_peers_network_have_one_share()
    {
        var harness = new IpHarness(new IpOptions
        {
            Reassemblies = 10,
            ReassembliesPerSource = 2,
            PeerPrefixLength = 28,
        });
        harness.Receive(Fragment(0, Bytes(64), true, 1, new Ipv4Address(Peer.Value + 32)));
        for (uint i = 0; i < 10; i++)
        {
            harness.Receive(Fragment(0, Bytes(64), true, 7, new Ipv4Address(Peer.Value + i)));
        }
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.EqualTo(3));
        harness.Receive(Fragment(64, Bytes(8), false, 7, new Ipv4Address(Peer.Value + 9)));
        harness.Receive(Fragment(64, Bytes(8), false, 1, new Ipv4Address(Peer.Value + 32)));
        Assert.That(harness.Tcp, Has.Count.EqualTo(2), "and each datagram is its own address's");
    }

    [Test]
    public void After_a_flood_of_first_fragments_from_everywhere_a_datagram_is_put_together()
    {
        var harness = new IpHarness();
        byte[] payload = Bytes(64);
        for (uint i = 0; i < 100_000; i++)
        {
            harness.Receive(
                Fragment(0, payload, true, (ushort)i, new Ipv4Address(0x0A00_0000 + (i * 7919))));
        }
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.EqualTo(64));
        harness.Receive(Fragment(64, Bytes(8), false));
        harness.Receive(Fragment(0, Bytes(64), true));
        Assert.That(harness.Tcp, Has.Count.EqualTo(1));
    }

    private static void Expire(IpHarness harness)
    {
        harness.Now = harness.Now.PlusMilliseconds(30_000);
        harness.Layer.OnTimers(harness.Now);
    }

    private static byte[] Fragment(
        int offset, byte[] payload, bool more, ushort identification = 7, Ipv4Address? source = null) =>
        IpFrame(IpProtocol.Tcp, payload, source, identification: identification, offset: offset, more: more);

    /// <summary>A datagram's fragments, of random lengths, in random order.</summary>
    private static List<byte[]> Cut(byte[] whole, int identification, Random random)
    {
        List<byte[]> fragments = [];
        int offset = 0;
        while (offset < whole.Length)
        {
            int length = Math.Min(8 * random.Next(3, 180), whole.Length - offset);
            bool more = offset + length < whole.Length;
            fragments.Add(Fragment(offset, whole[offset..(offset + length)], more, (ushort)identification));
            offset += length;
        }
        return [.. fragments.OrderBy(_ => random.Next())];
    }
}
