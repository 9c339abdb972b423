using Straightwire.Appliance.Mailboxes;

namespace Straightwire.Appliance.Tests.Mailboxes;

public sealed class ShardMailboxTests
{
    private int _wakes;

    [SetUp]
    public void SetUp() => _wakes = 0;

    [Test]
    public void News_come_in_order_and_the_first_of_them_wakes()
    {
        var mailbox = new ShardMailbox<int>(() => _wakes++);
        Assert.That(mailbox.TryTake(out _), Is.False);
        for (int round = 1; round <= 3; round++)
        {
            mailbox.Post(1);
            mailbox.Post(2);
            Assert.That(_wakes, Is.EqualTo(round));
            Assert.That(Taken(mailbox), Is.EqualTo(new[] { 1, 2 }));
        }
    }

    [Test]
    public void Whoever_sleeps_only_when_there_is_nothing_is_woken_for_everything()
    {
        const int Count = 200_000;
        using var woken = new SemaphoreSlim(0);
        var mailbox = new ShardMailbox<int>(() => woken.Release());
        var posting = new Thread(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                mailbox.Post(i);
            }
        });
        posting.Start();
        int next = 0;
        while (next < Count)
        {
            Assert.That(woken.Wait(TimeSpan.FromSeconds(30)), Is.True, $"{next} came");
            while (mailbox.TryTake(out int news))
            {
                Assert.That(news, Is.EqualTo(next++));
            }
        }
        posting.Join();
    }

    [Test]
    public void A_piece_of_news_costs_no_memory()
    {
        var mailbox = new ShardMailbox<(object?, long)>(static () => { });
        Pass(mailbox);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Pass(mailbox);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Pass(ShardMailbox<(object?, long)> mailbox)
    {
        for (int i = 0; i < 10_000; i++)
        {
            mailbox.Post((null, i));
            mailbox.Post((null, i));
            while (mailbox.TryTake(out _))
            {
            }
        }
    }

    private static List<int> Taken(ShardMailbox<int> mailbox)
    {
        List<int> all = [];
        while (mailbox.TryTake(out int news))
        {
            all.Add(news);
        }
        return all;
    }
}
