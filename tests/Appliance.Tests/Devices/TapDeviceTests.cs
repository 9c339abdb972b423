using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Straightwire.Devices;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Devices;

[TestFixture]
public sealed class TapDeviceTests
{
    private const byte EchoRequest = 8;
    private const byte EchoReply = 0;
    private const byte Syn = 2;
    private const byte PushAck = 0x18;
    private const byte FinAck = 0x11;
    private const uint Iss = 1000;

    [Test]
    public void An_echo_gathered_from_pool_content_and_file_is_answered_whole() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        using var file = new TemporaryFile(Pattern(3, 5000));
        Assert.That(peer.Pool.TryRent(out int frame), Is.True);
        byte[] data = [.. Pattern(1, 300), .. Pattern(2, 401), .. Pattern(3, 5000).AsSpan(4500, 500)];
        data.AsSpan(0, 300).CopyTo(peer.Pool.Bytes(frame));
        ContentSlice packed = peer.Packed(data.AsSpan(300, 401));
        int mapped = file.AddTo(peer.Regions);

        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0,
            peer.Pool.Slice(frame, 0, 300), packed, new ContentSlice(mapped, 4500, 500));
        peer.Flush();

        byte[] answer = peer.Next(TapPeer.Icmp);
        Assert.Multiple(() =>
        {
            Assert.That(answer[TapPeer.TransportStart], Is.EqualTo(EchoReply));
            Assert.That(answer.AsSpan(TapPeer.TransportStart + 8).SequenceEqual(data), Is.True);
        });
    });

    [Test]
    public void Frames_of_one_batch_stand_side_by_side() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        peer.Queue(TapPeer.Icmp, Echo([]), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(TapPeer.Icmp);
        byte[][] sent = [Pattern(1, 31), Pattern(2, 1400), Pattern(3, 170)];
        foreach (byte[] data in sent)
        {
            peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, peer.Packed(data));
        }
        peer.Flush();

        Frame[] frames = new Frame[sent.Length];
        int count = peer.Tap.Receive(frames, MonotonicClock.Now);
        Assert.That(count, Is.EqualTo(sent.Length), "the kernel answers within the writev");
        Assert.That(
            frames.Select(frame => peer.Tap.Bytes(frame)[(TapPeer.TransportStart + 8)..].ToArray()),
            Is.EqualTo(sent));
    });

    [TestCase(true)]
    [TestCase(false)]
    public void A_kernel_client_reads_what_was_sent_to_it(bool offload) => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer(offload);
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
        byte[] syn = peer.Next(TapPeer.Tcp);
        ReceiveChecksum checksum = peer.LastChecksum;

        peer.Queue(TapPeer.Tcp, Segment(syn, Iss, 0x10 | Syn), segmentSize: 0);
        peer.Flush();
        _ = peer.Next(TapPeer.Tcp);
        if (offload)
        {
            peer.Queue(TapPeer.Tcp, Segment(syn, Iss + 1, PushAck), 1460, slices);
        }
        else
        {
            peer.Queue(TapPeer.Tcp, Segment(syn, Iss + 1, PushAck), 0, slices[0].Part(0, 1460));
            body = body[..1460];
        }
        peer.Queue(TapPeer.Tcp, Segment(syn, Iss + 1 + (uint)body.Length, FinAck), segmentSize: 0);
        peer.Flush();

        Assert.Multiple(() =>
        {
            Assert.That(client.Join(5000), Is.True);
            Assert.That(read.AsSpan().SequenceEqual(body), Is.True);
            Assert.That(checksum, Is.EqualTo(offload ? ReceiveChecksum.Trusted : ReceiveChecksum.Unverified));
            Assert.That(peer.Tap.Capabilities.SegmentationMaxBytes, Is.EqualTo(offload ? 65_535 : 0));
        });
    });

    [Test]
    public void A_truncated_file_faults_its_own_segment_and_no_other() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        using var file = new TemporaryFile(Pattern(1, 20_000));
        var gone = new ContentSlice(file.AddTo(peer.Regions), 8192, 1000);
        file.Truncate(100);
        byte[] data = Pattern(2, 64);
        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, peer.Packed(data));
        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, gone);
        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, peer.Packed(data));

        TransmitResult first = peer.Tap.Transmit(peer.Batch, MonotonicClock.Now);
        peer.Batch.Took(first.Taken + 1);
        TransmitResult second = peer.Tap.Transmit(peer.Batch, MonotonicClock.Now);

        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(new TransmitResult(1, Faulted: true)));
            Assert.That(second, Is.EqualTo(new TransmitResult(1, Faulted: false)));
        });
    });

    [Test]
    public void A_slice_outside_its_region_faults_and_sends_nothing() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        ContentSlice packed = peer.Packed(Pattern(1, 100));
        peer.Queue(TapPeer.Icmp, Echo([]), segmentSize: 0, packed with { Length = 101 });

        Assert.That(
            peer.Tap.Transmit(peer.Batch, MonotonicClock.Now),
            Is.EqualTo(new TransmitResult(0, Faulted: true)));
    });

    [Test]
    public void Sending_and_receiving_allocate_nothing() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        byte[] data = Pattern(1, 64);
        byte[] echo = Echo(data);
        ContentSlice[] slices = [peer.Packed(data)];
        Frame[] frames = new Frame[8];
        peer.Queue(TapPeer.Icmp, echo, segmentSize: 0, slices);
        peer.Flush();
        _ = peer.Next(TapPeer.Icmp);

        // A collection that another thread begins counts what is left of this thread's allocation context, so
        // the least of some rounds is what the code allocates.
        long least = long.MaxValue;
        int answers = 0;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
            {
                peer.Queue(TapPeer.Icmp, echo, segmentSize: 0, slices);
                peer.Batch.Took(peer.Tap.Transmit(peer.Batch, default).Taken);
                peer.Tap.Wait(MonotonicClock.Now.PlusMilliseconds(1), forRoom: true);
                answers += peer.Tap.Receive(frames, default);
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
        using var peer = new TapPeer();
        Instant deadline = MonotonicClock.Now.PlusMilliseconds(20);
        while (MonotonicClock.Now < deadline)
        {
            peer.Tap.Wait(deadline, forRoom: false);
        }

        peer.Tap.Wake();
        peer.Tap.Wait(Instant.Never, forRoom: false);

        var waker = new Thread(() =>
        {
            Thread.Sleep(20);
            peer.Tap.Wake();
        });
        waker.Start();
        peer.Tap.Wait(Instant.Never, forRoom: false);
        waker.Join();
        peer.Tap.Dispose();
        Assert.That(peer.Tap.Wake, Throws.Nothing);
    });

    [Test]
    public void An_interface_taken_down_loses_frames_and_comes_up_again() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        byte[] data = Pattern(1, 64);
        ContentSlice slice = peer.Packed(data);
        NetworkNamespace.Ip("link", "set", "sw0", "down");
        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Tap.DroppedWhileDown, Is.EqualTo(1));

        NetworkNamespace.Ip("link", "set", "sw0", "up");
        peer.Queue(TapPeer.Icmp, Echo(data), segmentSize: 0, slice);
        peer.Flush();
        Assert.That(peer.Next(TapPeer.Icmp)[TapPeer.TransportStart], Is.EqualTo(EchoReply));
    });

    [Test]
    public void A_deleted_interface_ends_the_link_with_a_readable_error() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        NetworkNamespace.Ip("link", "delete", "sw0");
        peer.Tap.Wait(Instant.Never, forRoom: false);
        Assert.That(
            () => peer.Tap.Receive(new Frame[1], default),
            Throws.TypeOf<LinkException>().With.Message.Contains("sw0 was deleted"));
    });

    private static byte[] Pattern(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>An echo request's header, its checksum over the data too (RFC 792).</summary>
    private static byte[] Echo(ReadOnlySpan<byte> data)
    {
        byte[] header = [EchoRequest, 0, 0, 0, 0x12, 0x34, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)~TapPeer.Sum([.. header, .. data]));
        return header;
    }

    /// <summary>A TCP header in answer to a SYN.</summary>
    private static byte[] Segment(ReadOnlySpan<byte> synFrame, uint sequence, byte flags)
    {
        ReadOnlySpan<byte> syn = synFrame[TapPeer.TransportStart..];
        byte[] mss = (flags & Syn) != 0 ? [2, 4, 1460 >> 8, 1460 & 255] : [];
        byte[] header = [.. syn[2..4], .. syn[..2], .. new byte[16], .. mss];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(
            header.AsSpan(8), BinaryPrimitives.ReadUInt32BigEndian(syn[4..]) + 1);
        header[12] = (byte)(header.Length << 2);
        header[13] = flags;
        header[14] = header[15] = 0xFF;
        return header;
    }

    private static byte[] ReadAll()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = 5000;
        socket.Connect(new IPEndPoint(IPAddress.Parse(TapPeer.Own.ToString()), 80));
        var all = new MemoryStream();
        byte[] some = new byte[16_384];
        for (int count; (count = socket.Receive(some)) > 0;)
        {
            all.Write(some, 0, count);
        }
        return all.ToArray();
    }
}
