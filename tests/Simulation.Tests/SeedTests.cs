using System.Globalization;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>The simulation of TCP.md §2 over many seeds.</summary>
public sealed class SeedTests
{
    private const int FailureMax = 5;

    /// <summary>TESTS_SEEDS=from..to runs other seeds than these.</summary>
    private static (ulong From, ulong To) Seeds
    {
        get
        {
            string[] ends =
                (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "1..2000").Split("..");
            return (ulong.Parse(
                ends[0], CultureInfo.InvariantCulture), ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Two_stacks_over_a_faulty_cable_deliver_every_byte_and_end_with_nothing_held() =>
        RunSeeds(isSharded: false, "deliver_every_byte");

    [Test]
    public void A_server_of_several_shards_does_so_whichever_of_them_a_frame_comes_to() =>
        RunSeeds(isSharded: true, "whichever_of_them");

    private static void RunSeeds(bool isSharded, string name)
    {
        List<string> failures = [];
        ScenarioTotals totals = new();
        (ulong from, ulong to) = Seeds;
        for (ulong seed = from; seed <= to && failures.Count < FailureMax; seed++)
        {
            try
            {
                Scenario.Run(seed, totals, isSharded);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}\nagain: TESTS_SEEDS={seed}..{seed} "
                    + "dotnet test -c Release tests/Simulation.Tests --filter Name~" + name + "\n");
            }
        }
        TestContext.Out.WriteLine(totals);
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        if (to - from >= 999)
        {
            // The runs prove something only if the faults bite.
            Assert.That(totals[nameof(TcpCounters.Retransmissions)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.RetransmissionTimeouts)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.FastRecoveries)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.BadChecksum)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.OutOfOrderSegments)], Is.GreaterThan(1000));
            long handedOver = totals[nameof(HandoverCounters.HandedOver)];
            Assert.That(handedOver, isSharded ? Is.GreaterThan(100_000) : Is.Zero);
            Assert.That(totals[nameof(HandoverCounters.Dropped)], isSharded ? Is.GreaterThan(10) : Is.Zero);
        }
    }
}
