namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// Downloads over all kinds of paths, as a committed table: a change of the stack that changes what a path
/// costs shows as a difference of <c>matrix.txt</c>, for better or worse.
/// </summary>
public sealed class PathMatrixTests
{
    private static readonly int[] Rates = [10, 1000];
    private static readonly int[] RoundTrips = [1, 20, 100, 300];

    private static readonly (string Name, LinkFaults Faults)[] Kinds =
    [
        ("clean", LinkFaults.None),
        ("0.01 % lost", new LinkFaults { Loss = 0.0001 }),
        ("0.1 % lost", new LinkFaults { Loss = 0.001 }),
        ("1 % lost", new LinkFaults { Loss = 0.01 }),
        ("1 % in fives", new LinkFaults { Loss = 0.01, LossBurst = 5 }),
        ("5 % lost", new LinkFaults { Loss = 0.05 }),
        ("1 % reordered", new LinkFaults
        {
            Reordering = 0.01,
            ReorderingMaximum = TimeSpan.FromMilliseconds(5),
        }),
        ("jitter 5 ms", new LinkFaults { Jitter = TimeSpan.FromMilliseconds(5) }),
    ];

    [Test]
    public void A_path_costs_what_the_committed_table_says() => CommittedTable.Check(
        "matrix.txt",
        [
            .. from rate in Rates
               from roundTrip in RoundTrips
               from kind in Kinds
               select new PathCell(rate, roundTrip, kind.Name, kind.Faults).Measure(),
        ]);
}
