using Straightwire.Simulation;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Closing: RFC 9293 §3.6 and §3.10.4 to 3.10.8.</summary>
public sealed class TcpCloseTests
{
    /// <summary>We close first; TIME-WAIT.</summary>
    private const string TimeWait = """
        established
        finish
        > F. 1:1(0) ack 1
        < F. 1:1(0) ack 2
        > .  2:2(0) ack 2
        state TimeWait

        """;

    // STYLE.md's example: RFC 9293 §3.10.7.4, eighth check.
    [Test]
    public void A_fin_after_data_is_acknowledged_and_enters_close_wait() => TcpScript.Run("""
        established
        < P. 1:19(18) ack 1
        < F. 19:19(0) ack 1
        > .  1:1(0) ack 20
        state CloseWait
        peer finished
        received 18
        """);

    // RFC 9293 §3.6, case 2: the peer closes first, and we go on sending.
    [Test]
    public void After_the_peers_fin_data_may_still_be_sent() => TcpScript.Run("""
        established
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2
        write 700
        > P. 1:701(700) ack 2
        < .  2:2(0) ack 701
        finish
        > F. 701:701(0) ack 2
        state LastAck
        < .  2:2(0) ack 702
        state Closed
        ended Closed
        connections 0
        """);

    // RFC 9293 §3.6, case 1: we close first, and go on receiving.
    [Test]
    public void After_our_fin_data_is_still_received() => TcpScript.Run("""
        established
        finish
        > F. 1:1(0) ack 1
        state FinWait1
        < .  1:1(0) ack 2
        state FinWait2
        < P. 1:501(500) ack 2
        received 500
        +0.04 > . 2:2(0) ack 501
        < F. 501:501(0) ack 2
        > .  2:2(0) ack 502
        state TimeWait
        ended Closed
        """);

    // TCP.md: FIN on the last data segment.
    [Test]
    public void Fin_rides_on_the_last_data() => TcpScript.Run("""
        established
        reply write content 1500
        reply finish
        < P. 1:11(10) ack 1
        > .   1:1001(1000) ack 11
        > FP. 1001:1501(500) ack 11
        """);

    // RFC 9293 §3.6, figure 13.
    [Test]
    public void Both_sides_may_close_at_once() => TcpScript.Run("""
        established
        finish
        > F. 1:1(0) ack 1
        < F. 1:1(0) ack 1
        > .  2:2(0) ack 2
        state Closing
        < .  2:2(0) ack 2
        state TimeWait
        ended Closed
        +60.1 no output
        state Closed
        """);

    // RFC 9293 §3.10.7.4: FIN and ACK of our FIN in one segment.
    [Test]
    public void Time_wait_lasts_two_segment_lifetimes() => TcpScript.Run(TimeWait + """
        +59 no output
        state TimeWait
        +1.1 no output
        state Closed
        """);

    // RFC 9293 §3.10.7.4: a repeated FIN is acknowledged and restarts the time.
    [Test]
    public void Time_wait_acknowledges_a_repeated_fin_and_starts_anew() => TcpScript.Run(TimeWait + """
        +50 < F. 1:1(0) ack 2
        > .  2:2(0) ack 2
        +59 no output
        state TimeWait
        +1.1 no output
        state Closed
        """);

    // RFC 1122 §4.2.2.13 and RFC 6191 §2: a SYN beyond the old sequence numbers opens a new incarnation.
    [Test]
    public void Time_wait_is_reopened_by_a_syn_beyond_the_old_sequence_numbers() =>
        TcpScript.Run(TimeWait + """
        reopen
        < S  5000:5000(0) <mss 1000>
        > S. 0:0(0) ack 5001
        < .  5001:5001(0) ack 1
        accepted 2
        state Established
        """);

    [Test]
    public void Time_wait_answers_an_old_syn_with_an_acknowledgement() => TcpScript.Run(TimeWait + """
        < S  0:0(0) <mss 1000>
        > .  2:2(0) ack 2
        state TimeWait
        accepted 1
        """);

    // RFC 6191 §2: with timestamps, a later one is enough whatever the sequence number.
    [Test]
    public void Time_wait_is_reopened_by_a_syn_with_a_later_timestamp() => TcpScript.Run("""
        established <mss 1000,nop,nop,TS val 100 ecr 0>
        < . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 1>
        finish
        > F. 1:1(0) ack 1
        < F. 1:1(0) ack 2 <nop,nop,TS val 101 ecr 1>
        > .  2:2(0) ack 2
        state TimeWait
        < S  1:1(0) <mss 1000,nop,nop,TS val 101 ecr 0>
        > .  2:2(0) ack 2
        reopen
        < S  1:1(0) <mss 1000,nop,nop,TS val 102 ecr 0>
        > S. 0:0(0) ack 2
        """);

    // RFC 6298 §5: FIN is retransmitted like data.
    [Test]
    public void A_fin_that_is_lost_is_sent_again() => TcpScript.Run("""
        established
        finish
        > F. 1:1(0) ack 1
        +0.2 > F. 1:1(0) ack 1
        +0.4 > F. 1:1(0) ack 1
        < . 1:1(0) ack 2
        state FinWait2
        """);

    [Test]
    public void Data_and_fin_that_are_lost_are_sent_again_together() => TcpScript.Run("""
        established
        reply write 500
        reply finish
        < P. 1:11(10) ack 1
        > FP. 1:501(500) ack 11
        +0.2 > F. 1:501(500) ack 11
        < . 11:11(0) ack 501
        +0.4 > F. 501:501(0) ack 11
        """);

    // RFC 9293 §3.10.7.1: what comes for a connection that is gone is answered with RST.
    [Test]
    public void Data_after_the_connection_is_gone_is_answered_with_rst() => TcpScript.Run("""
        established
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2
        finish
        > F. 1:1(0) ack 2
        < .  2:2(0) ack 2
        state Closed
        < P. 2:12(10) ack 2
        > R  2:2(0)
        """);

    // RFC 9293 §3.10.5.
    [Test]
    public void An_abort_drops_what_is_queued_and_sends_rst() => TcpScript.Run("""
        established win 1000
        write content 5000
        > .  1:1001(1000) ack 1
        abort
        > R. 1001:1001(0) ack 1
        ended Aborted
        connections 0
        < .  1:1(0) ack 1001
        > R  1001:1001(0)
        """);

    // A limit of our own (Linux: tcp_fin_timeout): the peer that never finishes.
    [Test]
    public void Fin_wait_2_ends_after_its_limit() => TcpScript.Run("""
        established
        finish
        > F. 1:1(0) ack 1
        < .  1:1(0) ack 2
        +59 no output
        state FinWait2
        +1 > R. 2:2(0) ack 1
        state Closed
        connections 0
        """, limits => limits with { KeepAlive = Duration.OfMilliseconds(0) });

    // RFC 9293 §3.10.7.4, seventh check: text after the peer's FIN is ignored.
    [Test]
    public void Data_beyond_the_peers_fin_is_never_delivered() => TcpScript.Run("""
        established
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2
        < P. 2:12(10) ack 1
        > .  1:1(0) ack 2
        received 0
        state CloseWait
        """);

    // RFC 9293 §3.10.7.4: FIN counts only in order.
    [Test]
    public void A_fin_beyond_a_hole_waits_for_the_hole() => TcpScript.Run("""
        established
        < F. 1001:2001(1000) ack 1
        > .  1:1(0) ack 1
        state Established
        < .  1:1001(1000) ack 1
        > .  1:1(0) ack 2002
        state CloseWait
        received 2000
        peer finished
        """);

    // RFC 9293 §3.10.7.4: data of the peer acknowledged, FIN retransmitted by the peer in CLOSE-WAIT.
    [Test]
    public void A_repeated_fin_is_acknowledged_again() => TcpScript.Run("""
        established
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2
        < F. 1:1(0) ack 1
        > .  1:1(0) ack 2
        state CloseWait
        """);

    [Test]
    public void A_drain_finishes_the_sessions_and_refuses_new_ones() => TcpScript.Run("""
        established
        drain
        > F. 1:1(0) ack 1
        < F. 1:1(0) ack 2
        > .  2:2(0) ack 2
        ended Closed
        """);

    [Test]
    public void At_the_end_every_connection_is_reset_though_the_link_sends_few_frames_at_a_time()
    {
        const int Connections = 10;
        ScriptHost host = new();
        for (int i = 0; i < Connections; i++)
        {
            host.ShardIss = null;
            TcpScript.Run(host, "established");
            host.PeerPortNow++;
        }
        host.Peer.SendMax = 3;

        host.Shard.Reset(host.World.Now);

        Assert.Multiple(() =>
        {
            Assert.That(host.Shard.ConnectionCount, Is.Zero);
            Assert.That(host.Peer.Sent, Has.Count.EqualTo(Connections));
            Assert.That(host.Peer.Sent.Select(s => s.Segment.DestinationPort), Is.Unique);
            Assert.That(host.Peer.Sent.Select(s => s.Segment.Has(RawFlags.Rst)), Is.All.True);
        });
    }
}
