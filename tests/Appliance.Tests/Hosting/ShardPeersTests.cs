using Straightwire.Appliance.Hosting;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed class ShardPeersTests
{
    private const int RecordCount = 200_000;

    [Test]
    public void What_one_thread_hands_over_another_receives_in_order_and_whole()
    {
        ShardPeers[] peers = ShardPeers.Make(2, HandoverRing.BytesMin);
        using var woken = new AutoResetEvent(false);
        peers[1].Wake = () => woken.Set();
        var writer = new Thread(() => Write(peers[0]));
        writer.Start();

        int received = 0;
        bool isInOrder = true;
        while (received < RecordCount)
        {
            if (peers[1].TryReceive(out HandoverHeader header, out ReadOnlySpan<byte> bytes))
            {
                isInOrder &= header == HeaderOf(received) && bytes.SequenceEqual(BytesOf(received));
                received++;
            }
            else if (peers[1].TrySleep())
            {
                // A wake that is lost would end here, after a long time.
                Assert.That(woken.WaitOne(TimeSpan.FromMinutes(1)), Is.True, $"woken after {received}");
                peers[1].Awake();
            }
            else
            {
                peers[1].Awake();
            }
        }
        writer.Join();

        Assert.That(isInOrder, Is.True);
        Assert.That(peers[1].HasArrivals, Is.False);
    }

    [Test]
    public void A_full_ring_refuses_until_something_was_received()
    {
        ShardPeers[] peers = ShardPeers.Make(3, HandoverRing.BytesMin);
        byte[] most = new byte[ushort.MaxValue];
        int taken = 0;
        while (peers[0].TryOffer(2, HeaderOf(taken), most))
        {
            taken++;
        }
        Assert.That(taken, Is.EqualTo(3), "of 64 KB and their heads");
        Assert.That(peers[1].TryOffer(2, HeaderOf(0), most), Is.True, "each has a ring of its own");
        for (int i = 0; i < taken + 1; i++)
        {
            Assert.That(peers[2].TryReceive(out _, out ReadOnlySpan<byte> bytes), Is.True);
            Assert.That(bytes.Length, Is.EqualTo(most.Length));
        }
        Assert.That(peers[2].TryReceive(out _, out _), Is.False);
        Assert.That(peers[0].TryOffer(2, HeaderOf(0), most), Is.True);
    }

    [Test]
    public void A_largest_record_fits_wherever_the_empty_ring_begins()
    {
        ShardPeers[] peers = ShardPeers.Make(2, HandoverRing.BytesMin);
        byte[] most = new byte[ushort.MaxValue];
        for (int i = 0; i < 500; i++)
        {
            Assert.That(peers[0].TryOffer(1, HeaderOf(i), most.AsSpan(0, i * 97)), Is.True);
            Assert.That(peers[1].TryReceive(out _, out ReadOnlySpan<byte> part), Is.True);
            Assert.That(part.Length, Is.EqualTo(i * 97));
            Assert.That(peers[1].TryReceive(out _, out _), Is.False, "and is given back");
            Assert.That(peers[0].TryOffer(1, HeaderOf(i), most), Is.True);
            Assert.That(peers[1].TryReceive(out _, out ReadOnlySpan<byte> whole), Is.True);
            Assert.That(whole.Length, Is.EqualTo(most.Length));
            Assert.That(peers[1].TryReceive(out _, out _), Is.False);
        }
    }

    [Test]
    public void Only_a_shard_that_sleeps_is_woken_and_only_once()
    {
        ShardPeers[] peers = ShardPeers.Make(2, HandoverRing.BytesMin);
        int woken = 0;
        peers[1].Wake = () => woken++;
        _ = peers[0].TryOffer(1, HeaderOf(0), []);
        peers[0].Flush();
        Assert.That(woken, Is.Zero, "it runs");
        Assert.That(peers[1].TrySleep(), Is.False, "something is there");
        peers[1].Awake();
        _ = peers[1].TryReceive(out _, out _);
        Assert.That(peers[1].TrySleep(), Is.True);
        for (int i = 0; i < 3; i++)
        {
            _ = peers[0].TryOffer(1, HeaderOf(i), []);
            peers[0].Flush();
        }
        Assert.That(woken, Is.EqualTo(1));
    }

    private static void Write(ShardPeers peers)
    {
        for (int i = 0; i < RecordCount; i++)
        {
            while (!peers.TryOffer(1, HeaderOf(i), BytesOf(i)))
            {
                peers.Flush();
                Thread.Yield();
            }
            if (i % 7 == 0)
            {
                peers.Flush();
            }
        }
        peers.Flush();
    }

    private static HandoverHeader HeaderOf(int number) => new(
        (HandoverKind)(number % 4),
        new ShardTrail((byte)number, (HandoverMarks)(number % 8)),
        new IpAddress((ulong)number << 40, (ulong)number),
        new IpAddress(~(ulong)number, ulong.MaxValue - ((ulong)number << 20)));

    private static byte[] BytesOf(int number)
    {
        byte[] bytes = new byte[number % 1501];
        Array.Fill(bytes, (byte)number);
        return bytes;
    }
}
