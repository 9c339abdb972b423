using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>How the receive window follows what a session takes in a round trip.</summary>
public sealed class ReceiveWindowTests
{
    private const int First = 65_536;

    [TestCase(true)]
    [TestCase(false)]
    public void An_uploads_window_becomes_twice_what_its_session_takes_in_a_round_trip(bool hasTimestamps)
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host, hasTimestamps);
        // RFC 7323 §2.3: 16 MB in units of 256 bytes; §2.2: the window of a SYN-ACK is not scaled.
        Assert.That((peer.Scale, peer.Window), Is.EqualTo((8, 65_535)));
        for (int burst = 14_600; burst < 1_000_000; burst *= 2)
        {
            Assert.That(peer.Window, Is.GreaterThanOrEqualTo(burst), "slow start is never held up");
            peer.Burst(burst);
        }
        for (int i = 0; i < 10; i++)
        {
            peer.Burst(1_000_000);
        }
        Assert.That(peer.Acknowledged, Is.EqualTo(peer.Sent));
        Assert.That(peer.Window, Is.InRange(2_000_000, 4_000_000));
        Assert.That(host.Session!.Received, Is.EqualTo(peer.Sent));
        peer.Burst(1);
        Close(host, peer);
    }

    [Test]
    public void It_grows_to_the_greatest_and_no_further()
    {
        ScriptHost host = Host(limits => limits with { ReceiveWindowMax = 1 << 20 });
        BulkPeer peer = new(host);
        for (int i = 0; i < 12; i++)
        {
            peer.Burst(1 << 24);
        }
        Assert.That((peer.Scale, peer.Window), Is.EqualTo((4, 65_535 << 4)));
        Close(host, peer);
    }

    [Test]
    public void A_peer_without_scaling_is_promised_nothing()
    {
        // RFC 7323 §2.2.
        ScriptHost host = Host();
        BulkPeer peer = new(host, scales: false);
        for (int i = 0; i < 6; i++)
        {
            peer.Burst(60_000);
        }
        Assert.That(peer.Window, Is.EqualTo(65_535));
        Assert.That(host.Shard.Counters.Tcp.ReceiveWindowsHeld, Is.Zero);
        Close(host, peer);
    }

    [Test]
    public void A_session_that_takes_nothing_has_the_first_window()
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        host.Session!.Reading = false;
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(20_000);
        }
        Assert.That((peer.Sent, peer.Window), Is.EqualTo((First - 1, 0)));
        host.Session.Reading = true;
        host.Notify();
        Close(host, peer);
    }

    [TestCase(3)]
    [TestCase(1054)]
    public void A_window_that_is_open_by_less_than_a_segment_is_told_of_when_it_opens(int left)
    {
        // The peer may wait for room for a whole segment (RFC 9293 §3.8.6.2.1), and nothing else comes.
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        peer.Burst(1448);
        host.Session!.Reading = false;
        peer.Burst(peer.Window - left);
        Assert.That(peer.Window, Is.InRange(left - 256, left + 256));
        host.Session.Reading = true;
        host.Notify();
        peer.Wait();
        Assert.That(peer.Window, Is.GreaterThan(First - 1460));
        Close(host, peer);
    }

    [Test]
    public void Requests_leave_it_as_it_is()
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        for (int i = 0; i < 100; i++)
        {
            peer.Burst(900);
        }
        Assert.That(peer.Window, Is.InRange(First - 2000, First));
        Assert.That(host.Shard.Tcp.TryInspect(ScriptHost.Flow, out TcpConnection tcb));
        Assert.That(tcb.Is(TcpMarks.Measured), Is.False, "nobody measures them");
        Close(host, peer);
    }

    [Test]
    public void Without_buffers_for_more_it_stays_and_that_is_counted()
    {
        ScriptHost host = Host(limits => limits with { ReceiveBuffers = 3 });
        BulkPeer peer = new(host);
        for (int i = 0; i < 6; i++)
        {
            peer.Burst(65_000);
        }
        Assert.That(peer.Window, Is.InRange(First - 1460, First));
        Assert.That(host.Shard.Counters.Tcp.ReceiveWindowsHeld, Is.GreaterThan(2));
        Close(host, peer);
    }

    [Test]
    public void After_a_pause_it_begins_anew_once_what_was_announced_is_used_up()
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(500_000);
        }
        int window = peer.Window;
        Assert.That(window, Is.GreaterThan(900_000));
        host.World.RunUntil(host.World.Now.PlusMilliseconds(20_000));
        for (int i = 0; i < 200 && peer.Window > 3 * First; i++)
        {
            // RFC 9293 §3.8.6: it is not taken back, but is not opened again either.
            window -= 14_600;
            peer.Burst(14_600);
            Assert.That(peer.Window, Is.InRange(window - 4000, window + 256));
        }
        for (int i = 0; i < 10; i++)
        {
            peer.Burst(14_600);
        }
        Assert.That(peer.Window, Is.InRange(First - 1460, 2 * First));
        peer.Burst(1_000_000);
        peer.Burst(1_000_000);
        Assert.That(peer.Window, Is.GreaterThan(4 * First), "it grows again");
        Close(host, peer);
    }

    [TestCase(true, 1000, 1)]
    [TestCase(true, 200, 1448)]
    [TestCase(false, 1000, 1)]
    [TestCase(false, 9000, 1)]
    public void Who_has_sent_much_once_keeps_no_buffers_from_others_by_sending_little(
        bool hasTimestamps, int pause, int bytes)
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host, hasTimestamps);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(500_000);
        }
        int edge = peer.Edge;
        Assert.That(peer.Window, Is.GreaterThan(900_000));
        Assert.That(host.Shard.Tcp.HoldsNothing, Is.False, "buffers are promised");
        for (int i = 0; i < 40_000 / pause; i++)
        {
            host.World.RunUntil(host.World.Now.PlusMilliseconds(pause - peer.RoundTrip));
            peer.Burst(bytes);
        }
        Assert.That(host.Shard.Tcp.HoldsNothing);
        Assert.That(peer.Edge, Is.GreaterThanOrEqualTo(edge), "what was announced is not taken back");
        peer.Burst(500_000);
        peer.Burst(500_000);
        Assert.That(peer.Acknowledged, Is.EqualTo(peer.Sent), "nor refused when it is used");
        Assert.That(host.Session!.Received, Is.EqualTo(peer.Sent));
        Assert.That(host.Shard.Tcp.HoldsNothing, Is.False, "they are promised again");
        Close(host, peer);
    }

    [Test]
    public void A_window_full_of_what_is_out_of_order_still_takes_what_is_missing()
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(500_000);
        }
        int hole = peer.Sent;
        peer.Skip(1000);
        peer.Burst(1 << 24);
        Assert.That((peer.Acknowledged, peer.Sent), Is.EqualTo((hole, peer.Edge)), "all of it is under way");
        peer.Send(hole, 1000);
        peer.Wait();
        Assert.That(peer.Acknowledged, Is.EqualTo(peer.Sent));
        Assert.That(host.Shard.Counters.Tcp.OutOfOrderRangesExceeded, Is.Zero);
        Assert.That(host.Session!.Received, Is.EqualTo(peer.Sent));
        Close(host, peer);
    }

    [Test]
    public void A_slow_reader_of_a_large_window_tells_of_it_by_halves()
    {
        // RFC 9293 §3.8.6.2.2.
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(500_000);
        }
        host.Session!.Reading = false;
        for (int i = 0; i < 50 && peer.Window > 0; i++)
        {
            peer.Burst(500_000);
        }
        host.Session.Reading = true;
        host.Session.Appetite = 8192;
        int before = peer.Answers;
        for (int i = 0; i < peer.Sent / 8192 + 1; i++)
        {
            host.Notify();
        }
        peer.Wait();
        Assert.That(peer.Answers - before, Is.InRange(1, 3));
        Close(host, peer);
    }

    [Test]
    public void A_FIN_behind_more_than_a_session_is_shown_at_once_is_told_when_it_was_shown_all()
    {
        ScriptHost host = Host();
        BulkPeer peer = new(host);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(500_000);
        }
        host.Session!.Reading = false;
        peer.Burst(500_000);
        host.Peer.Send(host.Outgoing(
            ScriptPacket.Parse($"F. {peer.Sent + 1}:{peer.Sent + 1}(0) ack 1 <nop,nop,TS val 1 ecr 0>")));
        host.World.Settle();
        Assert.That(host.Shard.Tcp.StateOf(ScriptHost.Flow), Is.EqualTo(TcpState.CloseWait));
        Assert.That(host.Session.PeerFinished, Is.False);
        host.Session.Reading = true;
        host.Notify();
        Assert.That((host.Session.Received, host.Session.PeerFinished), Is.EqualTo(((long)peer.Sent, true)));
        host.Shard.Reset(host.World.Now);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    private static ScriptHost Host(Func<TcpLimits, TcpLimits>? change = null)
    {
        ScriptHost host = new(limits =>
        {
            limits = limits with { ReceiveBuffers = 400, ReceiveWindowMax = 1 << 24 };
            return change?.Invoke(limits) ?? limits;
        });
        return host;
    }

    private static void Close(ScriptHost host, BulkPeer peer)
    {
        Assert.That(host.Session!.Received, Is.EqualTo(peer.Sent));
        host.Shard.Reset(host.World.Now);
        host.World.Settle();
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }
}
