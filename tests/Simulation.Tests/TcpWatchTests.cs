namespace Straightwire.Simulation.Tests;

/// <summary>What watches the scenarios sees what it is there for.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TcpWatchTests
{
    private const uint ClientIss = 0xFFFF_FFF0, ServerIss = 7000;

    private readonly SimulatedWorld _world = new(1);
    private readonly TwoStacks _stacks;
    private readonly TcpWatch _watch;

    public TcpWatchTests()
    {
        _stacks = new TwoStacks(_world, new CablePlan());
        _watch = new TcpWatch(_stacks);
        Client(0, 0, RawFlags.Syn, window: 2000);
        Server(0, 1, RawFlags.Syn | RawFlags.Ack, window: 3000);
        Client(1, 1, RawFlags.Ack, window: 10);
    }

    [Test]
    public void What_the_peer_takes_may_be_sent_and_not_a_byte_more()
    {
        Server(1, 1, RawFlags.Ack, 3000, length: 1400);
        Server(1401, 1, RawFlags.Ack | RawFlags.Fin, 3000, length: 1159);
        Assert.That(_watch.Violations, Is.Empty, "10 is 2,560 by its scale");

        Server(2560, 1, RawFlags.Ack, 3000, length: 2);
        Assert.That(_watch.Violations, Has.Count.EqualTo(1));
    }

    [Test]
    public void What_was_sent_before_is_sent_again_whatever_its_pieces_are()
    {
        Server(1, 1, RawFlags.Ack, 3000, length: 1000);
        Server(501, 1, RawFlags.Ack, 3000, length: 1000);
        Assert.That((_watch.Fresh, _watch.Again, _watch.Lost), Is.EqualTo((1500L, 500L, 0L)));
    }

    [Test]
    public void What_does_not_arrive_is_lost_and_what_is_overtaken_is_late()
    {
        _stacks.ServerLink.Faults = new LinkFaults { Loss = 1 };
        Server(1, 1, RawFlags.Ack, 3000, length: 1000);
        _stacks.ServerLink.Faults = new LinkFaults { Corruption = 1 };
        Server(1001, 1, RawFlags.Ack, 3000, length: 10);
        _stacks.ServerLink.Faults = new LinkFaults { Jitter = TimeSpan.FromMilliseconds(100) };
        Server(1011, 1, RawFlags.Ack, 3000, length: 5, settles: false);
        _stacks.ServerLink.Faults = LinkFaults.None;
        Server(1016, 1, RawFlags.Ack, 3000, length: 7);
        Assert.That((_watch.Lost, _watch.Late), Is.EqualTo((1010L, 0L)), "frames keep their order");

        _stacks.ServerLink.Faults = new LinkFaults { Reordering = 1 };
        Server(1023, 1, RawFlags.Ack, 3000, length: 3, settles: false);
        _stacks.ServerLink.Faults = LinkFaults.None;
        Server(1026, 1, RawFlags.Ack, 3000, length: 2);
        Assert.That((_watch.Lost, _watch.Late), Is.EqualTo((1010L, 3L)));
    }

    [Test]
    public void Numbers_that_are_none_of_the_stream_are_seen()
    {
        Server(5000, 1, RawFlags.Ack, 3000, length: 10);
        Assert.That(_watch.Violations, Has.Count.EqualTo(1));
    }

    private void Client(uint seq, uint ack, RawFlags flags, ushort window) => Send(
        _stacks.ClientLink, new RawSegment
        {
            SourcePort = 1000,
            DestinationPort = 80,
            Seq = ClientIss + seq,
            Ack = ServerIss + ack,
            Flags = flags,
            Window = window,
            Options = flags.HasFlag(RawFlags.Syn) ? RawOption.WriteAll([new RawOption.WindowScale(8)]) : [],
        },
        settles: true);

    private void Server(
        uint seq, uint ack, RawFlags flags, ushort window, int length = 0, bool settles = true) => Send(
        _stacks.ServerLink, new RawSegment
        {
            SourcePort = 80,
            DestinationPort = 1000,
            Seq = ServerIss + seq,
            Ack = ClientIss + ack,
            Flags = flags,
            Window = window,
            Options = flags.HasFlag(RawFlags.Syn) ? RawOption.WriteAll([new RawOption.WindowScale(0)]) : [],
            Payload = new byte[length],
        },
        settles);

    // The stacks see frames for somebody else, and say nothing.
    private void Send(SimulatedLink end, RawSegment segment, bool settles)
    {
        bool isClient = end == _stacks.ClientLink;
        (uint from, uint to) = isClient ? (1u, 2u) : (2u, 1u);
        byte[] frame = RawFrame.Ipv4(from, to, from, to, 6, segment.Write(from, to));
        Assert.That(end.TrySend(frame, _world.Now));
        _world.RunUntil(_world.Now.PlusMilliseconds(settles ? 200 : 0));
    }
}
