using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Time;

public class TimerWheelTests
{
    private const long Tick = 1L << 20;
    private const long Horizon = Tick << 24;

    [Test]
    public void It_fires_exactly_what_a_sorted_list_would([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int capacity = random.Next(1, 40);
        Instant now = new(random.NextInt64(-Horizon, Horizon));
        var wheel = new TimerWheel(capacity, now);
        var model = new Instant[capacity];
        Array.Fill(model, Instant.Never);
        int[] due = new int[4];
        for (int step = 0; step < 2000; step++)
        {
            int timer = random.Next(capacity);
            switch (random.Next(6))
            {
                case 0:
                    model[timer] = Instant.Never;
                    break;
                case 1:
                    model[timer] = model[timer].Plus(random.Next(0, (int)Tick));
                    break;
                case 2:
                    now = random.Next(3) == 0
                        ? Instant.Min(wheel.NextDeadline, now.Plus(2 * Horizon))
                        : now.Plus(Span(random));
                    ExpireBoth(wheel, model, now, due);
                    continue;
                default:
                    model[timer] = now.Plus(Span(random) - (random.Next(4) == 0 ? 3 * Tick : 0));
                    break;
            }
            wheel.Set(timer, model[timer]);
            Assert.That(wheel.DeadlineOf(timer), Is.EqualTo(model[timer]));
            Assert.That(wheel.NextDeadline, Is.LessThanOrEqualTo(model.Min()));
        }
    }

    [Test]
    public void Waking_at_the_next_deadline_reaches_every_timer_in_few_wakeups([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        Instant now = new(random.NextInt64(0, Horizon));
        var wheel = new TimerWheel(100, now);
        for (int i = 0; i < 1000; i++)
        {
            // Timers that were moved away leave early bounds behind.
            wheel.Set(random.Next(100), now.Plus(Span(random)));
        }
        int[] due = new int[100];
        int fired = 0;
        int wakeups = 0;
        int set = Enumerable.Range(0, 100).Count(timer => wheel.DeadlineOf(timer) != Instant.Never);
        while (wheel.NextDeadline != Instant.Never)
        {
            now = wheel.NextDeadline;
            fired += wheel.Expire(now, due);
            wakeups++;
        }
        Assert.That(fired, Is.EqualTo(set));
        Assert.That(wakeups, Is.LessThanOrEqualTo(5 * set));
    }

    [Test]
    public void A_single_timer_beyond_the_horizon_fires_at_its_deadline_after_one_wakeup()
    {
        var wheel = new TimerWheel(1, Instant.Zero);
        Instant deadline = new((5 * Horizon) + 12_345);
        wheel.Set(0, deadline);
        int[] due = new int[1];
        Assert.That(wheel.NextDeadline, Is.EqualTo(deadline));
        Assert.That(wheel.Expire(deadline.Plus(-1), due), Is.Zero);
        Assert.That(wheel.Expire(deadline, due), Is.EqualTo(1));
        Assert.That(wheel.NextDeadline, Is.EqualTo(Instant.Never));
    }

    [Test]
    public void Seventy_thousand_timers_all_fire_once()
    {
        const int capacity = 70_000;
        var wheel = new TimerWheel(capacity, Instant.Zero);
        var random = new Random(7);
        for (int i = 0; i < capacity; i++)
        {
            wheel.Set(i, new Instant(random.NextInt64(0, 100_000 * Tick)));
        }
        var fired = new int[capacity];
        int[] due = new int[64];
        for (long at = 0; at <= 100_000; at += 50)
        {
            int count;
            do
            {
                count = wheel.Expire(new Instant(at * Tick), due);
                for (int i = 0; i < count; i++)
                {
                    fired[due[i]]++;
                }
            }
            while (count == due.Length);
        }
        Assert.That(fired, Is.All.EqualTo(1));
    }

    private static void ExpireBoth(TimerWheel wheel, Instant[] model, Instant now, int[] due)
    {
        List<int> fired = [];
        int count;
        do
        {
            count = wheel.Expire(now, due);
            fired.AddRange(due.AsSpan(0, count));
        }
        while (count == due.Length);
        int[] expected = Enumerable.Range(0, model.Length).Where(timer => model[timer] <= now).ToArray();
        Assert.That(fired, Is.EquivalentTo(expected));
        foreach (int timer in expected)
        {
            model[timer] = Instant.Never;
        }
        Assert.That(wheel.NextDeadline, Is.LessThanOrEqualTo(model.Min()).And.GreaterThan(now));
    }

    /// <summary>Nanoseconds of any order of magnitude up to beyond the horizon.</summary>
    private static long Span(Random random) => random.NextInt64(0, 1L << random.Next(1, 46));
}
