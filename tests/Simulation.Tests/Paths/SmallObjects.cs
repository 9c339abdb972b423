using System.Globalization;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>Objects of one size, each over a connection of its own, one after another.</summary>
internal sealed record SmallObjects(int Length, int RoundTripMilliseconds, string Name, LinkFaults Faults)
{
    private const int Count = 300;
    private const int LimitMilliseconds = 120_000;
    private const long Rate = 20_000_000;
    private const int Queue = 100_000;
    private const int PayloadAt = 66;
    private const int LeastPayload = 100;

    /// <summary>The last segments of each, which are lost the first time; 0: none.</summary>
    public int LastLost { get; init; }

    /// <summary>A line of the table.</summary>
    public string Measure()
    {
        SimulatedWorld world = new(1);
        Flow flow = new(world, new CablePlan
        {
            Delay = TimeSpan.FromMilliseconds(RoundTripMilliseconds / 2.0),
            ToClient = Faults,
            ToServer = Faults,
        });
        flow.Stacks.ServerLink.Bottleneck = new Bottleneck(world, Rate, Queue);
        int bytes = 0;
        if (LastLost > 0)
        {
            int kept = (((Length + 1447) / 1448) - LastLost) * 1448;
            flow.Stacks.ServerLink.Loses = frame =>
            {
                // A SYN has options that a segment with data has not.
                int payload = Math.Max(0, frame.Length - PayloadAt);
                bytes += payload < LeastPayload ? 0 : payload;
                return payload >= LeastPayload && bytes > kept && bytes <= Length;
            };
        }
        double[] times = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            bytes = 0;
            times[i] = flow.Fetch(Length, LimitMilliseconds);
            world.RunUntil(world.Now.PlusMilliseconds(LimitMilliseconds));
        }
        Array.Sort(times);
        double again = 100.0 * (flow.Sent - ((double)Count * Length)) / ((double)Count * Length);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Length / 1000,3} KB {RoundTripMilliseconds,3} ms {Name,-22} p50 {times[Count / 2],5:0} ms, "
                + $"p95 {times[Count * 95 / 100],5:0} ms, the slowest {times[^1],5:0} ms, "
                + $"{again,4:0.0} % again");
    }
}
