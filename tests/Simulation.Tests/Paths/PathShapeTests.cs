using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// Paths that are odd in one way, small objects, and flows that share a narrow place: what they cost, as
/// committed tables beside that of <see cref="PathMatrixTests"/>.
/// </summary>
public sealed class PathShapeTests
{
    private static readonly int[] RoundTrips = [20, 100];

    private static readonly PathShape[] Shapes =
    [
        new("clean"),
        new("10 % of ACKs lost") { FaultsBack = new LinkFaults { Loss = 0.1 } },
        new("3 of 4 ACKs lost") { FaultsBack = new LinkFaults { Loss = 0.75 } },
        new("ACKs in bunches of 10 ms")
        {
            FaultsBack = new LinkFaults
            {
                StallEvery = TimeSpan.FromMilliseconds(10),
                StallFor = TimeSpan.FromMilliseconds(9),
            },
        },
        new("uplink of 128 kb/s") { UplinkKilobits = 128 },
        new("uplink that thins ACKs")
        {
            UplinkKilobits = 128,
            UplinkDiscipline = QueueDiscipline.Thinning,
        },
        new("uplink, 1 % lost") { UplinkKilobits = 128, Faults = new LinkFaults { Loss = 0.01 } },
        new("1 % lost both ways")
        {
            Faults = new LinkFaults { Loss = 0.01 },
            FaultsBack = new LinkFaults { Loss = 0.01 },
        },
        new("1 % lost") { Faults = new LinkFaults { Loss = 0.01 } },
        new("3 % lost") { Faults = new LinkFaults { Loss = 0.03 } },
        new("CoDel") { Discipline = QueueDiscipline.CoDel },
        new("CoDel, queue of 1 MB") { Discipline = QueueDiscipline.CoDel, Queue = 1_000_000 },
        new("CoDel that marks") { Discipline = QueueDiscipline.CoDel, HasEcn = true },
        new("queue of 15 KB") { Queue = 15_000 },
        new("queue of 1 MB") { Queue = 1_000_000 },
        new("1 % damaged") { Faults = new LinkFaults { Corruption = 0.01 } },
        new("1 % doubled") { Faults = new LinkFaults { Duplication = 0.01 } },
        new("30 % doubled") { Faults = new LinkFaults { Duplication = 0.3 } },
        new("MTU of 1000 later, told") { PathMtuLater = 1000 },
        new("MTU of 1000 later, not") { PathMtuLater = 1000, IsSilent = true },
        new("stalls of 300 ms a second")
        {
            Faults = new LinkFaults
            {
                StallEvery = TimeSpan.FromSeconds(1),
                StallFor = TimeSpan.FromMilliseconds(300),
            },
        },
        new("100 KB, pause, 100 KB") { BurstLength = 100_000 },
    ];

    private static readonly SharedPath[] Shared =
    [
        new("1 flow, 20 ms", 20),
        new("2 flows, 20 ms", 20, 20),
        new("2 flows, 20 ms, CoDel", 20, 20) { Discipline = QueueDiscipline.CoDel },
        new("2 flows, 20 and 60 ms", 20, 60),
        new("2 flows, 20 ms, the second 5 s later", 20, 20) { LateSeconds = 5 },
        new("2 flows, 20 ms, CUBIC and NewReno", 20, 20) { Last = CongestionAlgorithm.NewReno },
        new("10 flows, 20 ms", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20),
        new("10 flows, 20 ms, CoDel", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20)
        {
            Discipline = QueueDiscipline.CoDel,
        },
        new("10 flows, 20 ms, CoDel that marks", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20)
        {
            Discipline = QueueDiscipline.CoDel,
            EcnFlows = 10,
        },
        new("10 flows, 20 ms, CoDel that marks 5", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20)
        {
            Discipline = QueueDiscipline.CoDel,
            EcnFlows = 5,
        },
        new("10 flows, 10 to 100 ms", 10, 20, 30, 40, 50, 60, 70, 80, 90, 100),
    ];

    private static readonly LinkFaults TwoPercent = new() { Loss = 0.02 };

    [Test]
    public void An_odd_path_costs_what_the_committed_table_says() => CommittedTable.Check(
        "shapes.txt",
        [
            .. from shape in Shapes
               from roundTrip in RoundTrips
               select (shape with { RoundTripMilliseconds = roundTrip }).Measure(),
        ]);

    [Test]
    public void Flows_share_a_path_as_the_committed_table_says() =>
        CommittedTable.Check("sharing.txt", [.. Shared.Select(shared => shared.Measure())]);

    [Test]
    public void Small_objects_take_what_the_committed_table_says() => CommittedTable.Check(
        "objects.txt",
        [
            .. from length in (int[])[20_000, 100_000]
               from roundTrip in RoundTrips
               select new SmallObjects(length, roundTrip, "2 % lost both ways", TwoPercent).Measure(),
            .. from roundTrip in RoundTrips
               select new SmallObjects(20_000, roundTrip, "last three lost", LinkFaults.None)
               {
                   LastLost = 3,
               }.Measure(),
        ]);
}
