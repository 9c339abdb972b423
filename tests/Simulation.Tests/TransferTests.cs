using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>Control and data connections over many seeds: <see cref="TransferScenario"/>.</summary>
public sealed class TransferTests
{
    private const int SeedCount = 500;

    [Test]
    public void Data_connections_either_way_over_a_faulty_cable_lose_no_byte_and_leave_nothing_behind()
    {
        List<string> failures = [];
        ScenarioTotals totals = new();
        int stalls = 0;
        for (ulong seed = 1; seed <= SeedCount && failures.Count < 5; seed++)
        {
            try
            {
                stalls += TransferScenario.Run(seed, totals);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}");
            }
        }
        TestContext.Out.WriteLine($"{totals}, stalls {stalls}");
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        // The runs prove something only if peers are held up, and flows opened again.
        Assert.That(stalls, Is.GreaterThan(1000));
        Assert.That(totals[nameof(TcpCounters.Probes)], Is.GreaterThan(100));
        Assert.That(totals[nameof(TcpCounters.TimeWaitReopened)], Is.GreaterThan(100));
    }
}
