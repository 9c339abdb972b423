using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

public sealed class MemoryLinkTests
{
    [Test]
    public void An_aggregate_of_pool_and_content_slices_arrives_whole_and_trusted()
    {
        ArrayContent content = new();
        int region = content.Add(StreamPlan.Sources[0]);
        (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, content);
        FramePool pool = new(4, 1024);
        a.Attach(pool);
        pool.TryRent(out int frame);
        "pool"u8.CopyTo(pool.Bytes(frame));
        TransmitBatch batch = new(4, 4096, 4 * TransmitBatch.GatherMax);
        ref OutboundSegment segment = ref batch.Begin(54, out Span<byte> header);
        header.Fill(9);
        batch.Append(ref segment, pool.Slice(frame, 0, 4));
        batch.Append(ref segment, new ContentSlice(region, 5, 60_000));
        batch.Commit(ref segment);

        Assert.That(a.Transmit(batch, Instant.Zero), Is.EqualTo(new TransmitResult(1, false)));

        Frame[] frames = new Frame[4];
        Assert.That(b.Receive(frames, Instant.Zero), Is.EqualTo(1));
        Assert.That(frames[0].Checksum, Is.EqualTo(ReceiveChecksum.Trusted));
        byte[] expected =
            [.. Enumerable.Repeat((byte)9, 54), .. "pool"u8, .. StreamPlan.Sources[0].AsSpan(5, 60_000)];
        Assert.That(b.Bytes(frames[0]).SequenceEqual(expected));
        Assert.That(b.Receive(frames, Instant.Zero), Is.Zero);
    }

    [Test]
    public void Frames_of_all_sizes_pass_a_small_ring_in_order_and_a_full_one_refuses()
    {
        ArrayContent content = new();
        (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, content, ringBytes: 5000, ringFrames: 8);
        SeededRandom random = new(3);
        Queue<byte[]> underWay = new();
        Frame[] frames = new Frame[3];
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = random.Bytes(random.Between(14, 1500));
            TransmitBatch batch = new(1, 2048, TransmitBatch.GatherMax);
            ref OutboundSegment segment = ref batch.Begin(bytes.Length, out Span<byte> header);
            bytes.CopyTo(header);
            batch.Commit(ref segment);
            if (a.Transmit(batch, Instant.Zero).Taken == 1)
            {
                underWay.Enqueue(bytes);
                continue;
            }
            refused++;
            int count = b.Receive(frames, Instant.Zero);
            foreach (Frame frame in frames.AsSpan(0, count))
            {
                Assert.That(b.Bytes(frame).SequenceEqual(underWay.Dequeue()));
            }
        }
        Assert.That(refused, Is.GreaterThan(100));
    }

    [Test]
    public void Content_that_is_gone_is_a_fault_of_its_segment_alone()
    {
        ArrayContent content = new();
        int region = content.Add(new byte[10]);
        content.Lose(region);
        (MemoryLink a, _) = MemoryLink.Join(content, content);
        TransmitBatch batch = new(4, 4096, 4 * TransmitBatch.GatherMax);
        for (int i = 0; i < 2; i++)
        {
            ref OutboundSegment segment = ref batch.Begin(54, out _);
            if (i == 1)
            {
                batch.Append(ref segment, new ContentSlice(region, 0, 10));
            }
            batch.Commit(ref segment);
        }
        Assert.That(a.Transmit(batch, Instant.Zero), Is.EqualTo(new TransmitResult(1, true)));
    }
}
