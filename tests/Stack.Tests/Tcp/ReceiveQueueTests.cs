using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Who is lent which receive buffer, and that the bytes move with it.</summary>
public sealed class ReceiveQueueTests
{
    private const int Small = ReceiveQueue.SmallLength;
    private const uint Peer = 0xC612_0001, OtherPeer = 0xC612_0003, ThirdPeer = 0xC612_0004;

    private TcpCounters _counters = new();
    private SimulatedPeerTable _peers = new();
    private int _connections;

    [SetUp]
    public void Begin() =>
        (_counters, _peers, _connections) = (new TcpCounters(), new SimulatedPeerTable(), 0);

    [Test]
    public void What_is_left_moves_to_a_small_buffer_once_it_fits_and_the_large_one_is_free()
    {
        ReceiveQueue queue = Build(large: 1, small: 1);
        TcpConnection first = Connection(Peer), second = Connection(Peer), third = Connection(Peer);
        Append(queue, ref first, 5000);
        Assert.That(TryAppend(queue, ref second, Small + 1), Is.True, "the small buffer takes a part");
        Assert.That(second.ReceivedBytes, Is.EqualTo(Small));
        queue.Release(ref second);
        queue.Consume(ref first, 5000 - Small - 1);
        Assert.That(first.ReceiveBuffer, Is.Negative, "a byte too long");
        queue.Consume(ref first, 1);
        Assert.That(first.ReceiveBuffer, Is.Positive);
        Pattern.Check(queue.Bytes(in first), 5000 - Small);
        Append(queue, ref third, 5000);
        Pattern.Check(queue.Bytes(in third), 0);
        Pattern.Check(queue.Bytes(in first), 5000 - Small);
    }

    [Test]
    public void A_connection_that_moved_to_a_small_buffer_grows_again()
    {
        ReceiveQueue queue = Build(large: 1, small: 1);
        TcpConnection tcb = Connection(Peer);
        Append(queue, ref tcb, 5000);
        queue.Consume(ref tcb, 4000);
        Append(queue, ref tcb, 60_000);
        Assert.That(queue.Bytes(in tcb).Length, Is.EqualTo(61_000));
        Pattern.Check(queue.Bytes(in tcb), 4000);
        queue.Consume(ref tcb, 61_000);
        Assert.That(queue.FreeCount, Is.EqualTo(2));
    }

    [Test]
    public void Out_of_order_bytes_move_along_and_count_in_what_has_to_fit()
    {
        ReceiveQueue queue = Build(large: 1, small: 1);
        TcpConnection tcb = Connection(Peer);
        Append(queue, ref tcb, 3000);
        queue.AddOutOfOrder(ref tcb, tcb.RcvNxt + 100, Pattern.Bytes(3100, 500));
        queue.Consume(ref tcb, 3600 - Small - 1);
        Assert.That(tcb.ReceiveBuffer, Is.Negative);
        queue.Consume(ref tcb, 1);
        Assert.That(tcb.ReceiveBuffer, Is.Positive);
        Append(queue, ref tcb, 100);
        Assert.That(queue.Bytes(in tcb).Length, Is.EqualTo(Small));
        Pattern.Check(queue.Bytes(in tcb), 3600 - Small);
    }

    [Test]
    public void Without_a_small_buffer_what_is_left_stays_where_it_is()
    {
        ReceiveQueue queue = Build(large: 2, small: 1);
        TcpConnection other = Connection(Peer), tcb = Connection(Peer);
        Append(queue, ref other, 10);
        Append(queue, ref tcb, 5000);
        queue.Consume(ref tcb, 4990);
        Assert.That(tcb.ReceiveBuffer, Is.Negative);
        Pattern.Check(queue.Bytes(in tcb), 4990);
        queue.Release(ref other);
        queue.Consume(ref tcb, 1);
        Assert.That(tcb.ReceiveBuffer, Is.Positive);
        Pattern.Check(queue.Bytes(in tcb), 4991);
    }

    [Test]
    public void One_peer_holds_no_more_large_buffers_than_its_limit_and_others_still_get_theirs()
    {
        ReceiveQueue queue = Build(large: 4, small: 8, percent: 50);
        TcpConnection[] greedy = [Connection(Peer), Connection(Peer), Connection(Peer)];
        Append(queue, ref greedy[0], 5000);
        // A hole holds a buffer as well as bytes that nobody consumes.
        queue.AddOutOfOrder(ref greedy[1], greedy[1].RcvNxt + 50_000, Pattern.Bytes(50_000, 1000));
        Assert.That(greedy[1].ReceiveBuffer, Is.Negative);
        Assert.That(TryAppend(queue, ref greedy[2], 5000));
        Assert.That(greedy[2].ReceivedBytes, Is.EqualTo(Small), "a small buffer is progress");
        Assert.That(_counters.ReceiveBuffersOfPeerExhausted, Is.EqualTo(1));
        Assert.That(_counters.ReceiveBuffersExhausted, Is.Zero);
        TcpConnection[] others = [Connection(OtherPeer), Connection(ThirdPeer)];
        Append(queue, ref others[0], 5000);
        Append(queue, ref others[1], 5000);
        queue.Release(ref greedy[0]);
        queue.Release(ref others[0]);
        queue.Release(ref others[1]);
        Append(queue, ref greedy[2], 5000);
        Pattern.Check(queue.Bytes(in greedy[2]), 0);
    }

    [Test]
    public void With_all_buffers_lent_bytes_are_dropped_and_counted()
    {
        ReceiveQueue queue = Build(large: 1, small: 1);
        TcpConnection first = Connection(Peer), second = Connection(Peer), third = Connection(OtherPeer);
        Append(queue, ref first, 5000);
        Append(queue, ref second, 1);
        SequenceNumber next = third.RcvNxt;
        Assert.That(TryAppend(queue, ref third, 1), Is.False);
        queue.AddOutOfOrder(ref third, next + 10, [1]);
        Assert.That((third.RcvNxt, third.ReceiveBuffer, third.RangeCount), Is.EqualTo((next, 0, 0)));
        Assert.That(_counters.ReceiveBuffersExhausted, Is.EqualTo(2));
    }

    private ReceiveQueue Build(int large, int small, int percent = 100)
    {
        TcpLimits limits = new()
        {
            ReceiveBuffers = large,
            ReceiveBufferSmallCount = small,
            Peer = new() { ReceiveBuffersPercent = percent },
        };
        return new ReceiveQueue(limits, new PeerShares(limits, 64, 1024, _peers), _counters);
    }

    private TcpConnection Connection(uint peer) => new()
    {
        Place = _connections++,
        Flow = new FlowKey(new Ipv4Address(0xC612_0002), 80, new Ipv4Address(peer), 40_000),
        Peer = _peers.Hold(new Ipv4Address(peer)),
        RcvNxt = new SequenceNumber(0xFFFF_F000),
        Irs = new SequenceNumber(0xFFFF_F000),
    };

    private static void Append(ReceiveQueue queue, ref TcpConnection tcb, int length)
    {
        int before = tcb.RcvNxt.Since(tcb.Irs);
        Assert.That(TryAppend(queue, ref tcb, length));
        Assert.That(tcb.RcvNxt.Since(tcb.Irs), Is.GreaterThanOrEqualTo(before + length), "all was taken");
    }

    private static bool TryAppend(ReceiveQueue queue, ref TcpConnection tcb, int length) =>
        queue.TryAppend(ref tcb, Pattern.Bytes(tcb.RcvNxt.Since(tcb.Irs), length));
}
