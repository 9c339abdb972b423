using Straightwire.Appliance.Logs;

namespace Straightwire.Appliance.Tests.Logs;

public sealed class ByteRingTests
{
    [Test]
    public void What_is_written_is_read_in_its_order_around_the_end_many_times()
    {
        var ring = new ByteRing(256);
        var random = new Random(1);
        Queue<byte[]> expected = new();
        for (int i = 0; i < 10_000; i++)
        {
            byte[] run = new byte[random.Next(0, 121)];
            random.NextBytes(run);
            if (random.Next(2) == 0 && ring.TryBegin(run.Length, out Span<byte> place))
            {
                run.CopyTo(place);
                ring.Publish();
                expected.Enqueue(run);
            }
            else if (ring.TryTake(out ReadOnlySpan<byte> taken))
            {
                Assert.That(taken.SequenceEqual(expected.Dequeue()), Is.True, $"run {i}");
            }
            else
            {
                Assert.That(expected, Is.Empty);
            }
        }
    }

    [Test]
    public void What_has_no_room_is_refused_until_the_reader_comes_back()
    {
        var ring = new ByteRing(64);

        Assert.That(ring.TryBegin(25, out _), Is.False, "more than half");
        Assert.That(ring.TryBegin(24, out _), Is.True);
        ring.Publish();
        Assert.That(ring.TryBegin(24, out _), Is.True);
        ring.Publish();
        Assert.That(ring.TryBegin(0, out _), Is.False);
        Assert.That(ring.TryTake(out _), Is.True);
        Assert.That(ring.TryBegin(0, out _), Is.False, "the reader has it in hand");
        Assert.That(ring.TryTake(out _), Is.True);
        Assert.That(ring.TryBegin(0, out _), Is.True);
    }

    [Test]
    public void What_was_begun_and_is_not_whole_is_not_read()
    {
        var ring = new ByteRing(64);

        Assert.That(ring.TryBegin(8, out _), Is.True);

        Assert.That(ring.TryTake(out _), Is.False);
        Assert.That(ring.Count, Is.Zero);
    }

    [Test]
    public void Two_threads_lose_no_run_and_mix_none()
    {
        const int Runs = 200_000;
        var ring = new ByteRing(4096);
        var writer = new Thread(() =>
        {
            for (int i = 0; i < Runs;)
            {
                if (ring.TryBegin(4 + (i % 60), out Span<byte> place))
                {
                    place.Fill((byte)i);
                    BitConverter.TryWriteBytes(place, i);
                    ring.Publish();
                    i++;
                }
                else
                {
                    Thread.Yield();
                }
            }
        });
        writer.Start();
        for (int i = 0; i < Runs;)
        {
            if (!ring.TryTake(out ReadOnlySpan<byte> run))
            {
                Thread.Yield();
                continue;
            }
            Assert.That(run.Length, Is.EqualTo(4 + (i % 60)));
            Assert.That(BitConverter.ToInt32(run), Is.EqualTo(i));
            Assert.That(run[4..].ContainsAnyExcept((byte)i), Is.False);
            i++;
        }
        writer.Join();
        Assert.That(ring.TryTake(out _), Is.False);
    }
}
