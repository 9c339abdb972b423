using Straightwire.Appliance.Hosting;
using Straightwire.Stack;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class SteeringWatchTests
{
    [TestCase(10_000, 1000, 0)]
    [TestCase(10_000, 1100, 11)]
    [TestCase(10_000, 10_000, 100)]
    [TestCase(900, 900, 0)]
    public void A_large_part_that_is_handed_over_in_a_second_is_told(int frames, int handedOver, int percent)
    {
        var counters = new ShardCounters { FramesReceived = 1_000_000 };
        int told = 0;
        var watch = new SteeringWatch(counters, part => told = part);
        Instant now = Instant.Zero.PlusMilliseconds(5000);
        watch.BeginPass(now);
        counters.FramesReceived += frames;
        counters.Handover.HandedOver += handedOver;
        watch.BeginPass(now.PlusMilliseconds(999));
        Assert.That(told, Is.Zero, "the second is not over");
        watch.BeginPass(now.PlusMilliseconds(1000));

        Assert.That(told, Is.EqualTo(percent));
    }
}
