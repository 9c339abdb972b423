using Straightwire.Simulation;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>How much of a shard's memory a peer may take, beside what others hold.</summary>
public sealed class PeerSharesTests
{
    private const int All = 32_768;

    private SimulatedPeerTable _table = new();
    private int _free = All;

    [SetUp]
    public void Begin() => (_free, _table) = (All, new SimulatedPeerTable());

    [Test]
    public void One_peer_alone_holds_a_quarter_of_all()
    {
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        Assert.That(TakeAll(shares, shares.Hold(Peer(1))), Is.EqualTo(All / 4));
    }

    [Test]
    public void The_last_eighth_is_for_those_who_hold_few([Values(2, 7, 16)] int count)
    {
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        int[] peers = [.. Enumerable.Range(1, count).Select(i => shares.Hold(Peer(i)))];
        for (int round = 0; round < 3; round++)
        {
            Array.ForEach(peers, peer => TakeAll(shares, peer));
        }
        Assert.That(_free, Is.GreaterThan(All / 100));
        Assert.That(shares.IsHeavy(peers[0], PeerShare.Frames, All / 8));
        Assert.That(shares.Room(peers[0], PeerShare.Frames, All / 8), Is.Zero);
        Assert.That(TakeAll(shares, shares.Hold(Peer(1000))), Is.GreaterThan(100), "one more has its part");
    }

    [TestCase(0)]
    [TestCase(600)]
    [TestCase(1000)]
    [TestCase(4000)]
    public void Who_counts_on_room_for_several_has_it_for_each(int held)
    {
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        int peer = shares.Hold(Peer(1));
        shares.Take(peer, PeerShare.Frames, held);
        // Others take what is left, down to the last eighth and beyond.
        for (int free = All - held; free > 0; free--)
        {
            int room = shares.Room(peer, PeerShare.Frames, free);
            shares.Take(peer, PeerShare.Frames);
            int then = shares.Room(peer, PeerShare.Frames, free - 1);
            Assert.That(then, Is.GreaterThanOrEqualTo(room - 1), $"{free} are free");
            shares.Give(peer, PeerShare.Frames);
        }
    }

    [Test]
    public void Whoever_holds_nothing_may_take_an_answers_worth_as_long_as_it_is_there()
    {
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        int peer = shares.Hold(Peer(1));
        Assert.That(shares.Room(peer, PeerShare.Frames, 18), Is.EqualTo(18), "an answer of 16 KB");
        Assert.That(shares.Room(peer, PeerShare.LargeBuffers, 1), Is.EqualTo(1));
        Assert.That(shares.Room(peer, PeerShare.Frames, 0), Is.Zero);
        Assert.That(shares.IsUsedUp(peer, PeerShare.Frames, 3), Is.False, "its share is not used up");
    }

    [Test]
    public void Hundred_percent_and_the_exempt_have_no_limit()
    {
        _table.Exempt.Add(Peer(9));
        PeerShares shares = new(new TcpLimits { Peer = new() { FramesPercent = 100 } }, All, 1024, _table);
        Assert.That(TakeAll(shares, shares.Hold(Peer(1))), Is.EqualTo(All));
        shares = new PeerShares(new TcpLimits(), All, 1024, _table);
        Assert.That(shares.Room(shares.Hold(Peer(9)), PeerShare.Frames, All), Is.EqualTo(All));
    }

    [Test]
    public void Who_was_refused_may_try_again_at_three_quarters_and_when_it_is_let()
    {
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        int peer = shares.Hold(Peer(1));
        int held = TakeAll(shares, peer);
        Instant since = new(1000);
        shares.Refuse(peer, PeerShare.Frames, since);
        shares.Refuse(peer, PeerShare.Frames, since.Plus(500));
        int version = shares.Version;
        Assert.That(shares.IsRefusedSince(peer, since.Plus(-1), out _), Is.False);
        Assert.That(shares.IsRefusedSince(peer, since, out PeerShare what) && what == PeerShare.Frames);
        for (int i = held; i > (held * 3 / 4) + 1; i--)
        {
            shares.OnFrameFreed(peer);
        }
        Assert.That((shares.Version, shares.RefusedCount), Is.EqualTo((version, 1)));
        shares.OnFrameFreed(peer);
        Assert.That((shares.Version, shares.RefusedCount), Is.EqualTo((version + 1, 0)));
    }

    [Test]
    public void A_frame_outlives_its_connection_and_keeps_its_peers_place()
    {
        FramePool pool = new(64, 1024);
        PeerShares shares = new(new TcpLimits(), All, 1024, _table);
        pool.Accounts = shares;
        int peer = shares.Hold(Peer(1));
        Assert.That(shares.TryAddConnection(peer));
        Assert.That(pool.TryRent(peer, out int frame));
        shares.Take(peer, PeerShare.Frames);
        shares.RemoveConnection(peer);
        Assert.That(_table.HeldCount, Is.EqualTo(1), "the frame is still in a segment");
        pool.Release(frame);
        Assert.That(_table.HeldCount, Is.Zero);
    }

    [Test]
    public void Connections_and_half_open_ones_are_counted_for_each_peer_over_all_shards()
    {
        TcpLimits limits = new() { Peer = new() { Connections = 2, HalfOpen = 1 } };
        PeerShares[] shards = [new(limits, All, 1024, _table), new(limits, All, 1024, _table)];
        int peer = shards[0].Hold(Peer(1));
        Assert.That(shards[1].Hold(Peer(1)), Is.EqualTo(peer));
        Assert.That(shards[0].TryAddConnection(peer));
        Assert.That(shards[1].TryAddConnection(peer));
        Assert.That(shards[0].HasAllConnections(peer) && !shards[0].TryAddConnection(peer));
        Assert.That((shards[0].Connections(peer), shards[1].Connections(peer)), Is.EqualTo((1, 1)));
        shards[1].RemoveConnection(peer);
        Assert.That(shards[0].HasAllConnections(peer), Is.False);
        shards[0].Hold(Peer(1));
        Assert.That(shards[0].TryAddHalfOpen(peer) && !shards[0].TryAddHalfOpen(peer));
        shards[0].RemoveHalfOpen(peer);
        shards[0].RemoveConnection(peer);
        Assert.That(_table.HeldCount, Is.Zero);
    }

    private static Ipv4Address Peer(int number) => new(0xC613_0000 + (uint)number);

    private int TakeAll(PeerShares shares, int peer)
    {
        int taken = 0;
        while (shares.Room(peer, PeerShare.Frames, _free) > 0)
        {
            shares.Take(peer, PeerShare.Frames);
            _free--;
            taken++;
        }
        return taken;
    }
}
