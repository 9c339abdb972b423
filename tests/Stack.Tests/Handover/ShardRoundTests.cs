using Straightwire.Stack.Handover;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Handover;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ShardRoundTests
{
    private static readonly HandoverHeader Fresh = new(
        HandoverKind.Segment,
        default,
        new Ipv4Address(0xC612_0001),
        new Ipv4Address(0xC612_0002));

    private readonly HandoverCounters _counters = new();

    [Test]
    public void A_round_asks_every_shard_once_and_ends_before_the_first()
    {
        List<int> asked = [1];
        HandoverHeader header = Fresh;
        for (int shard = 1; ; shard = asked[^1])
        {
            var peers = new RecordingPeers();
            if (!Round(shard, 4, peers).TryPassOn(in header, [1, 2, 3]))
            {
                break;
            }
            (int to, header, byte[] bytes) = peers.Given.Single();
            Assert.That(bytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
            asked.Add(to);
        }
        Assert.That(asked, Is.EqualTo(new[] { 1, 2, 3, 0 }));
        Assert.That(_counters.HandedOver, Is.EqualTo(3));
    }

    [Test]
    public void The_owner_of_a_port_is_asked_first_and_begins_a_round_of_its_own()
    {
        List<int> asked = [0];
        HandoverHeader header = Fresh;
        for (int shard = 0; ; shard = asked[^1])
        {
            var peers = new RecordingPeers();
            if (!Round(shard, 4, peers).TryPassOn(in header, [], owner: 2))
            {
                break;
            }
            (int to, header, _) = peers.Given.Single();
            asked.Add(to);
        }
        Assert.That(asked, Is.EqualTo(new[] { 0, 2, 3, 0, 1 }), "all others, and itself again");
    }

    [Test]
    public void A_shard_without_others_passes_on_nothing()
    {
        ShardRound round = Round(0, 1, null);
        Assert.That(round.TryPassOn(in Fresh, []), Is.False);
        Assert.That(round.HasPeers || round.HasArrivals, Is.False);
        Assert.That(round.TryReceive(out _, out _), Is.False);
        Assert.That(round.IsElsewhere(Fresh.Source, 7, out _), Is.False);
        Assert.That(round.MayDraw(50_001), Is.True);
    }

    [Test]
    public void What_finds_a_full_queue_is_lost_and_counted()
    {
        var peers = new RecordingPeers { IsFull = true };
        Assert.That(Round(0, 2, peers).TryPassOn(in Fresh, []), Is.True, "nobody else answers it");
        Assert.That((_counters.HandedOver, _counters.Dropped), Is.EqualTo((0, 1)));
    }

    [TestCase(80, -1)]
    [TestCase(49_999, 1)]
    [TestCase(50_000, 0)]
    [TestCase(50_001, 1)]
    [TestCase(50_005, 2)]
    [TestCase(50_010, 0)]
    [TestCase(65_535, 0)]
    public void A_port_that_connections_are_opened_to_or_from_has_an_owner(int port, int owner)
    {
        for (int shard = 0; shard < 3; shard++)
        {
            ShardRound round = Round(shard, 3, new RecordingPeers());
            Assert.That(round.OwnerOf((ushort)port), Is.EqualTo(owner));
            Assert.That(round.MayDraw((ushort)port), Is.EqualTo(owner < 0 || owner == shard));
        }
    }

    [Test]
    public void All_fragments_of_a_datagram_go_to_one_shard()
    {
        HashSet<int> used = [];
        for (ushort identification = 0; identification < 50; identification++)
        {
            HashSet<int> chosen = [];
            for (int shard = 0; shard < 4; shard++)
            {
                bool elsewhere = Round(shard, 4, new RecordingPeers())
                    .IsElsewhere(Fresh.Source, identification, out int where);
                Assert.That(elsewhere, Is.EqualTo(where != shard));
                chosen.Add(where);
            }
            Assert.That(chosen, Has.Count.EqualTo(1));
            used.UnionWith(chosen);
        }
        Assert.That(used, Has.Count.EqualTo(4));
    }

    private ShardRound Round(int number, int count, IShardPeers? peers) => new(
        new ShardPlace(number, count, OwnedPortFirst: 50_000, OwnedPortLast: 50_009), peers, _counters);

    private sealed class RecordingPeers : IShardPeers
    {
        public List<(int To, HandoverHeader Header, byte[] Bytes)> Given { get; } = [];

        public bool IsFull { get; init; }

        public bool HasArrivals => false;

        public bool TryOffer(int shard, in HandoverHeader header, ReadOnlySpan<byte> bytes)
        {
            Given.Add((shard, header, bytes.ToArray()));
            return !IsFull;
        }

        public bool TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes)
        {
            header = default;
            bytes = default;
            return false;
        }

        public void Flush()
        {
        }
    }
}
