using System.Buffers.Binary;
using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>What several shards that answer for one address do once, or all of them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ShardTests : IStreamService
{
    private const int ShardCount = 4;

    private static readonly StreamPlan Nothing = StreamPlan.Draw(new SeededRandom(1), 0);

    private readonly SimulatedWorld _world = new(11);
    private readonly TwoStacks _stacks;
    private readonly List<PlannedSession> _accepted = [];
    private SessionPlan _plan = new() { Sends = Nothing, Expects = Nothing };

    public ShardTests()
    {
        _stacks = new TwoStacks(
            _world, new CablePlan { Shards = ShardCount, Steering = Steering.Random });
        Array.ForEach(_stacks.Servers, server => server.Listen(this));
    }

    public ushort Port => TwoStacks.ServerPort;

    public IStreamSession? Accept(in StreamInfo info)
    {
        _accepted.Add(new PlannedSession(_plan));
        return _accepted[^1];
    }

    [Test]
    public void One_shard_announces_the_address()
    {
        _world.RunUntil(_world.Now.PlusMilliseconds(10_000));
        Assert.That(
            _stacks.Servers.Select(server => server.Counters.Neighbor.AnnouncementsSent),
            Is.EqualTo(new long[] { 2, 0, 0, 0 }));
    }

    [Test]
    public void A_request_of_a_neighbor_is_answered_once_and_teaches_all_shards()
    {
        Assert.That(_stacks.TryConnect(20_000, new PlannedSession(_plan)), Is.True);
        _world.RunUntil(_world.Now.PlusMilliseconds(100));

        Assert.That(Sum(shard => shard.Counters.Neighbor.RepliesSent), Is.EqualTo(1));
        Assert.That(Sum(shard => shard.Counters.Neighbor.RequestsSent), Is.Zero, "they know who has asked");
        Assert.That(
            _stacks.Servers.Select(server => server.Counters.Neighbor.Resolved),
            Is.EqualTo(new long[] { 1, 1, 1, 1 }));
    }

    [Test]
    public void A_reply_finds_the_shard_that_has_asked_and_is_not_called_unasked()
    {
        for (int i = 0; i < ShardCount; i++)
        {
            FlowKey flow = new(
                TwoStacks.ServerAddress, 0, TwoStacks.ClientAddress, (ushort)(1000 + i));
            _ = _stacks.Client.Tcp.TryExpect(
                flow.RemotePort, TwoStacks.ServerAddress, new PlannedSession(_plan));
            Assert.That(
                _stacks.Servers[i].TryConnect(in flow, new PlannedSession(_plan), _world.Now), Is.True);
            _world.RunUntil(_world.Now.PlusMilliseconds(500));
        }

        Assert.That(_stacks.Client.Counters.Tcp.Accepted, Is.EqualTo(ShardCount));
        Assert.That(Sum(shard => shard.Counters.Neighbor.RequestsSent), Is.EqualTo(ShardCount));
        Assert.That(Sum(shard => shard.Counters.Neighbor.Resolved), Is.EqualTo(ShardCount));
        Assert.That(Sum(shard => shard.Counters.Neighbor.RepliesUnasked), Is.Zero);
    }

    [Test]
    public void A_neighbor_said_to_have_moved_is_asked_for_by_every_shard_that_knows_it()
    {
        Assert.That(_stacks.TryConnect(20_000, new PlannedSession(_plan)), Is.True);
        _world.RunUntil(_world.Now.PlusMilliseconds(100));
        byte[] forged = RawFrame.ArpAnnouncement(0x02_00_00_00_00_77, TwoStacks.ClientAddress.Value);
        _ = _stacks.ClientLink.TrySend(forged, _world.Now);
        _world.RunUntil(_world.Now.PlusMilliseconds(500));

        Assert.That(Sum(shard => shard.Counters.Neighbor.Contradictions), Is.EqualTo(ShardCount));
        Assert.That(Sum(shard => shard.Counters.Neighbor.RequestsSent), Is.EqualTo(ShardCount));
        Assert.That(Sum(shard => shard.Counters.Neighbor.Moved), Is.Zero, "it has answered");
    }

    [Test]
    public void A_conflict_is_defended_by_one_announcement_whichever_shards_hear_of_it()
    {
        _world.RunUntil(_world.Now.PlusMilliseconds(5000));
        byte[] claim = RawFrame.ArpAnnouncement(0x02_00_00_00_00_77, TwoStacks.ServerAddress.Value);
        for (int i = 0; i < 20; i++)
        {
            _ = _stacks.ClientLink.TrySend(claim, _world.Now);
            _world.RunUntil(_world.Now.PlusMilliseconds(100));
        }
        Assert.That(Sum(shard => shard.Counters.Neighbor.AddressConflicts), Is.EqualTo(20));
        Assert.That(
            _stacks.Servers.Select(server => server.Counters.Neighbor.AnnouncementsSent),
            Is.EqualTo(new long[] { 3, 0, 0, 0 }));
    }

    [Test]
    public void A_segment_to_a_closed_port_is_reset_by_one_shard()
    {
        var session = new PlannedSession(_plan);
        Assert.That(_stacks.TryConnect(20_000, serverPort: 81, session), Is.True);
        _world.RunUntil(_world.Now.PlusMilliseconds(100));

        Assert.That(session.End, Is.EqualTo(StreamEnd.ConnectFailed));
        Assert.That(Sum(shard => shard.Counters.Tcp.StrangersReset), Is.EqualTo(1));
        Assert.That(
            Sum(shard => shard.Counters.Handover.HandedOver), Is.GreaterThanOrEqualTo(ShardCount - 1));
    }

    [Test]
    public void Ports_that_are_drawn_tell_whose_they_are()
    {
        for (int i = 0; i < ShardCount * 5; i++)
        {
            Shard server = _stacks.Servers[i % ShardCount];
            FlowKey flow = new(TwoStacks.ServerAddress, 0, TwoStacks.ClientAddress, (ushort)(2000 + i));
            Assert.That(server.TryConnect(in flow, new PlannedSession(_plan), _world.Now), Is.True);
        }
        HashSet<int> ports = [];
        foreach (Shard server in _stacks.Servers)
        {
            for (int port = 49_152; port <= 65_535; port++)
            {
                for (int i = 0; i < ShardCount * 5; i++)
                {
                    FlowKey flow = new(
                        TwoStacks.ServerAddress, (ushort)port, TwoStacks.ClientAddress, (ushort)(2000 + i));
                    if (server.Tcp.StateOf(in flow) != TcpState.Closed)
                    {
                        Assert.That(port % ShardCount, Is.EqualTo(server.Options.Place.Number));
                        ports.Add(i);
                    }
                }
            }
        }
        Assert.That(ports, Has.Count.EqualTo(ShardCount * 5));
    }

    [Test]
    public void An_echo_in_fragments_is_put_together_wherever_they_come_in()
    {
        byte[] message = new byte[2408];
        message[0] = 8;
        ushort sum = InternetChecksum.Complete(InternetChecksum.Sum(message));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), sum);
        for (ushort identification = 1; identification <= 20; identification++)
        {
            SendFragment(message.AsSpan(0, 1200), identification, 0, more: true);
            SendFragment(message.AsSpan(1200, 1200), identification, 1200, more: true);
            SendFragment(message.AsSpan(2400), identification, 2400, more: false);
        }
        _world.RunUntil(_world.Now.PlusMilliseconds(1000));

        Assert.That(Sum(shard => shard.Counters.Ip.Reassembled), Is.EqualTo(20));
        Assert.That(Sum(shard => shard.Counters.Ip.FragmentsReceived), Is.EqualTo(60));
        Assert.That(
            Sum(shard => shard.Counters.Ip.EchoRepliesSent + shard.Counters.Ip.RepliesUnresolved),
            Is.EqualTo(20));
    }

    [Test]
    public void Word_of_a_smaller_path_finds_the_connection_that_it_is_about()
    {
        StreamPlan much = StreamPlan.Draw(new SeededRandom(3), 200_000);
        _plan = new SessionPlan { Sends = much, Expects = Nothing };
        _stacks.ServerLink.Faults = new LinkFaults { PathMtu = 1000 };
        var session = new PlannedSession(new SessionPlan { Sends = Nothing, Expects = much });
        Assert.That(_stacks.TryConnect(20_000, session), Is.True);
        _world.RunUntil(_world.Now.PlusMilliseconds(20_000), () => session.IsComplete);

        Assert.That(session.IsComplete, Is.True);
        Assert.That(Sum(shard => shard.Counters.Tcp.RetransmissionTimeouts), Is.Zero);
        Assert.That(Sum(shard => shard.Counters.Tcp.PathErrorsIgnored), Is.Zero);
    }

    [Test]
    public void What_one_shard_learned_of_a_path_the_others_begin_with()
    {
        StreamPlan much = StreamPlan.Draw(new SeededRandom(3), 50_000);
        _plan = new SessionPlan { Sends = much, Expects = Nothing };
        _stacks.ServerLink.Faults = new LinkFaults { PathMtu = 1000 };
        long learned = 0;
        for (ushort port = 20_000; port < 20_020; port++)
        {
            var session = new PlannedSession(new SessionPlan { Sends = Nothing, Expects = much });
            Assert.That(_stacks.TryConnect(port, session), Is.True);
            _world.RunUntil(_world.Now.PlusMilliseconds(20_000), () => session.IsComplete);
            Assert.That(session.IsComplete, Is.True);
            long now = Sum(shard => shard.Counters.Ip.PathMtusLearned);
            Assert.That(now, port == 20_000 ? Is.GreaterThan(0) : Is.EqualTo(learned), $"port {port}");
            learned = now;
        }
        Assert.That(
            _stacks.Servers.Count(server => server.Counters.Tcp.Accepted > 0), Is.GreaterThan(1),
            "they were not all of one shard");
    }

    private long Sum(Func<Shard, long> count) => _stacks.Servers.Sum(count);

    private void SendFragment(ReadOnlySpan<byte> part, ushort identification, int offset, bool more)
    {
        byte[] frame = RawFrame.Ipv4(
            _stacks.Client.Options.Mac.Value, _stacks.Server.Options.Mac.Value,
            TwoStacks.ClientAddress.Value, TwoStacks.ServerAddress.Value, 1, part.ToArray());
        Span<byte> header = frame.AsSpan(RawFrame.EthernetLength, 20);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)((offset / 8) | (more ? 0x2000 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(
            header[10..], InternetChecksum.Complete(InternetChecksum.Sum(header)));
        _ = _stacks.ClientLink.TrySend(frame, _world.Now);
    }
}
