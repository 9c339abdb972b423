using Straightwire.Appliance.Hosting;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class AnswerHoldTests
{
    private static readonly Duration Max = Duration.Parse("20us");

    [Test]
    public void Company_is_waited_for_while_frames_come_faster_than_half_the_longest_wait()
    {
        var hold = new AnswerHold(Max);
        Instant now = Passes(hold, Instant.Zero, microseconds: 4);

        Assert.That(hold.IsWorth(now));
        Assert.That(hold.IsWorth(After(now, 7)));
        Assert.That(hold.IsWorth(After(now, 10)), Is.False, "what is late may not come at all");

        hold.Arrived(After(now, 7), 1);
        hold.Arrived(After(now, 12), 1);
        hold.Arrived(After(now, 17), 1);
        Assert.That(hold.IsWorth(After(now, 19)));
        Assert.That(hold.IsWorth(After(now, 20)), Is.False, "the first answer has waited as long as it may");
    }

    [TestCase(11)]
    [TestCase(1000)]
    public void Nothing_waits_where_frames_come_slowly(int microseconds)
    {
        var hold = new AnswerHold(Max);
        Instant now = Passes(hold, Instant.Zero, microseconds);

        Assert.That(hold.IsWorth(now), Is.False);
    }

    [Test]
    public void After_a_pause_the_next_burst_is_recognised()
    {
        var hold = new AnswerHold(Max);
        Instant now = Passes(hold, Instant.Zero, microseconds: 2);
        now = After(now, 10_000_000);
        hold.Begin(now, 1);
        Assert.That(hold.IsWorth(now), Is.False);

        now = Passes(hold, now, microseconds: 2);
        Assert.That(hold.IsWorth(now));
    }

    [Test]
    public void With_no_time_to_wait_nothing_waits()
    {
        var hold = new AnswerHold(default);
        Instant now = Passes(hold, Instant.Zero, microseconds: 1);

        Assert.That(hold.IsWorth(now), Is.False);
    }

    /// <summary>A hundred passes of one frame each.</summary>
    private static Instant Passes(AnswerHold hold, Instant now, int microseconds)
    {
        for (int i = 0; i < 100; i++)
        {
            now = After(now, microseconds);
            hold.Begin(now, 1);
        }
        return now;
    }

    private static Instant After(Instant now, int microseconds) => now.Plus(microseconds * 1000L);
}
