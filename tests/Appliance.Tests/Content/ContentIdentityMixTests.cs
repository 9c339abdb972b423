using Straightwire.Appliance.Content;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>No answer is of another state than the one that its tag names, in any mix of changes.</summary>
[Platform("Linux")]
public sealed class ContentIdentityMixTests
{
    // TESTS_RUN=all: some 100,000 steps together. CONTENT_STEPS=n makes each case as long as told.
    private const int StepsOfAll = 25_000;
    private const int Steps = 2000;

    [TestCase(1, true, false, false)]
    [TestCase(2, true, true, false)]
    [TestCase(3, false, false, false)]
    [TestCase(4, false, true, false)]
    [TestCase(5, true, false, true)]
    [TestCase(6, false, true, true)]
    public void Any_mix_of_changes_and_readers_gives_answers_of_the_state_that_they_name(
        int seed, bool trustsExactTimes, bool tagsAreDigests, bool isWatched)
    {
        bool isAll = Environment.GetEnvironmentVariable("TESTS_RUN") == "all";
        int steps = int.TryParse(Environment.GetEnvironmentVariable("CONTENT_STEPS"), out int wanted) ? wanted
            : isAll ? StepsOfAll
            : Steps;
        using var content = new ContentDirectory();
        content.Options = content.Options with
        {
            TrustsExactTimes = trustsExactTimes,
            Tags = tagsAreDigests ? ContentTags.Digest : ContentTags.State,
        };
        var mix = new ContentIdentityMix(content, seed, isWatched);
        int done = mix.Run(steps, TimeSpan.FromSeconds(steps > Steps ? 45 : 30));
        string counts = string.Join(", ", mix.Counts.Select(pair => $"{pair.Key}: {pair.Value}"));
        TestContext.Out.WriteLine($"{done} steps: {counts}");
        Assert.That(mix.Counts.Keys, Has.Member("200"));
    }
}
