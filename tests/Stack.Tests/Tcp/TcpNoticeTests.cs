using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// Notices from one session to another, and the receive window of a session that consumes when it is told to.
/// </summary>
public sealed class TcpNoticeTests
{
    [Test]
    public void A_notified_session_may_write_and_finish()
    {
        ScriptHost host = TcpScript.Run("established");
        host.Session!.Actions.Enqueue((ref output, _) => Assert.That(output.TryWrite(Pattern.Bytes(0, 5))));
        host.Session.Actions.Enqueue((ref output, _) => output.Finish());
        TcpScript.Run(host, """
            notify
            > FP. 1:6(5) ack 1
            state FinWait1
            """);
    }

    [Test]
    public void A_notified_session_may_abort_and_is_shown_nothing_more()
    {
        ScriptHost host = TcpScript.Run("""
            established
            read off
            < P. 1:11(10) ack 1
            shown 10
            +0.04 > . 1:1(0) ack 11
            """);
        host.Session!.Reading = true;
        host.Session.Actions.Enqueue((ref output, _) => output.Abort());
        TcpScript.Run(host, """
            notify
            > R. 1:1(0) ack 11
            received 0
            ended Aborted
            """);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    [TestCase(false, 0)]
    [TestCase(true, 1)]
    public void A_session_that_has_enough_queued_is_told_when_some_of_it_has_arrived(bool awaits, int told)
    {
        ScriptHost host = TcpScript.Run("established");
        host.Session!.Actions.Enqueue((ref output, _) =>
        {
            Assert.That(output.TryWrite(Pattern.Bytes(0, 3000)));
            if (awaits)
            {
                output.WaitForAcknowledgement();
            }
        });
        TcpScript.Run(host, """
            notify
            > . 1:1001(1000) ack 1
            > . 1001:2001(1000) ack 1
            > P. 2001:3001(1000) ack 1
            < . 1:1(0) ack 2001
            """);
        Assert.That(host.Session.Writable, Is.EqualTo(told));
        TcpScript.Run(host, "< . 1:1(0) ack 3001");
        Assert.That(host.Session.Writable, Is.EqualTo(told + 1), "all of it has");
    }

    [Test]
    public void Many_notices_before_a_pass_are_one()
    {
        ScriptHost host = TcpScript.Run("established");
        for (int i = 0; i < 10; i++)
        {
            host.Network.Notify(host.Session!.Id);
        }
        Assert.That(host.Shard.NextDeadline, Is.LessThanOrEqualTo(host.World.Now), "a pass is due at once");
        TcpScript.Run(host, "no output");
        Assert.That(host.Session!.Notified, Is.EqualTo(1));
        Assert.That(host.Shard.NextDeadline, Is.GreaterThan(host.World.Now));
    }

    [Test]
    public void Nobody_is_notified_of_a_connection_that_is_gone_or_of_none()
    {
        ScriptHost host = TcpScript.Run("""
            established
            < R 1:1(0)
            ended ResetByPeer
            """);
        ScriptSession first = host.Session!;
        host.ShardIss = null;
        host.PeerPortNow++;
        TcpScript.Run(host, "established");
        ScriptSession second = host.Session!;
        Assert.That(second.Id.Place, Is.EqualTo(first.Id.Place), "the place is used again");
        host.Network.Notify(first.Id);
        host.Network.Notify(default);
        host.Network.Notify(new StreamId(second.Id.Place, second.Id.Number + 1));
        Assert.That(host.Shard.Tcp.HasNotices, Is.False);
        host.Notify();
        Assert.That((first.Notified, second.Notified), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_notice_to_a_connection_that_ends_before_the_pass_is_dropped()
    {
        ScriptHost host = TcpScript.Run("established");
        host.Network.Notify(host.Session!.Id);
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse("R 1:1(0)")));
        TcpScript.Run(host, """
            ended ResetByPeer
            connections 0
            """);
        Assert.That(host.Session.Notified, Is.Zero);
    }

    [Test]
    public void A_connection_in_time_wait_is_notified_of_nothing()
    {
        ScriptHost host = TcpScript.Run("""
            established
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2
            > .  2:2(0) ack 2
            ended Closed
            notify
            state TimeWait
            """);
        Assert.That(host.Session!.Notified, Is.Zero);
    }

    [Test]
    public void Sessions_that_notify_each_other_for_ever_do_not_hold_up_the_shard()
    {
        ScriptHost host = TcpScript.Run("established");
        ScriptSession first = host.Session!;
        host.ShardIss = null;
        host.PeerPortNow++;
        TcpScript.Run(host, "established");
        ScriptSession second = host.Session!;
        first.WhenNotified = () => host.Network.Notify(second.Id);
        second.WhenNotified = () => host.Network.Notify(first.Id);
        host.Network.Notify(first.Id);
        int passes = 0;
        for (; passes < 10; passes++)
        {
            Assert.That(host.Shard.Poll(host.World.Now), "a notice waits");
        }
        Assert.That(first.Notified, Is.InRange(passes, 10 * passes));
        Assert.That(second.Notified, Is.InRange(passes, 10 * passes));
        // Other work goes on meanwhile.
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse("P. 1:11(10) ack 1")));
        host.Shard.Poll(host.World.Now);
        Assert.That(second.Received, Is.EqualTo(10));
        second.WhenNotified = null;
        TcpScript.Run(host, "+0.04 > . 1:1(0) ack 11");
    }

    [Test]
    public void A_session_that_notifies_itself_is_told_again()
    {
        ScriptHost host = TcpScript.Run("established");
        ScriptSession session = host.Session!;
        session.WhenNotified = () =>
        {
            if (session.Notified < 10)
            {
                host.Network.Notify(session.Id);
            }
        };
        host.Notify();
        Assert.That(session.Notified, Is.EqualTo(10));
    }

    // RFC 9293 §3.8.6.2.2 and §3.8.6.1: the window shuts, probes are answered, and it opens with an update.
    [Test]
    public void A_session_that_stops_consuming_shuts_the_window_and_opens_it_when_it_is_notified() =>
        TcpScript.Run("""
        < S 0:0(0) <mss 1000>
        > S. 0:0(0) ack 1 win 4000
        < . 1:1(0) ack 1
        read off
        < . 1:1001(1000) ack 1
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 2001 win 2000
        < . 2001:3001(1000) ack 1
        < . 3001:4001(1000) ack 1
        > . 1:1(0) ack 4001 win 0
        shown 4000
        // A probe of one octet (RFC 9293), and one of none (Linux).
        +1 < . 4001:4002(1) ack 1
        > . 1:1(0) ack 4001 win 0
        +1 < . 4000:4000(0) ack 1
        > . 1:1(0) ack 4001 win 0
        +20 notify
        no output
        shown 4000
        read on
        notify
        > . 1:1(0) ack 4001 win 4000
        received 4000
        < . 4001:5001(1000) ack 1
        received 5000
        +0.04 > . 1:1(0) ack 5001
        """, limits => limits with { ReceiveWindow = 4000 });

    // RFC 9293 §3.8.6.2.2: no small windows are announced; a probe finds what has become free.
    [Test]
    public void The_window_opens_by_half_at_once_and_by_less_when_it_is_probed()
    {
        ScriptHost host = TcpScript.Run("""
            < S 0:0(0) <mss 1000>
            > S. 0:0(0) ack 1 win 8000
            < . 1:1(0) ack 1
            read off
            < . 1:4001(4000) ack 1
            > . 1:1(0) ack 4001 win 4000
            < . 4001:8001(4000) ack 1
            > . 1:1(0) ack 8001 win 0
            """, limits => limits with { ReceiveWindow = 8000 }, mtu: 9000);
        host.Session!.Reading = true;
        host.Session.Appetite = 1500;
        TcpScript.Run(host, """
            notify
            no output
            received 1500
            +1 < . 8001:8002(1) ack 1
            > . 1:1(0) ack 8001 win 1500
            """);
        host.Session.Appetite = 8000;
        TcpScript.Run(host, """
            notify
            > . 1:1(0) ack 8001 win 8000
            received 8000
            """);
    }

    // A peer that has sent all and its FIN: nothing is lost, however late the session consumes.
    [Test]
    public void What_was_not_consumed_before_the_peers_fin_is_shown_when_the_session_is_notified()
    {
        ScriptHost host = TcpScript.Run("""
            established
            read off
            < .  1:1001(1000) ack 1
            < F. 1001:2001(1000) ack 1
            > .  1:1(0) ack 2002
            peer finished
            shown 2000
            +100 read on
            notify
            received 2000
            state CloseWait
            finish
            > F. 1:1(0) ack 2002
            < .  2002:2002(0) ack 2
            ended Closed
            """);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    // Holes beyond what was not consumed stay where they belong.
    [Test]
    public void A_session_that_consumes_a_part_when_notified_loses_no_byte_beyond_a_hole()
    {
        ScriptHost host = TcpScript.Run("""
            established
            read off
            < .  1:2001(2000) ack 1
            > .  1:1(0) ack 2001
            < .  4001:5001(1000) ack 1
            > .  1:1(0) ack 2001
            """, mtu: 9000);
        host.Session!.Reading = true;
        host.Session.Appetite = 1300;
        TcpScript.Run(host, """
            notify
            received 1300
            < .  2001:3001(1000) ack 1
            > .  1:1(0) ack 3001
            received 2600
            < .  3001:4001(1000) ack 1
            > .  1:1(0) ack 5001
            received 3900
            notify
            received 5000
            """);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }
}
