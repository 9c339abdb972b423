using Straightwire.Simulation;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Stack.Tests.Faults;

/// <summary>A session that throws ends its own connection.</summary>
public sealed class FaultySessionTests
{
    private const int Broken = 10, Honest = 20;

    private static readonly string[] Calls =
    [
        "Accept", nameof(IStreamSession.OnConnected), nameof(IStreamSession.OnReceived),
        nameof(IStreamSession.OnWritable), nameof(IStreamSession.OnPeerFinished),
        nameof(IStreamSession.OnDeadline), nameof(IStreamSession.OnNotified), nameof(IStreamSession.OnDrain),
        nameof(IStreamSession.OnClosed), "OnReceived and OnClosed", "consumes too much",
    ];

    [TestCaseSource(nameof(Calls))]
    public void Whatever_call_it_throws_in_others_are_served_and_all_is_given_back(string call)
    {
        FaultWorld world = null!;
        world = new FaultWorld(7, _ => call == "Accept"
            ? throw new NotSupportedException("on purpose")
            : new FaultySession(call, world.Stacks.Server.Tcp));
        List<BrokenClient> broken = [];
        for (int i = 0; i < Honest; i++)
        {
            world.AddHonest();
            if (i < Broken)
            {
                broken.Add(new BrokenClient(call == nameof(IStreamSession.OnPeerFinished)));
                Assert.That(world.Stacks.TryConnect((ushort)(FaultWorld.BrokenFirst + i), broken[^1]));
            }
            world.World.RunUntil(world.World.Now.PlusMilliseconds(3));
        }
        if (call == nameof(IStreamSession.OnDrain))
        {
            world.Stacks.Server.Drain(world.World.Now);
        }
        world.World.RunUntil(world.World.Now.PlusMilliseconds(5000));

        if (call == nameof(IStreamSession.OnClosed))
        {
            world.Stacks.Server.Reset(world.World.Now);
            world.World.Settle();
        }
        else
        {
            Assert.That(broken.Select(client => client.End), Is.All.EqualTo(StreamEnd.ResetByPeer));
        }
        Assert.That(world.Counters.ConnectionFaults, Is.EqualTo(Broken));
        Assert.That(world.Recorder.Faults.Select(fault => fault.Flow.RemotePort),
            Is.EquivalentTo(Enumerable.Range(FaultWorld.BrokenFirst, Broken)));
        if (call.EndsWith("OnClosed", StringComparison.Ordinal) && call.Length > 8)
        {
            Assert.That(
                world.Counters.ConnectionFaultsUnmended, Is.EqualTo(Broken), "the end of it throws, too");
            world.Counters.ConnectionFaultsUnmended = 0;
        }
        world.RequireHonestAndEmpty();
    }

    [Test]
    public void Without_anybody_to_tell_a_fault_is_thrown_on()
    {
        SimulatedWorld world = new(1);
        TwoStacks stacks = new(world, new CablePlan());
        stacks.Server.Listen(new FaultyService());
        stacks.TryConnect(20_000, new BrokenClient(false));

        Assert.That(
            () => world.RunUntil(world.Now.PlusMilliseconds(100)), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void What_all_connections_share_ends_the_shard()
    {
        FaultWorld world = new(
            1, static _ => throw new SharedStateException("the index is not what it was"));
        world.Stacks.TryConnect(FaultWorld.BrokenFirst, new BrokenClient(false));

        Assert.That(
            () => world.World.RunUntil(world.World.Now.PlusMilliseconds(100)),
            Throws.TypeOf<SharedStateException>());
    }

    private sealed class FaultyService : IStreamService
    {
        public ushort Port => TwoStacks.ServerPort;

        public IStreamSession? Accept(in StreamInfo info) => throw new NotSupportedException("on purpose");
    }

    // Holds something of everything: queued bytes of both kinds, and bytes that were not consumed.
    private sealed class FaultySession(string call, IStreamNetwork network) : QuietSession
    {
        public override void OnConnected(ref StreamOutput output)
        {
            output.TryWrite(new byte[3000]);
            if (call != nameof(OnWritable))
            {
                output.TryWriteContent(new ContentSlice(2, 0, 200_000));
            }
            output.SetDeadline(output.Now.PlusMilliseconds(30));
            if (call == nameof(OnNotified))
            {
                network.Notify(output.Id);
            }
            ThrowIn(nameof(OnConnected));
        }

        public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            ThrowIn(nameof(OnReceived));
            return call == "consumes too much" ? received.Length + 1 : 0;
        }

        public override void OnWritable(ref StreamOutput output) => ThrowIn(nameof(OnWritable));

        public override void OnPeerFinished(ref StreamOutput output) => ThrowIn(nameof(OnPeerFinished));

        public override void OnDeadline(ref StreamOutput output) => ThrowIn(nameof(OnDeadline));

        public override void OnDrain(ref StreamOutput output) => ThrowIn(nameof(OnDrain));

        public override void OnNotified(ref StreamOutput output) => ThrowIn(nameof(OnNotified));

        public override void OnClosed(StreamEnd end) => ThrowIn(nameof(OnClosed));

        private void ThrowIn(string now)
        {
            if (call.Split(" and ").Contains(now))
            {
                throw new NotSupportedException("on purpose");
            }
        }
    }

    private sealed class BrokenClient(bool finishes) : QuietSession
    {
        public StreamEnd? End { get; private set; }

        public override void OnConnected(ref StreamOutput output)
        {
            output.TryWrite(new byte[5000]);
            if (finishes)
            {
                output.Finish();
            }
        }

        public override void OnClosed(StreamEnd end) => End = end;
    }
}
