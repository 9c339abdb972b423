using Straightwire.Appliance.Hosting;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class ConflictWatchTests
{
    [Test]
    public void A_conflict_is_told_at_once_and_then_every_10_seconds_while_it_lasts()
    {
        var counters = new NeighborCounters();
        List<MacAddress> told = [];
        var watch = new ConflictWatch(counters, told.Add);
        Instant now = new(1_000_000_000);
        watch.BeginPass(now);
        Assert.That(told, Is.Empty);
        for (int i = 0; i < 100; i++)
        {
            counters.AddressConflicts++;
            watch.BeginPass(now.PlusMilliseconds(i * 200));
        }
        Assert.That(told, Has.Count.EqualTo(2));
        watch.BeginPass(now.PlusMilliseconds(60_000));
        watch.BeginPass(now.PlusMilliseconds(120_000));
        Assert.That(told, Has.Count.EqualTo(3), "the last ones, and then there are none");
    }
}
