using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Faults;

/// <summary>What is done for a connection between its events ends that connection, when it throws.</summary>
public sealed class FaultyAnswerTests
{
    private const int Broken = 5;

    private readonly List<StreamId> _streams = [];

    [SetUp]
    public void Forget() => _streams.Clear();

    [Test]
    public void Whatever_an_answer_throws_ends_its_connection_and_others_are_served()
    {
        FaultWorld world = Connect();
        TcpLayer tcp = world.Stacks.Server.Tcp;
        int done = 0;
        foreach (StreamId stream in _streams)
        {
            tcp.Isolate(stream, world.World.Now, stream, static _ => throw new NotSupportedException("so"));
            tcp.Isolate(stream, world.World.Now, 1, some => done += some);
        }
        world.World.RunUntil(world.World.Now.PlusMilliseconds(5000));

        Assert.That(done, Is.EqualTo(Broken), "the next answer is told");
        Assert.That(world.Counters.ConnectionFaults, Is.EqualTo(Broken));
        Assert.That(world.Recorder.Faults.Select(fault => fault.Place), Is.All.EqualTo(FaultPlace.Answer));
        Assert.That(
            world.Recorder.Faults.Select(fault => fault.Flow.RemotePort),
            Is.EquivalentTo(Enumerable.Range(FaultWorld.BrokenFirst, Broken)));
        world.RequireHonestAndEmpty();
    }

    [Test]
    public void An_answer_for_who_is_gone_ends_nobody_and_is_counted()
    {
        FaultWorld world = Connect();
        TcpLayer tcp = world.Stacks.Server.Tcp;
        StreamId gone = _streams[0] with { Number = _streams[0].Number + 1 };
        foreach (StreamId stream in new[] { gone, default })
        {
            tcp.Isolate(stream, world.World.Now, 0, static _ => throw new NotSupportedException("so"));
        }
        Assert.That((world.Counters.ConnectionFaults, world.Counters.SegmentFaults), Is.EqualTo((0, 2)));
        Assert.That(world.Recorder.Faults.Select(fault => fault.Flow), Is.All.EqualTo(default(FlowKey)));
        world.Recorder.Faults.Clear();
        world.World.RunUntil(world.World.Now.PlusMilliseconds(5000));
        world.RequireHonestAndEmpty();
    }

    [Test]
    public void What_all_connections_share_ends_the_shard_here_too()
    {
        FaultWorld world = Connect();
        Assert.That(
            () => world.Stacks.Server.Tcp.Isolate(
                _streams[0], world.World.Now, 0, static _ => throw new SharedStateException("the index")),
            Throws.TypeOf<SharedStateException>());
    }

    private FaultWorld Connect()
    {
        FaultWorld world = new(3, _ => new Named(_streams));
        for (int i = 0; i < Broken; i++)
        {
            Assert.That(world.Stacks.TryConnect((ushort)(FaultWorld.BrokenFirst + i), new Named([])));
            world.AddHonest();
        }
        world.World.RunUntil(world.World.Now.PlusMilliseconds(100));
        Assert.That(_streams, Has.Count.EqualTo(Broken));
        return world;
    }

    private sealed class Named(List<StreamId> streams) : QuietSession
    {
        public override void OnConnected(ref StreamOutput output)
        {
            streams.Add(output.Id);
            output.TryWrite(new byte[3000]);
        }
    }
}
