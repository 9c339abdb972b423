using System.Globalization;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>
/// What a session was shown stays, whatever the peers send, however it is cut and merged, and however little
/// memory there is; or the connection ends, and is counted.
/// </summary>
public sealed class ShownBytesTests
{
    private const int FailureMax = 3;

    /// <summary>TESTS_SEEDS=from..to runs other seeds than these.</summary>
    private static (ulong From, ulong To) Seeds
    {
        get
        {
            string[] ends =
                (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "1..300").Split("..");
            return (ulong.Parse(ends[0], CultureInfo.InvariantCulture),
                ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void A_session_that_takes_any_part_is_never_shown_less() => RunSeeds(ShownKind.Raw);

    [Test]
    public void Http_heads_contents_and_pipelines_are_never_shown_less() => RunSeeds(ShownKind.Http);

    [Test]
    public void Ftp_commands_and_uploads_are_never_shown_less() => RunSeeds(ShownKind.Ftp);

    [Test]
    public void Requests_of_monitors_are_never_shown_less() => RunSeeds(ShownKind.Metrics);

    private static void RunSeeds(ShownKind kind)
    {
        List<string> failures = [];
        (long Starved, long Again, int Longest) totals = default;
        (ulong from, ulong to) = Seeds;
        for (ulong seed = from; seed <= to && failures.Count < FailureMax; seed++)
        {
            try
            {
                using ShownScenario scenario = ShownScenario.Run(seed, kind);
                totals.Starved += scenario.Starved;
                totals.Again += scenario.Watch.ShownAgain;
                totals.Longest = Math.Max(totals.Longest, scenario.Watch.LongestView);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}\nagain: TESTS_SEEDS={seed}..{seed} "
                    + "dotnet test -c Release tests/Simulation.Tests --filter FullyQualifiedName~Shown\n");
            }
        }
        TestContext.Out.WriteLine(totals);
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        if (to - from >= 99)
        {
            // The runs prove something only if the shortage bites, and merged frames are shown.
            Assert.That(totals.Starved, Is.GreaterThan(to - from));
            Assert.That(totals.Again, Is.GreaterThan(to - from));
            Assert.That(totals.Longest, Is.GreaterThan(40_000));
        }
    }
}
