using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>RFC 3168 of a sender: which segments say ECT, and what follows from ECE.</summary>
public sealed class TcpEcnSendTests
{
    private const string LossWithTimestamps = """
        < SEW 0:0(0) <mss 1012,sackOK,TS val 1 ecr 0>
        > SE. 0:0(0) ack 1 <mss 1460,sackOK,TS val 1000 ecr 1>
        < .  1:1(0) ack 1 <nop,nop,TS val 2 ecr 1000>
        write content 10000
        > .  1:9001(9*1000) ack 1
        > P. 9001:10001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,TS val 3 ecr 1000,nop,nop,sack 1001:2001>
        < .  1:1(0) ack 1 <nop,nop,TS val 3 ecr 1000,nop,nop,sack 1001:3001>
        < .  1:1(0) ack 1 <nop,nop,TS val 3 ecr 1000,nop,nop,sack 1001:4001>
        > .  1:1001(1000) ack 1 ecn NotEct

        """;

    private const string Handshake = """
        < SEW 0:0(0) <mss 1000>
        > SE. 0:0(0) ack 1
        < .  1:1(0) ack 1

        """;

    // A window of ten segments is marked: it becomes seven.
    private const string Marked = Handshake + """
        write content 40000
        > .  1:10001(10*1000) ack 1 ecn Ect0
        < E. 1:1(0) ack 1001
        < E. 1:1(0) ack 3001
        < E. 1:1(0) ack 4001
        > W. 10001:11001(1000) ack 1 ecn Ect0

        """;

    private static TcpConnection BlockOf(ScriptHost host)
    {
        Assert.That(host.Shard.Tcp.TryInspect(host.FlowNow, out TcpConnection tcb));
        return tcb;
    }

    private static TcpLimits WithSack(TcpLimits limits) => limits with { ScoreboardCount = 8 };

    // RFC 3168 §6.1.5: what is sent again, probes and FIN alone do not say ECT; §6.1.2: it tells CWR of the
    // timeout.
    [Test]
    public void Only_new_data_say_ect() => TcpScript.Run(Handshake + """
        write content 2000
        > .  1:1001(1000) ack 1 ecn Ect0
        > P. 1001:2001(1000) ack 1 ecn Ect0
        +0.2 > . 1:1001(1000) ack 1 ecn NotEct
        < .  1:1(0) ack 2001
        write 100
        > PW. 2001:2101(100) ack 1 ecn Ect0
        < .  1:1(0) ack 2101 win 0
        write 100
        +0.2 > . 2100:2100(0) ack 1 ecn NotEct
        < .  1:1(0) ack 2101
        > P. 2101:2201(100) ack 1 ecn Ect0
        < .  1:1(0) ack 2201
        finish
        > F. 2201:2201(0) ack 1 ecn NotEct
        """);

    [Test]
    public void A_reset_tells_nothing() => TcpScript.Run(Handshake + """
        < .  1:1001(1000) ack 1 ecn Ce
        abort
        > R. 1:1(0) ack 1001 ecn NotEct
        """);

    // RFC 3168 §6.1.2, RFC 9438 §4.6.
    [Test]
    public void Ece_reduces_the_window_once_and_the_next_new_segment_has_cwr()
    {
        ScriptHost host = TcpScript.Run(Marked + """
            < E. 1:1(0) ack 5001
            > .  11001:12001(1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 10001
            > .  12001:17001(5*1000) ack 1 ecn Ect0
            """);
        TcpConnection tcb = BlockOf(host);
        Assert.That(tcb.Cwnd, Is.EqualTo(7000));
        Assert.That(tcb.Ssthresh, Is.EqualTo(7000));
        Assert.That(tcb.Loss, Is.EqualTo(LossMode.Open));
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.EqualTo(1));
        Assert.That(host.Shard.Counters.Tcp.Retransmissions, Is.Zero);
    }

    // RFC 3168 §6.1.2: the window after the one that was reduced.
    [Test]
    public void Ece_of_the_segment_with_cwr_is_news()
    {
        ScriptHost host = TcpScript.Run(Marked + """
            < E. 1:1(0) ack 10001
            > .  11001:17001(6*1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 11001
            < E. 1:1(0) ack 13001
            """);
        Assert.That(BlockOf(host).Cwnd, Is.EqualTo(4900));
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.EqualTo(2));
    }

    // inet#816: that CWR was sent is not the end of the window that it is of.
    [Test]
    public void A_flood_of_ece_costs_no_more_than_one_reduction_a_window()
    {
        IEnumerable<string> flood = Enumerable.Range(1, 40).Select(i =>
            FormattableString.Invariant($"< WE. 1:1(0) ack {4001 + (i / 2)} win {60_000 - i}"));
        ScriptHost host = TcpScript.Run(Marked + string.Join('\n', flood));
        Assert.That(BlockOf(host).Cwnd, Is.EqualTo(7000));
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.EqualTo(1));
    }

    [Test]
    public void Ece_with_nothing_in_flight_means_nothing()
    {
        ScriptHost host = TcpScript.Run(Handshake + """
            < E. 1:1(0) ack 1 win 60000 times 20
            < E. 1:1(0) ack 1 win 50000 times 20
            """);
        Assert.That(BlockOf(host).Cwnd, Is.EqualTo(10_000));
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.Zero);
    }

    [Test]
    public void Ece_of_who_has_not_agreed_means_nothing()
    {
        ScriptHost host = TcpScript.Run("""
            established
            write content 20000
            > .  1:10001(10*1000) ack 1 ecn NotEct
            < E. 1:1(0) ack 2001
            > .  10001:14001(4*1000) ack 1 ecn NotEct
            """);
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.Zero);
    }

    // rfc8312bis#83, RFC 9438 §4.6: who goes on to be told of congestion comes down to one segment.
    [Test]
    public void Ece_again_and_again_leaves_one_segment()
    {
        ScriptHost host = TcpScript.Run(Handshake + """
            write content 40000
            > .  1:10001(10*1000) ack 1
            """);
        uint next = host.ShardIss!.Value + 10_001;
        for (int i = 0; i < 12; i++)
        {
            host.Peer.Sent.Clear();
            host.Peer.Send(host.Outgoing(ScriptPacket.Parse("E. 1:1(0) ack 1")) with { Ack = next });
            host.World.Settle();
            next = host.Peer.Sent.Last().Segment.Seq + 1000;
        }
        Assert.That(host.Peer.Sent, Has.Count.EqualTo(1));
        Assert.That(BlockOf(host).Cwnd, Is.EqualTo(1000));
        Assert.That(BlockOf(host).Ssthresh, Is.EqualTo(2000));
        host.Peer.Sent.Clear();
    }

    // RFC 9406 §4.2: a mark ends slow start.
    [Test]
    public void Ece_ends_slow_start()
    {
        ScriptHost host = TcpScript.Run(Marked + """
            < .  1:1(0) ack 11001
            > .  11001:18001(7*1000) ack 1
            < .  1:1(0) ack 13001
            > .  18001:20001(2*1000) ack 1
            """);
        Assert.That(BlockOf(host).Cwnd, Is.InRange(7000, 7999));
    }

    // RFC 3168 §6.1.2: "in response to a series of dropped and/or CE packets from a single window".
    [Test]
    public void A_loss_in_a_window_that_was_reduced_for_ece_reduces_no_more()
    {
        ScriptHost host = TcpScript.Run(Marked + """
            < E. 1:1(0) ack 4001
            > .  11001:12001(1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 4001
            > .  12001:13001(1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 4001
            > .  4001:5001(1000) ack 1 ecn NotEct
            > .  13001:14001(1000) ack 1 ecn Ect0
            """);
        Assert.That(BlockOf(host).Loss, Is.EqualTo(LossMode.Recovery));
        Assert.That(BlockOf(host).Ssthresh, Is.EqualTo(7000));
    }

    // RFC 3168 §6.1.2: the other way round; and the peer is told of it on what is sent for the first time.
    [Test]
    public void Ece_in_a_recovery_reduces_no_more_and_its_first_new_segment_has_cwr()
    {
        ScriptHost host = TcpScript.Run(Handshake + """
            write content 40000
            > .  1:10001(10*1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  10001:11001(1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  11001:12001(1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  1:1001(1000) ack 1 ecn NotEct
            < E. 1:1(0) ack 12001
            > W. 12001:13001(1000) ack 1 ecn Ect0
            > .  13001:19001(6*1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 12001 win 60000
            """);
        Assert.That(BlockOf(host).Ssthresh, Is.EqualTo(7000));
        Assert.That(host.Shard.Counters.Tcp.CongestionResponses, Is.Zero);
        Assert.That(host.Shard.Counters.Tcp.FastRecoveries, Is.EqualTo(1));
    }

    // The echoes of what a timeout has answered do not hold its repair back: nothing in it has CWR.
    [Test]
    public void After_a_timeout_the_window_grows_under_echoes() => TcpScript.Run(Handshake + """
        write content 40000
        > .  1:10001(10*1000) ack 1 ecn Ect0
        +0.2 > . 1:1001(1000) ack 1 ecn NotEct
        < E. 1:1(0) ack 1001
        > .  1001:3001(2*1000) ack 1 ecn NotEct
        < E. 1:1(0) ack 3001
        > .  3001:6001(3*1000) ack 1 ecn NotEct
        < E. 1:1(0) ack 10001
        > W. 10001:11001(1000) ack 1 ecn Ect0
        > .  11001:14001(3*1000) ack 1 ecn Ect0
        """);

    // virtio-spec#232: what cuts a long segment may repeat its flags. The rest of the window follows in one.
    [Test]
    public void The_segment_with_cwr_goes_alone()
    {
        ScriptHost host = TcpScript.Run(Handshake + """
            write content 40000
            > .  1:10001(10*1000) ack 1 ecn Ect0
            < E. 1:1(0) ack 10001
            > W. 10001:11001(1000) ack 1 ecn Ect0
            > .  11001:17001(6*1000) ack 1 ecn Ect0
            """);
        // The SYN-ACK, ten in one, the one with CWR, and six in one.
        Assert.That(host.Shard.Counters.Tcp.SegmentsSent, Is.EqualTo(4));
    }

    // RFC 3522: what ECE confirms is not given back.
    [Test]
    public void A_recovery_with_ece_is_not_undone()
    {
        ScriptHost host = TcpScript.Run(LossWithTimestamps + """
            < E. 1:1(0) ack 4001 <nop,nop,TS val 4 ecr 1000>
            """, WithSack);
        Assert.That(BlockOf(host).Ssthresh, Is.LessThan(10_000));
        Assert.That(host.Shard.Counters.Tcp.NeedlessRecoveries, Is.Zero);
    }

    // RFC 3168 §6.1.2 holds of every reduction; what is given back was none.
    [Test]
    public void A_recovery_that_is_undone_tells_no_cwr()
    {
        ScriptHost host = TcpScript.Run(LossWithTimestamps + """
            < .  1:1(0) ack 10001 <nop,nop,TS val 4 ecr 1000>
            write 100
            > P. 10001:10101(100) ack 1 ecn Ect0
            """, WithSack);
        Assert.That(host.Shard.Counters.Tcp.NeedlessRecoveries, Is.EqualTo(1));
    }

    // quic-go#4829: what is sent again and what is new in one pass have each their own field.
    [Test]
    public void What_is_sent_again_and_what_is_new_in_one_pass_are_marked_each_for_itself() =>
        TcpScript.Run(Handshake + """
            write content 40000
            > .  1:10001(10*1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  10001:11001(1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  11001:12001(1000) ack 1 ecn Ect0
            < .  1:1(0) ack 1
            > .  1:1001(1000) ack 1 ecn NotEct
            < .  1:1(0) ack 7001
            > .  7001:8001(1000) ack 1 ecn NotEct
            > W. 12001:13001(1000) ack 1 ecn Ect0
            > .  13001:14001(1000) ack 1 ecn Ect0
            """);
}
