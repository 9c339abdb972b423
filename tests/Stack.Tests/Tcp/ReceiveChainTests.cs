using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Windows of more than a buffer: where bytes stand, and what is promised for them.</summary>
public sealed class ReceiveChainTests
{
    private const int Length = 4096;
    private const uint Peer = 0xC612_0001, OtherPeer = 0xC612_0003;

    private TcpCounters _counters = new();
    private SimulatedPeerTable _peers = new();
    private int _connections;

    [SetUp]
    public void Begin() =>
        (_counters, _peers, _connections) = (new TcpCounters(), new SimulatedPeerTable(), 0);

    [Test]
    public void A_byte_far_behind_a_hole_costs_its_buffer_alone()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        Assert.That(queue.PromiseWindow(in tcb, 20 * Length), Is.EqualTo(20 * Length));
        int promised = queue.FreeCount;
        Assert.That(promised, Is.EqualTo(64 + 8 - 21), "one more than the window: it begins anywhere");
        OutOfOrder(queue, ref tcb, (19 * Length) + 100, 10);
        OutOfOrder(queue, ref tcb, 5, 10);
        Assert.That(queue.FreeCount, Is.EqualTo(promised), "nothing beyond what was promised");
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("5-15 77924-77934"));
        Assert.That(queue.Bytes(in tcb).Length, Is.Zero);
        queue.Clear(ref tcb);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void A_range_over_many_buffers_is_one_block()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 20 * Length);
        OutOfOrder(queue, ref tcb, 100, 5 * Length);
        OutOfOrder(queue, ref tcb, 9 * Length, Length);
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("36864-40960 100-20580"));
        OutOfOrder(queue, ref tcb, (5 * Length) + 100, (4 * Length) - 100);
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("100-40960"));
        Append(queue, ref tcb, 100);
        Assert.That((tcb.ReceivedBytes, tcb.RangeCount), Is.EqualTo((10 * Length, 0)));
        queue.Clear(ref tcb);
    }

    [Test]
    public void What_is_consumed_in_parts_is_shown_a_buffer_at_a_time_and_its_buffers_come_back()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 8 * Length);
        Append(queue, ref tcb, (5 * Length) + 7);
        int consumed = 0;
        while (tcb.ReceivedBytes > 0)
        {
            Pattern.Check(queue.Bytes(in tcb), consumed);
            Assert.That(queue.Bytes(in tcb).Length, Is.EqualTo(Math.Min(Length, tcb.ReceivedBytes)));
            int length = queue.Bytes(in tcb).Length;
            queue.Consume(ref tcb, length);
            consumed += length;
        }
        Assert.That(consumed, Is.EqualTo((5 * Length) + 7));
        queue.UnpromiseBeyond(in tcb, Length);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void What_a_session_leaves_is_shown_with_a_windows_worth_of_what_follows()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 8 * Length);
        Append(queue, ref tcb, 3 * Length);
        for (int left = 7; left > 0; left--)
        {
            queue.Consume(ref tcb, queue.Bytes(in tcb).Length - left);
            // As a session does that takes nothing of what it is shown again.
            Assert.That(queue.TryGather(ref tcb, left));
            queue.TryGather(ref tcb, queue.Bytes(in tcb).Length);
            Assert.That(queue.Bytes(in tcb).Length, Is.EqualTo(Math.Min(Length, tcb.ReceivedBytes)));
            Pattern.Check(queue.Bytes(in tcb), (3 * Length) - tcb.ReceivedBytes);
            if (tcb.ReceivedBytes <= Length)
            {
                break;
            }
            Assert.That(queue.TryGather(ref tcb, Length), Is.False, "it is never longer than that");
        }
        Assert.That(queue.TryGather(ref tcb, tcb.ReceivedBytes), Is.False);
        queue.Clear(ref tcb);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void A_promise_is_of_what_the_peer_may_have_and_leaves_a_quarter_of_all()
    {
        ReceiveQueue queue = Build(large: 64, percent: 25);
        TcpConnection tcb = Connection(Peer), second = Connection(Peer), other = Connection(OtherPeer);
        Assert.That(queue.PromiseWindow(in tcb, 64 * Length), Is.EqualTo(12 * Length), "21 of 100");
        Assert.That(queue.PromiseWindow(in second, 64 * Length), Is.EqualTo(Length), "no more");
        Append(queue, ref second, 3000);
        Assert.That(queue.PromiseWindow(in other, 64 * Length), Is.EqualTo(9 * Length));
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 13 - 1 - 10));
        ReceiveQueue unlimited = Build(large: 64);
        TcpConnection greedy = Connection(Peer);
        Assert.That(unlimited.PromiseWindow(in greedy, 64 * Length), Is.EqualTo(47 * Length));
        Assert.That(unlimited.FreeCount, Is.EqualTo(16 + 8));
    }

    [Test]
    public void What_is_held_counts_though_it_is_promised_no_more()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 8 * Length);
        OutOfOrder(queue, ref tcb, 6 * Length, 10);
        queue.UnpromiseBeyond(in tcb, 3 * Length);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 4));
        queue.UnpromiseBeyond(in tcb, Length);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 2));
        Append(queue, ref tcb, 6 * Length);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 7));
        while (tcb.ReceivedBytes > 0)
        {
            queue.Consume(ref tcb, queue.Bytes(in tcb).Length);
        }
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void After_the_peers_FIN_only_what_is_held_counts()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 8 * Length);
        Append(queue, ref tcb, 2 * Length);
        queue.UnpromiseAll(in tcb);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 2));
        queue.Consume(ref tcb, Length + 0);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8 - 1));
        queue.Consume(ref tcb, 1);
        Pattern.Check(queue.Bytes(in tcb), Length + 1);
        queue.Consume(ref tcb, Length - 1);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void Segments_of_536_bytes_with_every_second_one_lost_are_all_kept()
    {
        TcpLimits limits = new()
        {
            ReceiveBuffers = 64,
            ReceiveBufferSmallCount = 8,
            Peer = new() { ReceiveBuffersPercent = 100 },
        };
        ReceiveQueue queue = new(limits, new PeerShares(limits, 64, 1024, _peers), _counters);
        TcpConnection tcb = Connection(Peer);
        int window = queue.PromiseWindow(in tcb, 40 * limits.ReceiveWindow);
        int kept = 0;
        for (int offset = 536; offset + 536 <= window; offset += 1072)
        {
            OutOfOrder(queue, ref tcb, offset, 536);
            kept++;
        }
        Assert.That(_counters.OutOfOrderSegments, Is.EqualTo(kept));
        Assert.That(_counters.OutOfOrderRangesExceeded, Is.Zero);
        Assert.That(queue.SackBlockCount(in tcb, 4), Is.EqualTo(4));
        queue.Clear(ref tcb);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void What_is_next_is_taken_however_many_ranges_there_are_behind_it()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        for (int offset = 10; offset < 2000; offset += 20)
        {
            OutOfOrder(queue, ref tcb, offset, 1);
        }
        Assert.That(_counters.OutOfOrderRangesExceeded, Is.GreaterThan(80), "a segment smack");
        Append(queue, ref tcb, 5);
        Append(queue, ref tcb, 2000);
        Assert.That((tcb.ReceivedBytes, tcb.RangeCount), Is.EqualTo((2005, 0)));
        Pattern.Check(queue.Bytes(in tcb), 0);
        queue.Clear(ref tcb);
        Assert.That(queue.FreeCount, Is.EqualTo(64 + 8));
    }

    [Test]
    public void A_copy_of_what_came_out_of_order_is_reported_with_its_block_behind_it()
    {
        // RFC 2883 §4.1.2.
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        queue.PromiseWindow(in tcb, 8 * Length);
        OutOfOrder(queue, ref tcb, 1000, 500);
        OutOfOrder(queue, ref tcb, 3000, 500);
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("3000-3500 1000-1500"));
        OutOfOrder(queue, ref tcb, 1200, 400);
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("1200-1500 1000-1600 3000-3500"));
        Assert.That(Blocks(queue, ref tcb), Is.EqualTo("1000-1600 3000-3500"), "it is reported once");
        queue.Clear(ref tcb);
    }

    [Test]
    public void A_peer_with_many_connections_full_of_holes_leaves_others_their_buffers()
    {
        ReceiveQueue queue = Build(large: 64, percent: 25);
        for (int i = 0; i < 1000; i++)
        {
            TcpConnection greedy = Connection(Peer);
            int window = queue.PromiseWindow(in greedy, 1 << 24);
            for (int offset = 100; offset < window; offset += Length)
            {
                OutOfOrder(queue, ref greedy, offset, 1);
            }
        }
        Assert.That(queue.FreeCount, Is.GreaterThanOrEqualTo(48), "a quarter of each kind is its share");
        Assert.That(_counters.ReceiveBuffersOfPeerExhausted, Is.GreaterThan(900));
        Assert.That(_counters.ReceiveBuffersExhausted, Is.Zero);
        TcpConnection other = Connection(OtherPeer);
        Assert.That(queue.PromiseWindow(in other, 1 << 24), Is.GreaterThanOrEqualTo(8 * Length));
        Append(queue, ref other, 8 * Length);
    }

    [Test]
    public void Nothing_is_allocated_for_what_is_kept()
    {
        ReceiveQueue queue = Build(large: 64);
        TcpConnection tcb = Connection(Peer);
        byte[] bytes = Pattern.Bytes(0, 100_000);
        long before = 0;
        for (int round = 0; round < 20; round++)
        {
            before = round == 10 ? GC.GetAllocatedBytesForCurrentThread() : before;
            queue.PromiseWindow(in tcb, 20 * Length);
            for (int offset = 1000; offset < 80_000; offset += 2000)
            {
                queue.AddOutOfOrder(ref tcb, tcb.RcvNxt + offset, bytes.AsSpan(0, 1000));
            }
            queue.TryAppend(ref tcb, bytes.AsSpan(0, 80_000));
            while (tcb.ReceivedBytes > 0)
            {
                queue.Consume(ref tcb, queue.Bytes(in tcb).Length);
            }
            queue.UnpromiseBeyond(in tcb, Length);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private ReceiveQueue Build(int large, int percent = 100)
    {
        TcpLimits limits = new()
        {
            ReceiveWindow = Length,
            ReceiveBuffers = large,
            ReceiveBufferSmallCount = 8,
            Peer = new() { ReceiveBuffersPercent = percent },
        };
        return new ReceiveQueue(limits, new PeerShares(limits, 64, 1024, _peers), _counters);
    }

    private TcpConnection Connection(uint peer) => new()
    {
        Place = _connections++,
        Marks = TcpMarks.Sack,
        Peer = _peers.Hold(new Ipv4Address(peer)),
        RcvNxt = new SequenceNumber(0xFFFF_F000),
        Irs = new SequenceNumber(0xFFFF_F000),
    };

    private static void OutOfOrder(ReceiveQueue queue, ref TcpConnection tcb, int offset, int length) =>
        queue.AddOutOfOrder(ref tcb, tcb.Irs + offset, Pattern.Bytes(offset, length));

    private static void Append(ReceiveQueue queue, ref TcpConnection tcb, int length)
    {
        int end = tcb.RcvNxt.Since(tcb.Irs) + length;
        Assert.That(queue.TryAppend(ref tcb, Pattern.Bytes(end - length, length)));
        Assert.That(tcb.RcvNxt.Since(tcb.Irs), Is.GreaterThanOrEqualTo(end));
    }

    private static string Blocks(ReceiveQueue queue, ref TcpConnection tcb)
    {
        var blocks = new SackBlock[queue.SackBlockCount(in tcb, 4)];
        queue.WriteSackBlocks(ref tcb, blocks);
        SequenceNumber first = tcb.Irs;
        return string.Join(
            ' ', blocks.Select(block => $"{block.Left.Since(first)}-{block.Right.Since(first)}"));
    }
}
