using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Sending: RFC 9293 §3.8, RFC 5681, RFC 6928, RFC 7323.</summary>
public sealed class TcpSendTests
{
    // RFC 6928 §2.
    [Test]
    public void Ten_segments_leave_before_the_first_acknowledgement() => TcpScript.Run("""
        established
        write content 30000
        > . 1:10001(10*1000) ack 1
        no output
        < . 1:1(0) ack 2001
        > . 10001:14001(4*1000) ack 1
        """);

    // RFC 6928 §2: with a large MSS, 14,600 bytes but at least two segments.
    [Test]
    public void The_initial_window_is_bounded_in_bytes() => TcpScript.Run("""
        < S  0:0(0) win 65535 <mss 8960>
        > S. 0:0(0) ack 1
        < .  1:1(0) ack 1 win 65535
        write content 60000
        > . 1:17921(2*8960) ack 1
        """, mtu: 9000);

    // RFC 5681 §3.1: slow start adds what was acknowledged.
    [Test]
    public void Slow_start_doubles_the_window_in_a_round_trip() => TcpScript.Run("""
        established
        write content 100000
        > . 1:10001(10*1000) ack 1
        +0.01 < . 1:1(0) ack 10001
        > . 10001:30001(20*1000) ack 1
        """);

    [Test]
    public void Slices_and_copied_bytes_leave_in_one_stream_of_full_segments() => TcpScript.Run("""
        established
        reply write 100
        reply write content 1850
        reply write 60
        < P. 1:11(10) ack 1
        > .  1:1001(1000) ack 11
        > .  1001:2001(1000) ack 11
        > P. 2001:2011(10) ack 11
        """);

    // RFC 9293 §3.8.6: no more than the peer's window.
    [Test]
    public void The_peers_window_is_never_exceeded() => TcpScript.Run("""
        established win 3000
        write content 10000
        > . 1:3001(3*1000) ack 1
        no output
        < . 1:1(0) ack 1001 win 3000
        > . 3001:4001(1000) ack 1
        < . 1:1(0) ack 4001 win 1000
        > . 4001:5001(1000) ack 1
        """);

    // RFC 7323 §2.3: the window of every segment but a SYN is scaled.
    [Test]
    public void A_scaled_window_is_taken_scaled() => TcpScript.Run("""
        < S  0:0(0) win 65535 <mss 1000,nop,wscale 2>
        > S. 0:0(0) ack 1 <mss 1460,nop,wscale 1>
        < .  1:1(0) ack 1 win 500
        write content 10000
        > . 1:2001(2*1000) ack 1
        < .  1:1(0) ack 2001 win 1000
        > . 2001:6001(4*1000) ack 1
        """);

    // RFC 9293 §3.10.7.4: a window is taken only from a segment that is not older than the last one.
    [Test]
    public void An_old_acknowledgement_does_not_change_the_window() => TcpScript.Run("""
        established win 2000
        write content 10000
        > . 1:2001(2*1000) ack 1
        < . 1:1(0) ack 2001 win 1000
        > . 2001:3001(1000) ack 1
        < . 1:1(0) ack 1001 win 9000
        no output
        """);

    // RFC 9293 §3.10.7.4: an older segment that is sent again carries the latest acknowledgement and window.
    [Test]
    public void A_repeated_segment_with_a_newer_acknowledgement_brings_its_window() => TcpScript.Run("""
        established win 3000
        write content 10000
        > .  1:3001(3*1000) ack 1
        < P. 11:21(10) ack 1001 win 2000
        > .  3001:3001(0) ack 1
        < P. 1:11(10) ack 2001 win 1000
        > .  3001:3001(0) ack 21
        < .  21:21(0) ack 3001 win 1000
        > .  3001:4001(1000) ack 21
        """);

    // RFC 9293 §3.8.6: a peer should not take its window back, but may; our ACKs stay where it looks at them.
    [Test]
    public void Acknowledgements_stay_within_a_window_that_was_taken_back() => TcpScript.Run("""
        established win 3000
        write content 10000
        > .  1:3001(3*1000) ack 1
        < .  1:1(0) ack 1 win 500
        < P. 11:21(10) ack 1 win 500
        > .  501:501(0) ack 1
        < .  1:1(0) ack 3001 win 0
        """);

    // RFC 9293 §3.8.6.2.1: no small segment while a larger one may come, unless it is half of the largest
    // window.
    [Test]
    public void A_silly_window_is_not_filled_until_it_is_worth_a_segment() => TcpScript.Run("""
        established win 4000
        write content 10000
        > . 1:4001(4*1000) ack 1
        < . 1:1(0) ack 4001 win 300
        no output
        < . 1:1(0) ack 4001 win 1000
        > . 4001:5001(1000) ack 1
        """);

    [Test]
    public void A_window_of_half_of_the_largest_one_is_filled() => TcpScript.Run("""
        established win 800
        write content 2000
        > . 1:801(800) ack 1
        < . 1:1(0) ack 801 win 400
        > . 801:1201(400) ack 1
        """);

    // RFC 9293 §3.8.6.2.1 (override): a silly window cannot deadlock.
    [Test]
    public void A_silly_window_that_stays_is_filled_when_the_persist_timer_expires() => TcpScript.Run("""
        established win 4000
        write content 10000
        > . 1:4001(4*1000) ack 1
        < . 1:1(0) ack 4001 win 300
        +0.2 > . 4001:4301(300) ack 1
        """);

    // RFC 9293 §3.8.6.1: probes with backoff; what answers them keeps the connection.
    [Test]
    public void A_closed_window_is_probed_with_backoff_until_it_opens() => TcpScript.Run("""
        established win 1000
        write content 3000
        > . 1:1001(1000) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.2 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.4 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.8 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 2000
        > .  1001:2001(1000) ack 1
        > P. 2001:3001(1000) ack 1
        +0.2 > . 1001:2001(1000) ack 1      // the probes' backoff is not that of the data
        < . 1:1(0) ack 3001 win 2000
        """);

    // RFC 9293 §3.8.6.1: a window that opens by itself ends the probing.
    [Test]
    public void A_window_update_lets_the_data_go_at_once() => TcpScript.Run("""
        established win 1000
        write content 1500
        > . 1:1001(1000) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.1 < . 1:1(0) ack 1001 win 1000
        > P. 1001:1501(500) ack 1
        < . 1:1(0) ack 1501 win 1000
        +10 no output
        """);

    // TCP.md, attacks: a zero window held for ever is closed after the limit.
    [Test]
    public void A_window_held_shut_ends_the_connection_after_the_user_timeout() => TcpScript.Run("""
        established win 1000
        write content 3000
        > . 1:1001(1000) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.2 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.4 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.8 > . 1000:1000(0) ack 1
        < . 1:1(0) ack 1001 win 0
        +0.6 > R. 1001:1001(0) ack 1
        ended TimedOut
        connections 0
        """, limits => limits with { UserTimeout = Duration.OfMilliseconds(2000) });

    // RFC 9293 §3.8.3 and a limit of our own: R2.
    [Test]
    public void A_peer_that_falls_silent_ends_the_connection_after_the_user_timeout() => TcpScript.Run("""
        established
        write 100
        > P. 1:101(100) ack 1
        +0.2 > . 1:101(100) ack 1
        +0.4 > . 1:101(100) ack 1
        +0.8 > . 1:101(100) ack 1
        +0.6 > R. 101:101(0) ack 1
        ended TimedOut
        connections 0
        """, limits => limits with { UserTimeout = Duration.OfMilliseconds(2000) });

    // RFC 6298 §5.1: the timer is started when the segment is sent, not when it was to be.
    [Test]
    public void What_waited_for_content_has_a_whole_timeout_once_it_is_sent()
    {
        ScriptHost host = new();
        host.Content.Unload(host.Region);
        TcpScript.Run(host, """
            established
            write content 1000
            +0.15 no output
            """);
        host.Content.Load(host.Region);
        TcpScript.Run(host, """
            > P. 1:1001(1000) ack 1
            +0.15 no output
            +0.05 > . 1:1001(1000) ack 1
            """);
    }

    // RFC 5681 §4.1: after an idle time of an RTO, the window is the restart window again.
    [Test]
    public void After_idle_the_congestion_window_is_the_initial_one_again() => TcpScript.Run("""
        established
        write content 10000
        > .  1:9001(9*1000) ack 1
        > P. 9001:10001(1000) ack 1
        < .  1:1(0) ack 10001
        write content 20000
        > .  10001:29001(19*1000) ack 1
        > P. 29001:30001(1000) ack 1
        < .  1:1(0) ack 30001
        +5 write content 40000
        > .  30001:40001(10*1000) ack 1
        """);

    // RFC 7661 §4.3, §4.4.3: what the window was is the threshold that slow start comes to again, less of it
    // after five minutes.
    [TestCase(1, 30_000u)]
    [TestCase(301, 20_000u)]
    public void After_idle_the_threshold_remembers_the_window(int seconds, uint threshold)
    {
        ScriptHost host = new(limits => limits with { KeepAlive = Duration.OfMilliseconds(0) });
        TcpScript.Run(host, """
            established
            write 500
            > P. 1:501(500) ack 1
            < .  1:1(0) ack 501
            """);
        ref TcpConnection tcb = ref host.Shard.Tcp.BlockOf(host.FlowNow);
        (tcb.Cwnd, tcb.Ssthresh) = (40_000, 8_000);
        TcpScript.Run(host, $"""
            +{seconds} < P. 1:2(1) ack 501
            write 500
            > P. 501:1001(500) ack 2
            """);
        Assert.That(host.Shard.Tcp.TryInspect(host.FlowNow, out TcpConnection after), Is.True);
        Assert.That((after.Cwnd, after.Ssthresh), Is.EqualTo((10_000u, threshold)));
    }

    // RFC 9293 §3.8.4.
    [Test]
    public void An_idle_peer_is_probed_and_lives_as_long_as_it_answers() => TcpScript.Run("""
        established
        +10 > . 0:0(0) ack 1
        < . 1:1(0) ack 1
        +10 > . 0:0(0) ack 1
        < P. 1:11(10) ack 1
        +0.04 > . 1:1(0) ack 11
        +9.96 > . 0:0(0) ack 11
        < . 11:11(0) ack 1
        alive
        """, limits => limits with
    {
        KeepAlive = Duration.OfMilliseconds(10_000),
        KeepAliveInterval = Duration.OfMilliseconds(1000),
    });

    [Test]
    public void An_idle_peer_that_does_not_answer_is_given_up() => TcpScript.Run("""
        established
        +10 > . 0:0(0) ack 1
        +1 > . 0:0(0) ack 1
        +1 > . 0:0(0) ack 1
        +1 > R. 1:1(0) ack 1
        ended TimedOut
        connections 0
        """, limits => limits with
    {
        KeepAlive = Duration.OfMilliseconds(10_000),
        KeepAliveInterval = Duration.OfMilliseconds(1000),
        KeepAliveProbeMax = 3,
    });

    [Test]
    public void Without_keep_alive_an_idle_connection_stays() => TcpScript.Run("""
        established
        +100000 no output
        alive
        < P. 1:11(10) ack 1
        received 10
        +0.04 > . 1:1(0) ack 11
        """, limits => limits with { KeepAlive = Duration.OfMilliseconds(0) });
}
