using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>Control and data connections over many seeds: <see cref="TransferScenario"/>.</summary>
public sealed class TransferTests
{
    private const ulong SeedCount = 500;

    [Test]
    public void Data_connections_either_way_over_a_faulty_cable_lose_no_byte_and_leave_nothing_behind()
    {
        ScenarioTotals totals = new();
        int stalls = 0;
        ulong count = SeedRun.All(
            SeedCount, "lose_no_byte", seed => stalls += TransferScenario.Run(seed, totals));
        TestContext.Out.WriteLine($"{totals}, stalls {stalls}");
        if (count < SeedCount)
        {
            return;
        }
        // The runs prove something only if peers are held up, and flows opened again.
        Assert.That(stalls, Is.GreaterThan(1000));
        Assert.That(totals[nameof(TcpCounters.Probes)], Is.GreaterThan(100));
        Assert.That(totals[nameof(TcpCounters.TimeWaitReopened)], Is.GreaterThan(100));
    }
}
