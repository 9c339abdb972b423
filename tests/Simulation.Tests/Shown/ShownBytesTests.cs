namespace Straightwire.Simulation.Tests.Shown;

/// <summary>
/// What a session was shown stays, whatever the peers send, however it is cut and merged, and however little
/// memory there is; or the connection ends, and is counted.
/// </summary>
public sealed class ShownBytesTests
{
    private const ulong SeedCount = 300;

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
        (long Starved, long Again, int Longest) totals = default;
        ulong count = SeedRun.All(SeedCount, "never_shown_less", seed =>
        {
            using ShownScenario scenario = ShownScenario.Run(seed, kind);
            totals.Starved += scenario.Starved;
            totals.Again += scenario.Watch.ShownAgain;
            totals.Longest = Math.Max(totals.Longest, scenario.Watch.LongestView);
        });
        TestContext.Out.WriteLine(totals);
        if (count >= 100)
        {
            // The runs prove something only if the shortage bites, and merged frames are shown.
            Assert.That(totals.Starved, Is.GreaterThan(count));
            Assert.That(totals.Again, Is.GreaterThan(count));
            Assert.That(totals.Longest, Is.GreaterThan(40_000));
        }
    }
}
