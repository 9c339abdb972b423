using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// A connection ends while its session has yet to be shown what was received (RFC 9293 §3.6: "a TCP
/// implementation will reliably deliver all buffers SENT before the connection was CLOSED").
/// </summary>
public sealed class TcpUnreadCloseTests
{
    // Far more than a session is shown at once.
    private const int Unread = 500_000;

    [Test]
    public void Time_wait_begins_and_the_session_lives_until_it_was_shown_all()
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        Finish(host);
        Send(host, ".", peer.Sent, ack: 2);
        Assert.That(State(host), Is.EqualTo(TcpState.FinWait2));
        StopReading(host, peer);
        Send(host, "F.", peer.Sent, ack: 2);
        ExpectUntold(host, TcpState.TimeWait);
        ReadAll(host, peer);
        Assert.That((State(host), host.Shard.Tcp.TimeWaitCount), Is.EqualTo((TcpState.TimeWait, 1)));
        ExpectEmpty(host);
    }

    [Test]
    public void After_both_have_closed_at_once_it_lives_on_too()
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        Finish(host);
        Send(host, "F.", peer.Sent, ack: 1);
        ExpectUntold(host, TcpState.Closing);
        Send(host, ".", peer.Sent + 1, ack: 2);
        ExpectUntold(host, TcpState.TimeWait);
        ReadAll(host, peer);
        ExpectEmpty(host);
    }

    [Test]
    public void A_session_that_finishes_before_it_has_read_all_may_read_on()
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        Send(host, "F.", peer.Sent, ack: 1);
        ExpectUntold(host, TcpState.CloseWait);
        Finish(host);
        Send(host, ".", peer.Sent + 1, ack: 2);
        Send(host, ".", peer.Sent + 1, ack: 2);
        ExpectUntold(host, TcpState.LastAck);
        ReadAll(host, peer);
        Assert.That(State(host), Is.EqualTo(TcpState.Closed));
        ExpectEmpty(host);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void One_that_reads_nothing_more_is_given_up(bool finishesFirst)
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        if (finishesFirst)
        {
            Finish(host);
        }
        Send(host, "F.", peer.Sent, ack: 1);
        if (!finishesFirst)
        {
            Finish(host);
        }
        Send(host, ".", peer.Sent + 1, ack: 2);
        host.World.RunUntil(host.World.Now.PlusMilliseconds(59_000));
        Assert.That(host.Session!.End, Is.Null);
        // It is what its session does that counts, not what its peer sends.
        Send(host, "F.", peer.Sent, ack: 2);
        host.World.RunUntil(host.World.Now.PlusMilliseconds(1500));
        Assert.That((host.Session.End, host.Session.PeerFinished), Is.EqualTo((StreamEnd.TimedOut, false)));
        Assert.That(State(host), Is.EqualTo(TcpState.Closed));
        ExpectEmpty(host);
    }

    [Test]
    public void One_that_reads_slowly_has_the_time_that_it_needs()
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        Finish(host);
        Send(host, "F.", peer.Sent, ack: 2);
        host.Session!.Reading = true;
        host.Session.Appetite = 100_000;
        while (!host.Session.PeerFinished)
        {
            host.World.RunUntil(host.World.Now.PlusMilliseconds(50_000));
            Assert.That(host.Session.End, Is.Null);
            host.Notify();
        }
        Assert.That((host.Session.Received, host.Session.End), Is.EqualTo((peer.Sent, StreamEnd.Closed)));
        ExpectEmpty(host);
    }

    [Test]
    public void One_that_aborts_then_ends_at_once_and_its_peer_is_not_told()
    {
        // RFC 9293 §3.10.5: to a peer in TIME-WAIT, or that has gone, it is no news.
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        Finish(host);
        Send(host, "F.", peer.Sent, ack: 2);
        host.Peer.Sent.Clear();
        host.Session!.Actions.Enqueue((ref output, _) => output.Abort());
        host.Notify();
        Assert.That((host.Session.End, State(host)), Is.EqualTo((StreamEnd.Aborted, TcpState.Closed)));
        Assert.That(host.Peer.Sent, Is.Empty);
        ExpectEmpty(host);
    }

    [Test]
    public void A_new_connection_of_the_same_flow_waits_for_it()
    {
        (ScriptHost host, BulkPeer peer) = Connect();
        StopReading(host, peer);
        Finish(host);
        Send(host, "F.", peer.Sent, ack: 2);
        host.Peer.Sent.Clear();
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse(
            $"S {peer.Sent + 5000}:{peer.Sent + 5000}(0) <mss 1000,sackOK,TS val 9000 ecr 0,nop>")));
        host.World.Settle();
        ExpectUntold(host, TcpState.TimeWait);
        Assert.That(host.Peer.Sent.Single().Segment.Flags, Is.EqualTo(RawFlags.Ack), "a challenge");
        ReadAll(host, peer);
        ExpectEmpty(host);
    }

    // RFC 9293 §3.10.5: it asked for it in FIN-WAIT-2; that the peer's FIN came with the same bytes is not
    // yet seen.
    [Test]
    public void A_session_that_aborts_upon_the_last_bytes_has_aborted() => TcpScript.Run("""
        established
        finish
        > F. 1:1(0) ack 1
        < .  1:1(0) ack 2
        reply abort
        < F. 1:101(100) ack 2
        > R. 2:2(0) ack 101
        ended Aborted
        state Closed
        """);

    private static (ScriptHost Host, BulkPeer Peer) Connect()
    {
        ScriptHost host = new(limits => limits with { ReceiveBuffers = 400, ReceiveWindowMax = 1 << 24 });
        BulkPeer peer = new(host);
        for (int i = 0; i < 8; i++)
        {
            peer.Burst(Unread);
        }
        return (host, peer);
    }

    private static void StopReading(ScriptHost host, BulkPeer peer)
    {
        host.Session!.Reading = false;
        peer.Burst(Unread);
    }

    private static void Finish(ScriptHost host)
    {
        host.Session!.Actions.Enqueue((ref output, _) => output.Finish());
        host.Notify();
    }

    private static void Send(ScriptHost host, string flags, int place, int ack)
    {
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse(
            $"{flags} {place + 1}:{place + 1}(0) ack {ack} <nop,nop,TS val 1 ecr 0>")));
        host.World.Settle();
    }

    private static void ExpectUntold(ScriptHost host, TcpState state)
    {
        Assert.That(State(host), Is.EqualTo(state));
        Assert.That((host.Session!.PeerFinished, host.Session.End), Is.EqualTo((false, (StreamEnd?)null)));
    }

    private static void ReadAll(ScriptHost host, BulkPeer peer)
    {
        host.Session!.Reading = true;
        host.Notify();
        Assert.That(
            (host.Session.Received, host.Session.PeerFinished, host.Session.End),
            Is.EqualTo((peer.Sent, true, StreamEnd.Closed)));
    }

    private static void ExpectEmpty(ScriptHost host)
    {
        host.World.RunUntil(host.World.Now.PlusMilliseconds(60_500));
        Assert.That(host.Shard.Tcp.ConnectionCount + host.Shard.Tcp.TimeWaitCount, Is.Zero);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    private static TcpState State(ScriptHost host) => host.Shard.Tcp.StateOf(ScriptHost.Flow);
}
