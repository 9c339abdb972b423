using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Changes;

public sealed class WorkQueueTests
{
    private readonly object _gate = new();
    private readonly List<string> _done = [];

    [SetUp]
    public void Forget() => _done.Clear();

    [Test]
    public void One_peers_many_uploads_delay_a_step_of_anothers_by_one_step()
    {
        using var mayBegin = new ManualResetEventSlim();
        using var hasBegun = new ManualResetEventSlim();
        var queue = new WorkQueue(_gate, 1, new FaultLog(NullLogger.Instance));
        Add(queue, new Item(this, "", 0, 1, () =>
        {
            hasBegun.Set();
            mayBegin.Wait();
        }));
        hasBegun.Wait();
        for (int i = 0; i < 100; i++)
        {
            Add(queue, new Item(this, "many", 1, 10, () => { }));
        }
        Add(queue, new Item(this, "one", 2, 3, () => { }));
        mayBegin.Set();
        Assert.That(queue.Stop(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(_done, Has.Count.EqualTo(1 + 1000 + 3));
        Assert.That(
            _done.Skip(1).Take(6), Is.EqualTo(new[] { "many", "one", "many", "one", "many", "one" }));
    }

    [Test]
    public void An_item_that_throws_fails_alone_even_if_failing_throws_too()
    {
        var faults = new FaultLog(NullLogger.Instance);
        var queue = new WorkQueue(_gate, 1, faults);
        int throws = 0;
        for (int i = 0; i < 3; i++)
        {
            Add(queue, new Item(this, "broken", 1, 2, () => throw new NotSupportedException($"{throws++}")));
            Add(queue, new Item(this, "whole", 2, 2, () => { }));
        }
        Assert.That(queue.Stop(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(_done.Count(name => name == "whole"), Is.EqualTo(6));
        Assert.That(_done.Count(name => name == "broken"), Is.EqualTo(3), "none is taken up again");
        Assert.That((throws, faults.JobFaults), Is.EqualTo((6, 6)));
    }

    [Test]
    public void The_addresses_of_a_peers_network_have_one_turn()
    {
        using var mayBegin = new ManualResetEventSlim();
        var queue = new WorkQueue(_gate, 1, new FaultLog(NullLogger.Instance), peerPrefixLength: 24);
        Add(queue, new Item(this, "", 0x0A00_0001, 1, mayBegin.Wait));
        for (uint i = 0; i < 100; i++)
        {
            Add(queue, new Item(this, "many", 0xC612_0000 + i, 1, () => { }));
        }
        Add(queue, new Item(this, "one", 0xC612_0100, 2, () => { }));
        mayBegin.Set();
        Assert.That(queue.Stop(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(_done.Skip(1).Take(4), Is.EqualTo(new[] { "many", "one", "many", "one" }));
    }

    private void Add(WorkQueue queue, WorkItem item)
    {
        lock (_gate)
        {
            queue.Add(item);
        }
    }

    private sealed class Item(WorkQueueTests tests, string name, uint peer, int steps, Action work) : WorkItem
    {
        private int _left = steps;

        public override IpAddress Peer => new Ipv4Address(peer);

        internal override bool HasWork => _left > 0;

        internal override void Run()
        {
            _left--;
            tests._done.Add(name);
            work();
        }

        public override void OnFault() => work();
    }
}
