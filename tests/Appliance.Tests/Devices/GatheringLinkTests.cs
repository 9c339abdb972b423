using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

using static Straightwire.Appliance.Tests.Devices.LinkPeer;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>What links that gather have in common, with the kernel at the other end.</summary>
[TestFixture(LinkKind.Tap)]
[TestFixture(LinkKind.Packet)]
public sealed class GatheringLinkTests(LinkKind kind)
{
    private const uint Iss = 1000;

    [Test]
    public void An_echo_gathered_from_pool_content_and_file_is_answered_whole() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        using var file = new TemporaryFile(Pattern(3, 5000));
        Assert.That(peer.Pool.TryRent(out int frame), Is.True);
        byte[] data = [.. Pattern(1, 300), .. Pattern(2, 401), .. Pattern(3, 5000).AsSpan(4500, 500)];
        data.AsSpan(0, 300).CopyTo(peer.Pool.Bytes(frame));
        ContentSlice packed = peer.Packed(data.AsSpan(300, 401));
        int mapped = file.AddTo(peer.Regions);

        peer.Queue(Icmp, Echo(data), segmentSize: 0,
            peer.Pool.Slice(frame, 0, 300), packed, new ContentSlice(mapped, 4500, 500));
        peer.Flush();

        byte[] answer = peer.Next(Icmp);
        Assert.Multiple(() =>
        {
            Assert.That(answer[TransportStart], Is.EqualTo(EchoReply));
            Assert.That(answer.AsSpan(TransportStart + 8).SequenceEqual(data), Is.True);
        });
    });

    [Test]
    public void Frames_of_one_batch_stand_side_by_side() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        peer.Queue(Icmp, Echo([]), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(Icmp);
        byte[][] sent = [Pattern(1, 31), Pattern(2, 1400), Pattern(3, 170)];
        foreach (byte[] data in sent)
        {
            peer.Queue(Icmp, Echo(data), segmentSize: 0, peer.Packed(data));
        }
        peer.Flush();

        Frame[] frames = new Frame[sent.Length];
        int count = peer.Device.Receive(frames, MonotonicClock.Now);
        Assert.That(count, Is.EqualTo(sent.Length), "the kernel answers within the writev");
        Assert.That(
            frames.Select(frame => peer.Device.Bytes(frame)[(TransportStart + 8)..].ToArray()),
            Is.EqualTo(sent));
    });

    [TestCase(true)]
    [TestCase(false)]
    public void A_kernel_client_reads_what_was_sent_to_it(bool offload) => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind, offload);
        using var file = new TemporaryFile(Pattern(7, 40_000));
        byte[] body = [.. Pattern(5, 9_999), .. Pattern(6, 10_001), .. Pattern(7, 40_000)];
        ContentSlice[] slices =
        [
            peer.Packed(body.AsSpan(0, 9_999)),
            peer.Packed(body.AsSpan(9_999, 10_001)),
            new ContentSlice(file.AddTo(peer.Regions), 0, 40_000),
        ];
        byte[] read = [];
        var client = new Thread(() => read = ReadAll());
        client.Start();
        byte[] syn = peer.Next(Tcp);
        ReceiveChecksum checksum = peer.LastChecksum;
        // A TAP can make the kernel complete its checksums; nobody can from the other end of a veth.
        bool completed = !offload && kind == LinkKind.Tap;
        // A veth cuts frames of less than 65,536 bytes unless it is told to cut more.
        int most = kind == LinkKind.Tap ? 65_535 : 65_535 - 14;

        peer.Queue(Tcp, Segment(syn, Iss, 0x10 | Syn), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(Tcp);
        if (offload)
        {
            peer.Queue(Tcp, Segment(syn, Iss + 1, PushAck), 1460, slices);
        }
        else
        {
            peer.Queue(Tcp, Segment(syn, Iss + 1, PushAck), 0, slices[0].Part(0, 1460));
            body = body[..1460];
        }
        peer.Queue(Tcp, Segment(syn, Iss + 1 + (uint)body.Length, FinAck), segmentSize: 0);
        peer.Flush();

        Assert.Multiple(() =>
        {
            Assert.That(client.Join(5000), Is.True);
            Assert.That(read.AsSpan().SequenceEqual(body), Is.True);
            Assert.That(
                checksum,
                Is.EqualTo(completed ? ReceiveChecksum.Unverified : ReceiveChecksum.Trusted));
            Assert.That(peer.Device.Capabilities.SegmentationMaxBytes, Is.EqualTo(offload ? most : 0));
        });
    });

    [Test]
    public void A_truncated_file_faults_its_own_segment_and_no_other() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        using var file = new TemporaryFile(Pattern(1, 20_000));
        var gone = new ContentSlice(file.AddTo(peer.Regions), 8192, 1000);
        file.Truncate(100);
        byte[] data = Pattern(2, 64);
        peer.Queue(Icmp, Echo(data), segmentSize: 0, peer.Packed(data));
        peer.Queue(Icmp, Echo(data), segmentSize: 0, gone);
        peer.Queue(Icmp, Echo(data), segmentSize: 0, peer.Packed(data));

        TransmitResult first = peer.Device.Transmit(peer.Batch, MonotonicClock.Now);
        peer.Batch.Took(first.Taken + 1);
        TransmitResult second = peer.Device.Transmit(peer.Batch, MonotonicClock.Now);

        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(new TransmitResult(1, Faulted: true)));
            Assert.That(second, Is.EqualTo(new TransmitResult(1, Faulted: false)));
        });
    });

    [Test]
    public void A_slice_outside_its_region_faults_and_sends_nothing() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        ContentSlice packed = peer.Packed(Pattern(1, 100));
        peer.Queue(Icmp, Echo([]), segmentSize: 0, packed with { Length = 101 });

        Assert.That(
            peer.Device.Transmit(peer.Batch, MonotonicClock.Now),
            Is.EqualTo(new TransmitResult(0, Faulted: true)));
    });

    [Test]
    public void Sending_and_receiving_allocate_nothing() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        byte[] data = Pattern(1, 64);
        byte[] echo = Echo(data);
        ContentSlice[] slices = [peer.Packed(data)];
        Frame[] frames = new Frame[8];
        peer.Queue(Icmp, echo, segmentSize: 0, slices);
        peer.Flush();
        _ = peer.Next(Icmp);

        // A collection that another thread begins counts what is left of this thread's allocation context, so
        // the least of some rounds is what the code allocates.
        long least = long.MaxValue;
        int answers = 0;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                peer.Queue(Icmp, echo, segmentSize: 0, slices);
                peer.Batch.Took(peer.Device.Transmit(peer.Batch, default).Taken);
                peer.Device.Wait(MonotonicClock.Now.PlusMilliseconds(1), forRoom: true);
                answers += peer.Device.Receive(frames, default);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Multiple(() =>
        {
            Assert.That(least, Is.Zero);
            Assert.That(answers, Is.GreaterThan(150));
        });
    });

    [Test]
    public void Waiting_ends_at_the_deadline_or_by_a_wake_before_or_during_it() => NetworkNamespace.Run(() =>
    {
        using var peer = LinkPeer.New(kind);
        Instant deadline = MonotonicClock.Now.PlusMilliseconds(20);
        while (MonotonicClock.Now < deadline)
        {
            peer.Device.Wait(deadline, forRoom: false);
        }

        peer.Device.Wake();
        peer.Device.Wait(Instant.Never, forRoom: false);

        var waker = new Thread(() =>
        {
            Thread.Sleep(20);
            peer.Device.Wake();
        });
        waker.Start();
        peer.Device.Wait(Instant.Never, forRoom: false);
        waker.Join();
        peer.Device.Dispose();
        Assert.That(peer.Device.Wake, Throws.Nothing);
    });
}
