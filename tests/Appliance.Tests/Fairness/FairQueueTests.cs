using Straightwire.Appliance.Fairness;

namespace Straightwire.Appliance.Tests.Fairness;

internal sealed class FairQueueTests
{
    [Test]
    public void One_owners_heap_delays_anothers_single_piece_by_one_piece()
    {
        FairQueue<char, string> queue = new(1000, 1000);
        for (int i = 0; i < 500; i++)
        {
            queue.Add('a', $"a{i}");
        }
        queue.Add('b', "b0");
        Assert.That(Take(queue, 3), Is.EqualTo(new[] { "a0", "b0", "a1" }));
    }

    [Test]
    public void Owners_have_their_turns_one_after_the_other_and_each_in_its_own_order()
    {
        FairQueue<char, string> queue = new(1000, 1000);
        foreach (string item in "a0 a1 a2 b0 b1 c0".Split(' '))
        {
            queue.Add(item[0], item);
        }
        Assert.That(Take(queue, 3), Is.EqualTo(new[] { "a0", "b0", "c0" }));
        queue.Add('c', "c1");
        Assert.That(Take(queue, 4), Is.EqualTo(new[] { "a1", "b1", "c1", "a2" }));
        Assert.That((queue.Count, queue.TryTake(out _)), Is.EqualTo((0, false)));
    }

    [Test]
    public void Who_does_one_piece_after_the_other_waits_for_one_of_each_owner()
    {
        FairQueue<int, int> queue = new(int.MaxValue, int.MaxValue);
        for (int owner = 0; owner < 10; owner++)
        {
            for (int i = 0; i < 20; i++)
            {
                queue.Add(owner, owner);
            }
        }
        queue.Add(99, 99);
        for (int again = 0; again < 5; again++)
        {
            int waited = 0;
            while (queue.TryTake(out int taken) && taken != 99)
            {
                waited++;
                queue.Add(taken, taken);
            }
            Assert.That(waited, Is.EqualTo(10));
            queue.Add(99, 99);
        }
    }

    [Test]
    public void An_owner_has_no_more_than_its_share()
    {
        FairQueue<char, int> queue = new(10, 3);
        Assert.That(Enumerable.Range(0, 5).Count(i => queue.TryAdd('a', i, out _, out _)), Is.EqualTo(3));
        Assert.That(queue.TryAdd('b', 0, out _, out _), Is.True);
        Assert.That((queue.CountOf('a'), queue.CountOf('b'), queue.CountOf('c')), Is.EqualTo((3, 1, 0)));
        Assert.That(queue.Refused, Is.EqualTo(2));
    }

    [Test]
    public void In_a_full_queue_the_last_piece_of_who_has_most_gives_way()
    {
        FairQueue<char, string> queue = new(4, 4);
        foreach (string item in "a0 a1 a2 b0".Split(' '))
        {
            Assert.That(queue.TryAdd(item[0], item, out _, out _), Is.True);
        }
        Assert.That(queue.TryAdd('c', "c0", out string? displaced, out bool hasDisplaced), Is.True);
        Assert.That((displaced, hasDisplaced), Is.EqualTo(("a2", true)));
        Assert.That(queue.TryAdd('c', "c1", out _, out _), Is.False, "nobody has two more than it");
        Assert.That(queue.TryAdd('a', "a3", out _, out _), Is.False, "who has most has no more");
        Assert.That((queue.Count, queue.Refused), Is.EqualTo((4, 3)));
        Assert.That(Take(queue, 4), Is.EqualTo(new[] { "a0", "b0", "c0", "a1" }));
    }

    private static List<string> Take(FairQueue<char, string> queue, int count)
    {
        List<string> taken = [];
        while (taken.Count < count && queue.TryTake(out string? item))
        {
            taken.Add(item);
        }
        return taken;
    }
}
