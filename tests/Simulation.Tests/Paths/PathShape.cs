using System.Globalization;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>A path that is odd in one way, and what a download of 3 MB over it costs.</summary>
internal sealed record PathShape(string Name)
{
    private const int Length = 3_000_000;
    private const int LimitMilliseconds = 300_000;
    private const int Seeds = 3;
    private const int SegmentLength = 1448;

    // A router's queue on the way back: some tens of acknowledgements.
    private const int UplinkQueue = 3000;

    /// <summary>The rate of the narrow place.</summary>
    public int MegabitsPerSecond { get; init; } = 20;

    /// <summary>The round trip while no queue stands.</summary>
    public int RoundTripMilliseconds { get; init; }

    /// <summary>Bytes that the narrow place's queue holds; 0: what a round trip carries.</summary>
    public int Queue { get; init; }

    /// <summary>Which frames the queue drops.</summary>
    public QueueDiscipline Discipline { get; init; }

    /// <summary>Both ends use ECN.</summary>
    public bool HasEcn { get; init; }

    /// <summary>The rate of the way back; 0: any.</summary>
    public int UplinkKilobits { get; init; }

    /// <summary>Which of them its router drops.</summary>
    public QueueDiscipline UplinkDiscipline { get; init; }

    /// <summary>Of what the server sends.</summary>
    public LinkFaults Faults { get; init; } = LinkFaults.None;

    /// <summary>Of the acknowledgements.</summary>
    public LinkFaults FaultsBack { get; init; } = LinkFaults.None;

    /// <summary>After 300 ms the path takes so long packets; 0: it does not change.</summary>
    public int PathMtuLater { get; init; }

    /// <summary>And nobody is told.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The server sends so much, and pauses for half a second; 0: it does not.</summary>
    public int BurstLength { get; init; }

    /// <summary>A line of the table.</summary>
    public string Measure()
    {
        (double Milliseconds, long Again)[] runs =
            [.. Enumerable.Range(1, Seeds).Select(seed => Run((ulong)seed))];
        double best = Length / (MegabitsPerSecond * 125.0);
        double middle = runs.Select(run => run.Milliseconds).Order().ElementAt(Seeds / 2);
        double again = 100.0 * runs.Sum(run => run.Again) / (Seeds * (double)Length);
        string result = middle < LimitMilliseconds ? $"{middle,6:0} ms" : " never  ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{MegabitsPerSecond,2} Mb/s {RoundTripMilliseconds,3} ms {Name,-24} {best,5:0} ms at best, "
                + $"{result}, {again,5:0.0} % again{Share(middle)}");
    }

    // RFC 5681's flows get sqrt(3/2p) segments a round trip where one of 1/p is lost, and RFC 9438's no fewer
    // and hardly more: the part of that which this one took, where the loss and not the rate is the bound.
    private string Share(double milliseconds)
    {
        if (Faults.Loss == 0)
        {
            return "";
        }
        double fair = SegmentLength * Math.Sqrt(1.5 / Faults.Loss) / RoundTripMilliseconds;
        return string.Create(
            CultureInfo.InvariantCulture, $", {Length / milliseconds / fair,4:0.00} of what is fair");
    }

    private (double Milliseconds, long Again) Run(ulong seed)
    {
        SimulatedWorld world = new(seed);
        CablePlan cable = new()
        {
            Delay = TimeSpan.FromMilliseconds(RoundTripMilliseconds / 2.0),
            ToClient = Faults,
            ToServer = FaultsBack,
        };
        Flow flow = new(world, cable, hasEcn: HasEcn)
        {
            BurstLength = BurstLength,
            Pause = TimeSpan.FromMilliseconds(500),
        };
        long rate = MegabitsPerSecond * 1_000_000L;
        int queue = Queue > 0 ? Queue : (int)(rate / 8000 * RoundTripMilliseconds);
        flow.Stacks.ServerLink.Bottleneck = new Bottleneck(world, rate, queue, Discipline);
        if (UplinkKilobits > 0)
        {
            flow.Stacks.ClientLink.Bottleneck = new Bottleneck(
                world, UplinkKilobits * 1000L, UplinkQueue, UplinkDiscipline);
        }
        if (PathMtuLater > 0)
        {
            world.Schedule(world.Now.PlusMilliseconds(300), () => flow.Stacks.ServerLink.Faults = Faults with
            {
                PathMtu = PathMtuLater,
                PathMtuIsSilent = IsSilent,
            });
        }
        double milliseconds = flow.Fetch(Length, LimitMilliseconds);
        return (milliseconds, Math.Max(0, flow.Sent - Length));
    }
}
