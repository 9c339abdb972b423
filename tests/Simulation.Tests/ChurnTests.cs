using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

/// <summary>Many short connections on few ports, and connections whose cable is cut.</summary>
public sealed class ChurnTests : IStreamService
{
    private const ulong SeedCount = 40;
    private const int ConnectionCount = 50;

    private readonly List<PlannedSession> _accepted = [];

    private SessionPlan _serverPlan = Plan();

    /// <inheritdoc/>
    public ushort Port => TwoStacks.ServerPort;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        _accepted.Add(new PlannedSession(_serverPlan));
        return _accepted[^1];
    }

    [SetUp]
    public void Forget()
    {
        _accepted.Clear();
        _serverPlan = Plan();
    }

    [Test]
    public void Ports_are_used_again_and_again_over_a_faulty_cable() =>
        SeedRun.All(SeedCount, "used_again_and_again", UseAgain);

    private void UseAgain(ulong seed)
    {
        Forget();
        SimulatedWorld world = new(seed);
        LinkFaults faults = new() { Loss = 0.05, Duplication = 0.05, Reordering = 0.1 };
        TwoStacks stacks = new(world, new CablePlan { ToServer = faults, ToClient = faults });
        stacks.Server.Listen(this);
        int closed = 0;
        for (int i = 0; i < ConnectionCount; i++)
        {
            PlannedSession client = new(_serverPlan with { Finish = FinishTime.AfterPeer });
            while (!stacks.TryConnect((ushort)(30_000 + (i % 7)), client))
            {
                world.RunUntil(world.Now.PlusMilliseconds(100));
            }
            Assert.That(world.RunUntil(world.Now.PlusMilliseconds(200_000), () => client.End is not null));
            closed += client.End == StreamEnd.Closed && client.IsComplete ? 1 : 0;
        }
        Assert.That(closed, Is.EqualTo(ConnectionCount));
        world.RunUntil(world.Now.PlusMilliseconds(200_000));
        Assert.That(_accepted.TrueForAll(session => session is { End: StreamEnd.Closed, IsComplete: true }));
        stacks.RequireEmpty();
    }

    [Test]
    public void A_shard_that_ends_resets_every_connection_though_its_batch_holds_few()
    {
        SimulatedWorld world = new(1);
        TwoStacks stacks = new(
            world, new CablePlan(),
            options => options with { Frames = options.Frames with { TransmitBatch = 4 } });
        stacks.Server.Listen(this);
        _serverPlan = Plan() with { Finish = FinishTime.AfterPeer };
        var clients = new List<PlannedSession>();
        for (int i = 0; i < 30; i++)
        {
            clients.Add(new PlannedSession(_serverPlan with { Finish = FinishTime.AfterPeer }));
            Assert.That(stacks.TryConnect((ushort)(30_000 + i), clients[^1]));
        }
        world.RunUntil(world.Now.PlusMilliseconds(20_000), () => _accepted.Count == 30);
        Assert.That(stacks.Server.ConnectionCount, Is.EqualTo(30));

        stacks.Server.Reset(world.Now);

        Assert.That(stacks.Server.ConnectionCount, Is.Zero);
        world.RunUntil(world.Now.PlusMilliseconds(1000));
        Assert.That(clients.Select(client => client.End), Is.All.EqualTo(StreamEnd.ResetByPeer));
        stacks.RequireEmpty();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_cut_cable_ends_both_sides_by_their_limits(bool underWay)
    {
        SimulatedWorld world = new(1);
        TwoStacks stacks = new(world, new CablePlan { BitsPerSecond = 1_000_000 }, options => options with
        {
            Tcp = options.Tcp with
            {
                KeepAlive = Duration.OfMilliseconds(20_000),
                KeepAliveInterval = Duration.OfMilliseconds(1000),
            },
        });
        stacks.Server.Listen(this);
        _serverPlan = _serverPlan with { Finish = FinishTime.AfterPeer };
        PlannedSession client = new(_serverPlan);
        Assert.That(stacks.TryConnect(30_000, client));
        world.RunUntil(world.Now.PlusMilliseconds(underWay ? 50 : 10_000));
        Assert.That(client.Received, underWay ? Is.Zero.Or.LessThan(20_000) : Is.EqualTo(20_000));
        stacks.ClientLink.Faults = stacks.ServerLink.Faults = new LinkFaults { Loss = 1 };
        Instant limit = world.Now.PlusMilliseconds(200_000);
        Assert.That(world.RunUntil(limit, () => client.End is not null && _accepted[0].End is not null));
        Assert.That((client.End, _accepted[0].End), Is.EqualTo((StreamEnd.TimedOut, StreamEnd.TimedOut)));
        stacks.RequireEmpty();
    }

    private static SessionPlan Plan()
    {
        StreamPlan stream = StreamPlan.Draw(new SeededRandom(1), 20_000);
        return new SessionPlan { Sends = stream, Expects = stream, Finish = FinishTime.WhenComplete };
    }
}
