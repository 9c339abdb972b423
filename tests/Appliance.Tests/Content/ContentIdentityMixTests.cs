namespace Straightwire.Appliance.Tests.Content;

/// <summary>No answer is of another state than the one that its tag names, in any mix of changes.</summary>
[Platform("Linux")]
public sealed class ContentIdentityMixTests
{
    [TestCase(1, true)]
    [TestCase(2, true)]
    [TestCase(3, false)]
    public void Any_mix_of_changes_and_readers_gives_answers_of_the_state_that_they_name(
        int seed, bool trustsExactTimes)
    {
        int steps = int.TryParse(Environment.GetEnvironmentVariable("CONTENT_STEPS"), out int wanted)
            ? wanted
            : 2000;
        using var content = new ContentDirectory();
        var mix = new ContentIdentityMix(content, seed, trustsExactTimes);
        mix.Run(steps);
        TestContext.Out.WriteLine(string.Join(", ", mix.Counts.Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.That(mix.Counts.Keys, Has.Member("200"));
    }
}
