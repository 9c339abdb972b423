using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Time;

public sealed class DurationTests
{
    [TestCase("0", 0)]
    [TestCase("20us", 0.02)]
    [TestCase("500ms", 500)]
    [TestCase("90s", 90_000)]
    [TestCase("2h", 7_200_000)]
    public void A_duration_is_read_and_written_as_the_same_text(string text, double milliseconds)
    {
        Assert.That(Duration.TryParse(text, out Duration duration), Is.True);
        Assert.That(duration.Value, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.That(duration.ToString(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("10")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1.5s")]
    [TestCase("99999999999999999h")]
    public void What_has_no_unit_or_no_whole_number_is_no_duration(string text) =>
        Assert.That(Duration.TryParse(text, out _), Is.False);

    [Test]
    public void An_instant_moves_by_it_to_the_nanosecond_and_never_stays() => Assert.Multiple(() =>
    {
        Assert.That(new Instant(5) + Duration.Parse("20us"), Is.EqualTo(new Instant(20_005)));
        Assert.That(Instant.Never + Duration.OfMilliseconds(1), Is.EqualTo(Instant.Never));
    });
}
