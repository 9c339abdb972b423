using Straightwire.Appliance.Hosting;
using Straightwire.Stack;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class SteeringWatchTests
{
    [TestCase(10_000, 1000, 0, 0)]
    [TestCase(10_000, 1100, 0, 11)]
    [TestCase(10_000, 10_000, 0, 100)]
    [TestCase(10_000, 10_000, 9000, 0)]
    [TestCase(900, 900, 0, 0)]
    public void A_large_part_that_the_link_gave_to_the_wrong_shard_is_told(
        int frames, int handedOver, int directed, int percent)
    {
        var counters = new ShardCounters { FramesReceived = 1_000_000 };
        int told = 0;
        var watch = new SteeringWatch(counters, part => told = part);
        Instant now = Instant.Zero.PlusMilliseconds(5000);
        watch.BeginPass(now);
        counters.FramesReceived += frames;
        counters.Handover.HandedOver += handedOver;
        counters.Handover.Directed += directed;
        watch.BeginPass(now.PlusMilliseconds(999));
        Assert.That(told, Is.Zero, "the second is not over");
        watch.BeginPass(now.PlusMilliseconds(1000));

        Assert.That(told, Is.EqualTo(percent));
    }
}
