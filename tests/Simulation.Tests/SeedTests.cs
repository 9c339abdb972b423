using Straightwire.Stack.Handover;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>The simulation of TCP.md §2 over many seeds.</summary>
public sealed class SeedTests
{
    private const ulong SeedCount = 2000;

    [Test]
    public void Two_stacks_over_a_faulty_cable_deliver_every_byte_and_end_with_nothing_held() =>
        RunSeeds(isSharded: false, "deliver_every_byte");

    [Test]
    public void A_server_of_several_shards_does_so_whichever_of_them_a_frame_comes_to() =>
        RunSeeds(isSharded: true, "whichever_of_them");

    private static void RunSeeds(bool isSharded, string name)
    {
        ScenarioTotals totals = new();
        ulong count = SeedRun.All(SeedCount, name, seed => Scenario.Run(seed, totals, isSharded));
        TestContext.Out.WriteLine(totals);
        if (count >= 1000)
        {
            // The runs prove something only if the faults bite.
            Assert.That(totals[nameof(TcpCounters.Retransmissions)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.RetransmissionTimeouts)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.FastRecoveries)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.BadChecksum)], Is.GreaterThan(1000));
            Assert.That(totals[nameof(TcpCounters.OutOfOrderSegments)], Is.GreaterThan(1000));
            Assert.That(
                totals.Again, Is.LessThan(1.5 * totals.Lost), "what is not lost is seldom sent again");
            long handedOver = totals[nameof(HandoverCounters.HandedOver)];
            Assert.That(handedOver, isSharded ? Is.GreaterThan(100_000) : Is.Zero);
            Assert.That(totals[nameof(HandoverCounters.Dropped)], isSharded ? Is.GreaterThan(10) : Is.Zero);
        }
    }
}
