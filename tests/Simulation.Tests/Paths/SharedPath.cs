using System.Globalization;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// Some flows, each between hosts of its own, that meet at one narrow place of 50 Mb/s for 20 s.
/// </summary>
internal sealed record SharedPath(string Name, params int[] RoundTripsMilliseconds)
{
    private const long Rate = 50_000_000;
    private const int Queue = 125_000;
    private const int Seconds = 20;
    private const int Window = 1 << 19;

    /// <summary>Which frames the queue drops.</summary>
    public QueueDiscipline Discipline { get; init; }

    /// <summary>The last flow begins so much later, and from then on is measured.</summary>
    public int LateSeconds { get; init; }

    /// <summary>The congestion control of the last flow.</summary>
    public CongestionAlgorithm Last { get; init; } = CongestionAlgorithm.Cubic;

    /// <summary>So many of the flows, the first ones, use ECN.</summary>
    public int EcnFlows { get; init; }

    /// <summary>A line of the table.</summary>
    public string Measure()
    {
        SimulatedWorld world = new(1);
        Bottleneck router = new(world, Rate, Queue, Discipline);
        Flow[] flows = [.. RoundTripsMilliseconds.Select((roundTrip, i) => MakeFlow(world, router, i))];
        Instant end = world.Now.PlusMilliseconds(Seconds * 1000);
        for (int i = 0; i < flows.Length; i++)
        {
            // Nobody begins at the very same instant.
            bool isLate = i == flows.Length - 1 && LateSeconds > 0;
            world.RunUntil(world.Now.PlusMilliseconds(isLate ? LateSeconds * 1000 : 7));
            flows[i].Open();
        }
        long[] before = [.. flows.Select(flow => flow.Received)];
        long sentBefore = router.ForwardedBytes;
        Instant begin = world.Now;
        world.RunUntil(end);
        long[] received = [.. flows.Select((flow, i) => flow.Received - before[i])];
        double seconds = world.Now.Since(begin) / 1e9;
        double use = (router.ForwardedBytes - sentBefore) * 8 / (Rate * seconds);
        long all = flows.Sum(flow => flow.Received);
        return Line(received, use, (flows.Sum(flow => flow.Sent) - all) / (double)all);
    }

    private Flow MakeFlow(SimulatedWorld world, Bottleneck router, int number)
    {
        CablePlan cable = new()
        {
            Delay = TimeSpan.FromMilliseconds(RoundTripsMilliseconds[number] / 2.0),
        };
        bool isLast = number == RoundTripsMilliseconds.Length - 1;
        Flow flow = new(
            world, cable, Window, isLast ? Last : CongestionAlgorithm.Cubic, hasEcn: number < EcnFlows);
        flow.Stacks.ServerLink.Bottleneck = router;
        return flow;
    }

    // What is in flight at the end counts as sent again: some tenths of a percent.
    private string Line(long[] received, double use, double again)
    {
        double sum = received.Sum();
        double jain = sum * sum / (received.Length * received.Sum(bytes => (double)bytes * bytes));
        string shares = received.Length > 2
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * received.Min() / sum:0.0} to {100 * received.Max() / sum:0.0}")
            : string.Join(
                " : ", received.Select(
                    bytes => (100 * bytes / sum).ToString("0.0", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-40} {shares,-12} % each, Jain's index {jain:0.000}, {100 * use,5:0.0} % of the link "
                + $"used, {100 * again,4:0.0} % again");
    }
}
