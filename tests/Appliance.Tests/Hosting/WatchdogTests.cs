using Straightwire.Appliance.Hosting;

namespace Straightwire.Appliance.Tests.Hosting;

/// <summary>When the service manager hears that the server is alive.</summary>
[TestFixture]
public sealed class WatchdogTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(40);

    [Test]
    public void Shards_that_pass_keep_the_manager_content()
    {
        var shards = new Shard[] { new(), new() };
        using var heard = new SemaphoreSlim(0);
        using (new Watchdog(Array.ConvertAll(shards, shard => shard.Watched), Timeout, () => heard.Release()))
        {
            heard.Wait();
            heard.Wait();
        }
        Assert.That(shards.Select(shard => shard.Wakes), Has.All.GreaterThan(1));
    }

    [Test]
    public void One_stuck_shard_among_others_stops_the_signs_of_life()
    {
        var shards = new Shard[] { new(), new() };
        int told = 0;
        using (new Watchdog(Array.ConvertAll(shards, shard => shard.Watched), Timeout, () => told++))
        {
            shards[0].WaitForWake();
            shards[1].IsStuck = true;
            shards[0].WaitForWake();
            shards[0].WaitForWake();
            int before = Volatile.Read(ref told);
            for (int i = 0; i < 5; i++)
            {
                shards[0].WaitForWake();
            }
            Assert.That(Volatile.Read(ref told), Is.EqualTo(before));
        }
    }

    /// <summary>A shard that makes a pass when it is woken, unless it is stuck.</summary>
    private sealed class Shard
    {
        private long _passes;
        private int _wakes;

        public bool IsStuck { get; set; }

        public int Wakes => Volatile.Read(ref _wakes);

        public WatchedShard Watched => new(() => Volatile.Read(ref _passes), Wake);

        public void WaitForWake()
        {
            int before = Wakes;
            SpinWait.SpinUntil(() => Wakes > before);
        }

        private void Wake()
        {
            Interlocked.Increment(ref _wakes);
            if (!IsStuck)
            {
                Interlocked.Increment(ref _passes);
            }
        }
    }
}
