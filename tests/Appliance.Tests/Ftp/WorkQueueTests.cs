using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Ftp;

public sealed class WorkQueueTests
{
    private readonly object _gate = new();
    private readonly List<string> _done = [];

    [Test]
    public void One_peers_many_uploads_delay_a_step_of_anothers_by_one_step()
    {
        using var mayBegin = new ManualResetEventSlim();
        using var hasBegun = new ManualResetEventSlim();
        var queue = new WorkQueue(_gate, 1, NullLogger.Instance);
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

        internal override Ipv4Address Peer => new(peer);

        internal override bool HasWork => _left > 0;

        internal override void Run()
        {
            _left--;
            tests._done.Add(name);
            work();
        }

        internal override void OnFault()
        {
        }
    }
}
