using System.Buffers.Binary;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Wire;
using static Straightwire.Stack.Tests.Ip.IpHarness;

namespace Straightwire.Stack.Tests.Ip;

public class IpFuzzTests
{
    private static readonly byte[][] Seeds =
    [
        ArpFrame(ArpPacket.Request, PeerMac, Peer, Ours),
        ArpFrame(ArpPacket.Reply, PeerMac, Peer, Ours, OurMac),
        IpFrame(IpProtocol.Icmp, IcmpMessage(8, 0, 1, Bytes(56))),
        IpFrame(
            IpProtocol.Icmp, IcmpMessage(3, 4, 1300, IpFrame(IpProtocol.Tcp, Bytes(40), Ours, Peer)[14..])),
        IpFrame(IpProtocol.Udp, UdpDatagram(4000, 53, Bytes(30))),
        IpFrame(IpProtocol.Udp, UdpDatagram(4000, 54, Bytes(30))),
        IpFrame(IpProtocol.Tcp, Bytes(60)),
        IpFrame(IpProtocol.Udp, Bytes(64), identification: 1, more: true),
        IpFrame(IpProtocol.Udp, Bytes(64), identification: 1, offset: 64),
        IpFrame(IpProtocol.Tcp, Bytes(64), identification: 2, offset: 64, more: true),
        IpFrame(99, Bytes(10)),
    ];

    [Test]
    public void Mutated_frames_throw_nothing_and_leave_nothing_behind([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var harness = new IpHarness(
            new IpOptions { Neighbors = 8, Reassemblies = 8 }, gateway: "198.18.0.1");
        harness.Udp.Listen(new ReverseService(53));
        for (int i = 0; i < 5000; i++)
        {
            harness.Receive(
                Mutate(Seeds[random.Next(Seeds.Length)], random), (ReceiveChecksum)random.Next(2));
            harness.Batch.Took(harness.Batch.Pending.Length);
            if (random.Next(100) == 0)
            {
                harness.Now = harness.Now.PlusMilliseconds(random.Next(2000));
                harness.Layer.OnTimers(harness.Now);
            }
        }
        Assert.That(harness.Tcp, Is.Not.Empty, "some frames pass");
        harness.Now = harness.Now.PlusMilliseconds(120_000);
        harness.Layer.OnTimers(harness.Now);
        Assert.That(harness.Layer.V4.ReassemblyCount, Is.Zero);
        Assert.That(harness.Layer.V4.Neighbors.Count, Is.LessThanOrEqualTo(8));
    }

    [Test]
    public void Nothing_is_allocated_per_frame()
    {
        var harness = new IpHarness(hasTcp: false);
        void Round()
        {
            foreach (byte[] frame in Seeds)
            {
                harness.Layer.OnFrame(frame, ReceiveChecksum.Unverified, harness.Now);
                harness.Batch.Took(harness.Batch.Pending.Length);
            }
            harness.Now = harness.Now.PlusMilliseconds(50);
            harness.Layer.OnTimers(harness.Now);
            _ = harness.Layer.NextDeadline;
        }
        for (int i = 0; i < 100; i++)
        {
            Round();
        }

        // The compiler, which takes hot methods anew, allocates on this thread at some time.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
            {
                Round();
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero);
        Assert.That(harness.Counters.Ip.EchoRepliesSent, Is.EqualTo(6100));
        Assert.That(harness.Counters.Ip.Reassembled, Is.EqualTo(6100));
    }

    /// <summary>
    /// Changes a few bytes or the length; mostly repairs the IPv4 checksum, so that the change gets deeper.
    /// </summary>
    private static byte[] Mutate(byte[] seed, Random random)
    {
        byte[] frame = [.. seed];
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(3) == 0
                ? random.Next(frame.Length)
                : random.Next(14, Math.Min(frame.Length, 50));
            frame[at] = (byte)(random.Next(2) == 0 ? random.Next(256) : frame[at] ^ (1 << random.Next(8)));
        }
        if (random.Next(5) == 0)
        {
            Array.Resize(ref frame, random.Next(frame.Length + 20));
        }
        int headerLength = frame.Length > 14 ? (frame[14] & 15) * 4 : 0;
        if (random.Next(4) != 0 && headerLength >= 20 && frame.Length >= 14 + headerLength)
        {
            Span<byte> header = frame.AsSpan(14, headerLength);
            header[10..12].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(
                header[10..], InternetChecksum.Complete(InternetChecksum.Sum(header)));
        }
        return frame;
    }
}
