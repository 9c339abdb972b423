using Straightwire.Appliance.Hosting;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class ReloadQueueTests
{
    [Test]
    public void Requests_while_the_work_runs_are_done_by_one_more_run()
    {
        using var begun = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        int runs = 0;
        var queue = new ReloadQueue(
            () =>
            {
                Interlocked.Increment(ref runs);
                begun.Release();
                mayEnd.Wait();
            },
            _ => { });

        queue.Request();
        begun.Wait();
        queue.Request();
        queue.Request();
        queue.Request();
        mayEnd.Release();
        begun.Wait();
        mayEnd.Release();
        queue.Request();
        begun.Wait();
        mayEnd.Release();

        Assert.That(runs, Is.EqualTo(3));
    }

    [Test]
    public void Work_that_fails_is_told_and_done_again_when_it_is_asked_for()
    {
        using var told = new SemaphoreSlim(0);
        var queue = new ReloadQueue(() => throw new IOException("no disk"), e => told.Release());

        queue.Request();
        told.Wait();
        queue.Request();

        Assert.That(told.Wait(TimeSpan.FromMinutes(1)), Is.True);
    }
}
