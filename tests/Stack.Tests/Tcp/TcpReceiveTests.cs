using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Receiving: RFC 9293 §3.10.7.4, RFC 5681 §4.2, RFC 2018, RFC 2883, RFC 7323 §5.</summary>
public sealed class TcpReceiveTests
{
    private const string Sack = "established <mss 1000,nop,nop,sackOK>\n";
    private const string Stamps = "established <mss 1000,nop,nop,TS val 1 ecr 0>\n";

    // RFC 9293 §3.8.6.3: less than 500 ms; ours is 40 ms.
    [Test]
    public void A_lone_segment_is_acknowledged_after_the_delay() => TcpScript.Run("""
        established
        < P. 1:1001(1000) ack 1
        received 1000
        +0.04 > . 1:1(0) ack 1001
        """);

    // RFC 5681 §4.2: at least every second full-sized segment.
    [Test]
    public void Every_second_full_segment_is_acknowledged_at_once() => TcpScript.Run("""
        established
        < . 1:1461(1460) ack 1
        no output
        < . 1461:2921(1460) ack 1
        > . 1:1(0) ack 2921
        < . 2921:4381(1460) ack 1
        no output
        < . 4381:5841(1460) ack 1
        > . 1:1(0) ack 5841
        received 5840
        """);

    // RFC 8985 §7.2: a sender that has more than a segment in flight waits for no delayed acknowledgement.
    [Test]
    public void A_full_segment_and_a_piece_are_acknowledged_at_once() => TcpScript.Run("""
        established
        < .  1:1001(1000) ack 1
        < P. 1001:1013(12) ack 1
        > .  1:1(0) ack 1013
        < P. 1013:1050(37) ack 1
        < P. 1050:1087(37) ack 1
        +0.04 > . 1:1(0) ack 1087       // what is typed waits for company
        """);

    // RFC 5681 §4.2: what is full to the peer is what its path takes, which may be less than ours.
    [Test]
    public void Every_second_segment_is_one_though_ours_could_be_larger() => TcpScript.Run("""
        established <mss 8960>
        < . 1:501(500) ack 1
        < . 501:1001(500) ack 1
        > . 1:1(0) ack 1001
        """, mtu: 9000);

    // RFC 2018 §3, RFC 9293 §3.4: a FIN is an octet of its own, and out of order as its data are.
    [Test]
    public void A_fin_out_of_order_is_part_of_what_is_sacked() => TcpScript.Run(Sack + """
        < F. 1001:1101(100) ack 1
        > .  1:1(0) ack 1 <nop,nop,sack 1001:1102>
        < .  1:1001(1000) ack 1
        > .  1:1(0) ack 1102
        peer finished
        """);

    // All of it is old but its acknowledgement: its sender has cancelled the one that it owed.
    [Test]
    public void What_comes_again_still_acknowledges() => TcpScript.Run("""
        established
        < P. 1:101(100) ack 1
        reply write 200
        +0.04 > . 1:1(0) ack 101
        < P. 101:201(100) ack 1
        > P. 1:201(200) ack 201
        +0.01 < P. 101:201(100) ack 201
        > .  201:201(0) ack 201
        +1 no output
        """);

    // What is older than any window tells nothing, whatever it acknowledges.
    [Test]
    public void What_is_far_behind_acknowledges_nothing() => TcpScript.Run("""
        established
        reply write 200
        < P. 1:101(100) ack 1
        > P. 1:201(200) ack 101
        +0.01 < P. 4294896296:4294896396(100) ack 201
        > .  201:201(0) ack 101
        +0.19 > . 1:201(200) ack 101
        """);

    [Test]
    public void An_acknowledgement_rides_on_the_answer() => TcpScript.Run("""
        established
        reply write 300
        < P. 1:101(100) ack 1
        > P. 1:301(300) ack 101
        +1 > . 1:301(300) ack 101
        < . 101:101(0) ack 301
        +1 no output
        """, limits => limits with { RtoMin = Duration.OfMilliseconds(1000) });

    // RFC 5681 §4.2: at once, on what is out of order and on what fills a hole.
    [Test]
    public void Out_of_order_data_is_acknowledged_at_once_and_delivered_when_the_hole_is_filled() =>
        TcpScript.Run("""
        established
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 1 <>
        < . 2001:3001(1000) ack 1
        > . 1:1(0) ack 1 <>
        received 0
        < . 1:1001(1000) ack 1
        > . 1:1(0) ack 3001
        received 3000
        """);

    [Test]
    public void A_hole_that_is_filled_in_part_is_acknowledged_at_once() => TcpScript.Run("""
        established
        < . 2001:3001(1000) ack 1
        > . 1:1(0) ack 1
        < . 1:1001(1000) ack 1
        > . 1:1(0) ack 1001
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 3001
        """);

    // RFC 2018 §4: the latest block first, then those reported before it, the most recent first.
    [Test]
    public void Sack_blocks_stand_in_the_order_in_which_they_were_last_reported() => TcpScript.Run(Sack + """
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        < . 3001:4001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 3001:4001 1001:2001>
        < . 5001:6001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 5001:6001 3001:4001 1001:2001>
        < . 7001:8001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 7001:8001 5001:6001 3001:4001 1001:2001>
        < . 9001:10001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 9001:10001 7001:8001 5001:6001 3001:4001>
        < . 2001:3001(1000) ack 1
        > . 1:1(0) ack 1 <nop,nop,sack 1001:4001 9001:10001 7001:8001 5001:6001>
        < . 1:1001(1000) ack 1
        > . 1:1(0) ack 4001 <nop,nop,sack 9001:10001 7001:8001 5001:6001>
        """);

    // RFC 2883 §4.1.1: a segment that came twice, and a part of one.
    [Test]
    public void A_duplicate_is_reported_once_in_the_first_block() => TcpScript.Run(Sack + """
        < . 1:1001(1000) ack 1
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 2001
        < . 1:1001(1000) ack 1
        > . 1:1(0) ack 2001 <nop,nop,sack 1:1001>
        < . 3001:4001(1000) ack 1
        > . 1:1(0) ack 2001 <nop,nop,sack 3001:4001>
        < . 1501:2501(1000) ack 1
        > . 1:1(0) ack 2501 <nop,nop,sack 1501:2001 3001:4001>
        received 2500
        """);

    // RFC 9293 §3.10.7.4: what was received is trimmed off the front.
    [Test]
    public void A_segment_that_overlaps_what_was_received_delivers_only_the_new_bytes() => TcpScript.Run("""
        established
        < . 1:1001(1000) ack 1
        < . 501:1501(1000) ack 1
        > . 1:1(0) ack 1501
        received 1500
        """);

    // RFC 9293 §3.10.7.4, first check: an unacceptable segment is answered with an ACK.
    [Test]
    public void Data_outside_of_the_window_is_dropped_and_acknowledged() => TcpScript.Run("""
        established
        < . 65537:65538(1) ack 1
        > . 1:1(0) ack 1
        < . 100001:100002(1) ack 1
        > . 1:1(0) ack 1
        received 0
        """);

    [Test]
    public void What_lies_beyond_the_window_is_cut_off() => TcpScript.Run("""
        < S 0:0(0) <mss 1000>
        > S. 0:0(0) ack 1 win 4000
        < . 1:1(0) ack 1
        < . 3501:4501(1000) ack 1
        > . 1:1(0) ack 1
        < . 1:3501(3500) ack 1
        > . 1:1(0) ack 4001
        received 4000
        """, limits => limits with { ReceiveWindow = 4000 });

    // RFC 7323 §5.3, R1: PAWS.
    [Test]
    public void A_segment_older_than_the_last_timestamp_is_dropped_and_acknowledged() =>
        TcpScript.Run(Stamps + """
        < . 1:1001(1000) ack 1 <nop,nop,TS val 50 ecr 1>
        received 1000
        +0.04 > . 1:1(0) ack 1001 <nop,nop,TS val 41 ecr 50>
        < . 1001:2001(1000) ack 1 <nop,nop,TS val 49 ecr 1>
        > . 1:1(0) ack 1001
        received 1000
        < . 1001:2001(1000) ack 1 <nop,nop,TS val 50 ecr 1>
        received 2000
        +0.04 > . 1:1(0) ack 2001 <nop,nop,TS val 81 ecr 50>
        """);

    // RFC 7323 §3.2 has a SHOULD here, but old peers leave the option out (gvisor#11536), and Linux takes
    // what they send.
    [Test]
    public void A_segment_without_the_negotiated_timestamps_is_taken() => TcpScript.Run(Stamps + """
        < . 1:1001(1000) ack 1
        received 1000
        +0.04 > . 1:1(0) ack 1001
        """);

    [Test]
    public void A_handshake_is_completed_by_an_acknowledgement_without_the_negotiated_timestamps() =>
        TcpScript.Run("""
        < S 0:0(0) <mss 1000,nop,nop,TS val 1 ecr 0>
        > S. 0:0(0) ack 1
        < . 1:1(0) ack 1
        < P. 1:11(10) ack 1
        received 10
        +0.04 > . 1:1(0) ack 11
        """);

    // A keep-alive of one byte before the window (RFC 9293 §3.8.4).
    [Test]
    public void A_keep_alive_without_the_negotiated_timestamps_is_answered() => TcpScript.Run(Stamps + """
        < . 0:0(0) ack 1
        > . 1:1(0) ack 1
        """);

    // RFC 7323 §4.3, case (A): with delayed acknowledgements the earlier timestamp is echoed.
    [Test]
    public void The_timestamp_echoed_is_that_of_the_segment_that_the_acknowledgement_waits_for() =>
        TcpScript.Run(Stamps + """
        < . 1:1461(1460) ack 1 <nop,nop,TS val 50 ecr 1>
        < . 1461:2921(1460) ack 1 <nop,nop,TS val 60 ecr 1>
        > . 1:1(0) ack 2921 <nop,nop,TS val 1 ecr 50>
        """);

    // RFC 6093 and TCP.md: urgent data is ordinary data.
    [Test]
    public void An_urgent_pointer_is_ignored_and_its_data_delivered() => TcpScript.Run("""
        established
        < PU. 1:101(100) ack 1 urg 50
        < PU. 101:201(100) ack 1 urg 60000
        < U. 201:201(0) ack 1 urg 9
        received 200
        +0.04 > . 1:1(0) ack 201
        """);

    // RFC 9293 §3.10.7.4: a segment without ACK is dropped.
    [Test]
    public void Data_without_ack_is_never_delivered() => TcpScript.Run("""
        established
        < P 1:101(100)
        received 0
        +1 no output
        """);

    // RFC 9293 §3.8.6.2.2: the window closes as the session does not read, and opens by a segment or half of
    // it.
    [Test]
    public void A_window_that_the_session_does_not_empty_closes_and_a_probe_is_answered() => TcpScript.Run("""
        < S 0:0(0) <mss 1000>
        > S. 0:0(0) ack 1 win 4000
        < . 1:1(0) ack 1
        read off
        < . 1:1001(1000) ack 1
        < . 1001:2001(1000) ack 1
        > . 1:1(0) ack 2001 win 2000
        shown 2000
        received 0
        """, limits => limits with { ReceiveWindow = 4000 });

    // Segment smack (CVE-2018-5390): ranges are limited; what is dropped is sent again.
    [Test]
    public void Out_of_order_ranges_beyond_the_limit_are_dropped_and_acknowledged()
    {
        IEnumerable<string> pieces = Enumerable.Range(1, 65).Select(piece => FormattableString.Invariant($"""
            < . {10 * piece + 1}:{10 * piece + 2}(1) ack 1
            > . 1:1(0) ack 1

            """));
        TcpScript.Run($"""
            established
            {string.Concat(pieces)}
            < . 1:642(641) ack 1
            > . 1:1(0) ack 642
            received 641
            < . 642:661(19) ack 1
            received 660
            +0.04 > . 1:1(0) ack 661
            """);
    }

    // RFC 2018 §3: of a whole window in which every other segment is missing nothing has to come twice.
    [Test]
    public void Every_other_segment_of_a_window_is_kept()
    {
        IEnumerable<string> pieces = Enumerable.Range(0, 32).Select(piece => FormattableString.Invariant($"""
            < . {2000 * piece + 1001}:{2000 * piece + 2001}(1000) ack 1
            > . 1:1(0) ack 1

            """));
        IEnumerable<string> holes = Enumerable.Range(0, 32).Select(piece => FormattableString.Invariant($"""
            < . {2000 * piece + 1}:{2000 * piece + 1001}(1000) ack 1
            > . 1:1(0) ack {2000 * piece + 2001}

            """));
        TcpScript.Run($"""
            established
            {string.Concat(pieces)}
            {string.Concat(holes)}
            received 64000
            """);
    }

    // RFC 5681 §4.2 asks for an acknowledgement of each segment out of order: of those that one batch brings,
    // every range is told of, by as few as have place for them (RFC 2018 §3, §4).
    [Test]
    public void Every_range_of_a_batch_is_told_of() => TcpScript.Run("""
        < S  0:0(0) <mss 1000,sackOK,TS val 1 ecr 0,nop,wscale 0>
        > S. 0:0(0) ack 1
        < . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1>
        << . 1001:1501(500) ack 1 <nop,nop,TS val 1 ecr 1>
        << . 3001:3501(500) ack 1 <nop,nop,TS val 1 ecr 1>
        << . 3501:4001(500) ack 1 <nop,nop,TS val 1 ecr 1>
        << . 5001:5501(500) ack 1 <nop,nop,TS val 1 ecr 1>
        << . 7001:7501(500) ack 1 <nop,nop,TS val 1 ecr 1>
        > . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1,nop,nop,sack 5001:5501 3001:4001 1001:1501>
        > . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1,nop,nop,sack 7001:7501 5001:5501 3001:4001>
        +1 no output
        """);
}
