using System.Globalization;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>A path of the matrix: what a download over it takes, and what it sends again.</summary>
/// <param name="MegabitsPerSecond">The rate of the narrow place.</param>
/// <param name="RoundTripMilliseconds">The round trip while no queue stands.</param>
/// <param name="Name">What is wrong with the path, for people.</param>
/// <param name="Faults">The same, of what the server sends.</param>
internal sealed record PathCell(
    int MegabitsPerSecond, int RoundTripMilliseconds, string Name, LinkFaults Faults)
{
    private const int Bytes = 3_000_000;
    private const int WindowBytes = 1 << 20;
    private const int QueueLeast = 30_000;
    private const int LimitMilliseconds = 600_000;
    private const int Seeds = 3;

    private long BytesInFlight => MegabitsPerSecond * 125L * RoundTripMilliseconds;

    /// <summary>
    /// What the path or the window allows, the time of the run in the middle beside it, and the bytes that
    /// were sent again in all runs, in percent.
    /// </summary>
    public string Measure()
    {
        (long Milliseconds, long Again)[] runs =
            [.. Enumerable.Range(1, Seeds).Select(seed => Run((ulong)seed))];
        double rate = Math.Min(MegabitsPerSecond * 125.0, (double)WindowBytes / RoundTripMilliseconds);
        long middle = runs.Select(run => run.Milliseconds).Order().ElementAt(Seeds / 2);
        double again = 100.0 * runs.Sum(run => run.Again) / (Seeds * (double)Bytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{MegabitsPerSecond,4} Mb/s {RoundTripMilliseconds,3} ms {Name,-14} {Bytes / rate,6:0} ms at "
                + $"best, {middle,6} ms, {again,5:0.0} % again");
    }

    private (long Milliseconds, long Again) Run(ulong seed)
    {
        SimulatedWorld world = new(seed);
        TwoStacks stacks = new(
            world,
            new CablePlan
            {
                Delay = TimeSpan.FromMilliseconds(RoundTripMilliseconds / 2.0),
                ToClient = Faults,
            },
            options => options with
            {
                Tcp = options.Tcp with
                {
                    ReceiveWindow = WindowBytes,
                    ReceiveWindowMax = WindowBytes,
                    SendSlicesPerConnection = 1024,
                    SendSlices = 4096,
                },
            });
        int queue = (int)Math.Max(QueueLeast, Math.Min(BytesInFlight, WindowBytes));
        stacks.ServerLink.Bottleneck = new Bottleneck(world, MegabitsPerSecond * 1_000_000L, queue);
        StreamPlan sent = StreamPlan.Draw(new SeededRandom(seed), Bytes);
        StreamPlan none = StreamPlan.Draw(new SeededRandom(seed), 0);
        stacks.Server.Listen(new Sender(new SessionPlan { Sends = sent, Expects = none }));
        PlannedSession client = new(new SessionPlan
        {
            Sends = none,
            Expects = sent,
            Finish = FinishTime.AfterPeer,
        });
        long begin = world.Now.Nanoseconds;
        Assert.That(stacks.TryConnect(1000, client));
        bool ended = world.RunUntil(world.Now.PlusMilliseconds(LimitMilliseconds), () => client.IsComplete);
        Assert.That(ended, $"{this}: {client.Received} bytes in {LimitMilliseconds / 1000} s");
        return ((world.Now.Nanoseconds - begin) / 1_000_000, stacks.Server.Counters.Tcp.SentBytes - Bytes);
    }

    private sealed class Sender(SessionPlan plan) : IStreamService
    {
        public ushort Port => TwoStacks.ServerPort;

        public IStreamSession? Accept(in StreamInfo info) => new PlannedSession(plan);
    }
}
