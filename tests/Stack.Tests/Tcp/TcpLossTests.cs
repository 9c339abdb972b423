using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Loss: RFC 6298, RFC 5681, RFC 6582, RFC 6675.</summary>
public sealed class TcpLossTests
{
    private const string Sack = "established <mss 1000,nop,nop,sackOK>\n";

    // RFC 6298 §2.2: a first round trip of 100 ms makes an RTO of 300 ms; §5.5: it doubles.
    [Test]
    public void The_timeout_comes_from_the_round_trip_and_doubles() => TcpScript.Run("""
        < S  0:0(0) <mss 1000>
        > S. 0:0(0) ack 1
        +0.1 < . 1:1(0) ack 1
        write 500
        > P. 1:501(500) ack 1
        +0.3 > . 1:501(500) ack 1
        +0.6 > . 1:501(500) ack 1
        +1.2 > . 1:501(500) ack 1
        < . 1:1(0) ack 501
        +10 no output
        """);

    // RFC 6298 §2.2 without a sample from the handshake, which was sent again: §2.1's second.
    [Test]
    public void A_handshake_that_was_repeated_is_no_sample() => TcpScript.Run("""
        < S  0:0(0) <mss 1000>
        > S. 0:0(0) ack 1
        +1 > S. 0:0(0) ack 1
        < . 1:1(0) ack 1
        write 500
        > P. 1:501(500) ack 1
        +1 > . 1:501(500) ack 1
        """);

    // RFC 6298 §5.3: new data acknowledged restarts the timer.
    [Test]
    public void An_acknowledgement_of_new_data_restarts_the_timer() => TcpScript.Run("""
        established
        write content 2000
        > .  1:1001(1000) ack 1
        > P. 1001:2001(1000) ack 1
        +0.15 < . 1:1(0) ack 1001
        +0.2 > . 1001:2001(1000) ack 1
        """);

    // RFC 6298 §3 (Karn): what was sent again is no sample, and the doubled value stays until there is one.
    [Test]
    public void The_backed_off_timeout_stays_until_a_segment_sent_once_is_acknowledged() => TcpScript.Run("""
        established
        write 500
        > P. 1:501(500) ack 1
        +0.2 > . 1:501(500) ack 1
        +0.4 > . 1:501(500) ack 1
        < .  1:1(0) ack 501
        write 500
        > P. 501:1001(500) ack 1
        +0.8 > . 501:1001(500) ack 1
        """);

    // RFC 6298 §5.4 to 5.7 and RFC 5681 §3.1: after a timeout all is lost, and slow start begins with one
    // segment.
    [Test]
    public void After_a_timeout_the_window_is_sent_again_by_slow_start() => TcpScript.Run("""
        established
        write content 4000
        > .  1:3001(3*1000) ack 1
        > P. 3001:4001(1000) ack 1
        +0.2 > . 1:1001(1000) ack 1
        < .  1:1(0) ack 1001
        > .  1001:3001(2*1000) ack 1
        < .  1:1(0) ack 4001
        +10 no output
        """);

    // RFC 5681 §3.2, RFC 6582 §3.2.
    [Test]
    public void The_third_duplicate_acknowledgement_sends_the_segment_again() => TcpScript.Run("""
        established
        write content 10000
        > .  1:9001(9*1000) ack 1
        > P. 9001:10001(1000) ack 1
        < .  1:1(0) ack 1001
        < .  1:1(0) ack 1001 times 2
        no output
        < .  1:1(0) ack 1001
        > .  1001:2001(1000) ack 1
        < .  1:1(0) ack 1001 times 6
        < .  1:1(0) ack 10001
        +10 no output
        """);

    // RFC 5681 §2: what carries data, or changes the window, or has nothing in flight, is no duplicate.
    [Test]
    public void Only_an_empty_acknowledgement_that_changes_nothing_is_a_duplicate() => TcpScript.Run("""
        established win 20000
        write content 5000
        > .  1:4001(4*1000) ack 1
        > P. 4001:5001(1000) ack 1
        < .  1:1(0) ack 1 win 20001
        < .  1:1(0) ack 1 win 20002
        < .  1:1(0) ack 1 win 20003
        < P. 1:2(1) ack 1 win 20003
        < P. 2:3(1) ack 1 win 20003
        < P. 3:4(1) ack 1 win 20003
        +0.04 > . 5001:5001(0) ack 4
        < .  4:4(0) ack 5001 win 20003
        < .  4:4(0) ack 5001 win 20003 times 4
        +10 no output
        """);

    // RFC 6582 §3.2, step 3: a partial acknowledgement names the next loss.
    [Test]
    public void A_partial_acknowledgement_sends_the_next_hole_at_once() => TcpScript.Run("""
        established
        write content 10000
        > .  1:9001(9*1000) ack 1
        > P. 9001:10001(1000) ack 1
        < .  1:1(0) ack 1 times 3
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 1 times 4
        +0.01 < . 1:1(0) ack 5001
        > .  5001:6001(1000) ack 1
        +0.01 < . 1:1(0) ack 10001
        +10 no output
        """);

    // RFC 6675 §5: only the holes are sent again.
    [Test]
    public void Sack_recovery_sends_only_the_holes() => TcpScript.Run(Sack + """
        write content 10000
        > .  1:9001(9*1000) ack 1
        > P. 9001:10001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:2001>
        < .  1:1(0) ack 1 <nop,nop,sack 1001:3001>
        no output
        < .  1:1(0) ack 1 <nop,nop,sack 1001:4001>
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 5001:6001 1001:4001>
        > .  4001:5001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 5001:7001 1001:4001>
        < .  1:1(0) ack 1 <nop,nop,sack 5001:8001 1001:4001>
        < .  1:1(0) ack 1 <nop,nop,sack 5001:10001 1001:4001>
        < .  1:1(0) ack 10001
        +10 no output
        """);

    // RFC 6675 §2: with SACK, what SACKs nothing new is no duplicate: a peer's keep-alives, copies of what it
    // has sent before.
    [Test]
    public void With_sack_an_acknowledgement_that_sacks_nothing_new_is_no_duplicate() =>
        TcpScript.Run(Sack + """
            write content 5000
            > .  1:4001(4*1000) ack 1
            > P. 4001:5001(1000) ack 1
            < .  1:1(0) ack 1 times 4
            < .  1:1(0) ack 1 <nop,nop,sack 1001:2001> times 4
            no output
            < .  1:1(0) ack 1 <nop,nop,sack 1001:4001>
            > .  1:1001(1000) ack 1
            < .  1:1(0) ack 5001
            +10 no output
            """);

    // RFC 6675 §5, step 2: more than two segments' bytes SACKed are as good as three duplicates.
    [Test]
    public void One_acknowledgement_that_sacks_three_segments_begins_recovery() => TcpScript.Run(Sack + """
        write content 5000
        > .  1:4001(4*1000) ack 1
        > P. 4001:5001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:5001>
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 5001
        +10 no output
        """);

    // RFC 2018 §5.1 and RFC 6675 §5.1: after a timeout too, what is SACKed is not sent again.
    [Test]
    public void After_a_timeout_what_was_sacked_is_not_sent_again() => TcpScript.Run(Sack + """
        write content 3000
        > .  1:2001(2*1000) ack 1
        > P. 2001:3001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:2001>
        +0.001 > . 1:1001(1000) ack 1
        +0.2 > . 1:1001(1000) ack 1
        +0.01 < . 1:1(0) ack 2001
        > .  2001:3001(1000) ack 1
        < .  1:1(0) ack 3001
        +10 no output
        """);

    // RFC 2018 §8: the peer may throw away what it has SACKed.
    [Test]
    public void What_was_sacked_and_thrown_away_is_sent_again_in_the_end() => TcpScript.Run(Sack + """
        write content 3000
        > .  1:2001(2*1000) ack 1
        > P. 2001:3001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:3001>
        +0.001 > . 1:1001(1000) ack 1
        < .  1:1(0) ack 1001
        +0.2 > . 1001:2001(1000) ack 1
        < .  1:1(0) ack 2001
        > .  2001:3001(1000) ack 1
        < .  1:1(0) ack 3001
        +10 no output
        """);

    // CVE-2019-11477 and nonsense: blocks beyond what was sent, inverted or empty say nothing, nor does one
    // whose ends go round the sequence space, each after the number before it.
    [Test]
    public void Sack_blocks_that_name_nothing_sent_are_ignored() => TcpScript.Run(Sack + """
        write content 3000
        > .  1:2001(2*1000) ack 1
        > P. 2001:3001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 3001:9001>
        < .  1:1(0) ack 1 <nop,nop,sack 3001:2147486649 1001:1001 2000000000:3000000000>
        no output
        +0.002 > . 2001:3001(1000) ack 1
        +0.2 > . 1:1001(1000) ack 1
        < .  1:1(0) ack 3001
        """);

    // RFC 5681 §3.2, (6), and RFC 9438 §4.6: after recovery the window is smaller than it was.
    [Test]
    public void After_recovery_the_window_is_the_reduced_one() => TcpScript.Run(Sack + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:4001>
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:10001>
        > .  10001:14001(4*1000) ack 1
        < .  1:1(0) ack 10001
        > .  14001:15001(1000) ack 1
        """, limits => limits with { Congestion = CongestionAlgorithm.NewReno });

    // RFC 5681 §3.1, (4), and §4.3: the threshold is half of what is in flight, and what was SACKed is not;
    // RFC 3465 §2.3: after a timeout an acknowledgement adds one segment, however much it covers.
    [Test]
    public void After_a_timeout_the_window_is_of_what_was_in_flight() => TcpScript.Run(Sack + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 3001:10001>
        > .  1:3001(3*1000) ack 1
        > .  10001:12001(2*1000) ack 1
        +0.2 > . 1:1001(1000) ack 1
        +0.01 < . 1:1(0) ack 12001
        > .  12001:14001(2*1000) ack 1
        """, limits => limits with { Congestion = CongestionAlgorithm.NewReno });

    // RFC 3522, RFC 4015: the first acknowledgement after a retransmission echoes the first transmission, so
    // that it was late and not lost; the window is what it was.
    [Test]
    public void A_recovery_that_was_needless_takes_nothing() => TcpScript.Run("""
        < S  0:0(0) <mss 1012,sackOK,TS val 1 ecr 0,nop,wscale 0>
        > S. 0:0(0) ack 1
        +0.05 < . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1>
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.05 < . 1:1(0) ack 1 <nop,nop,TS val 2 ecr 51,nop,nop,sack 1001:5001>
        > .  1:1001(1000) ack 1
        > .  10001:11001(1000) ack 1
        +0.01 < . 1:1(0) ack 11001 <nop,nop,TS val 3 ecr 51>
        > .  11001:32001(21*1000) ack 1
        """);

    // RFC 9293 §3.10.7.4: an acknowledgement of part of a segment moves to within it.
    [Test]
    public void An_acknowledgement_within_a_segment_is_taken() => TcpScript.Run("""
        established
        write 1000
        > P. 1:1001(1000) ack 1
        < .  1:1(0) ack 501
        +0.2 > . 501:1001(500) ack 1
        """);

    // RFC 7323 §4: with timestamps a retransmission is a sample, so that the backoff ends with it.
    [Test]
    public void With_timestamps_a_retransmission_is_a_sample() => TcpScript.Run("""
        established <mss 1000,nop,nop,TS val 1 ecr 0>
        write 500
        > P. 1:501(500) ack 1
        +0.2 > . 1:501(500) ack 1
        +0.4 > . 1:501(500) ack 1 <nop,nop,TS val 601 ecr 1>
        +0.01 < . 1:1(0) ack 501 <nop,nop,TS val 2 ecr 601>
        write 400
        > P. 501:901(400) ack 1
        +0.2 > . 501:901(400) ack 1
        """);

    // RFC 2883 §4, RFC 7323 §5.3: where the first acknowledgement was lost, the second echoes what was sent
    // first; the time since then is no round trip, and the doubled value stays.
    [Test]
    public void An_acknowledgement_of_what_came_twice_is_no_sample() => TcpScript.Run("""
        established <mss 1000,sackOK,TS val 1 ecr 0,nop,wscale 0>
        write 500
        > P. 1:501(500) ack 1 <nop,nop,TS val 1 ecr 1>
        +0.2 > . 1:501(500) ack 1 <nop,nop,TS val 201 ecr 1>
        +0.4 > . 1:501(500) ack 1 <nop,nop,TS val 601 ecr 1>
        +0.01 < . 1:1(0) ack 501 <nop,nop,TS val 2 ecr 1,nop,nop,sack 1:501>
        write 500
        > P. 501:1001(500) ack 1 <nop,nop,TS val 611 ecr 2>
        +0.8 > . 501:1001(500) ack 1 <nop,nop,TS val 1411 ecr 2>
        """);
}
