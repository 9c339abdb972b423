using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// RACK-TLP (RFC 8985) and proportional rate reduction (RFC 6937), at a round trip of 100 ms.
/// </summary>
public sealed class TcpRackTests
{
    private const string Open = """
        < S  0:0(0) <mss 1000,nop,nop,sackOK>
        > S. 0:0(0) ack 1
        +0.1 < . 1:1(0) ack 1

        """;

    private const string OpenWithTimestamps = """
        < S  0:0(0) <mss 1012,sackOK,TS val 1 ecr 0,nop,wscale 0>
        > S. 0:0(0) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1>

        """;

    private static TcpLimits NewReno(TcpLimits limits) =>
        limits with { Congestion = CongestionAlgorithm.NewReno };

    // §6.2, step 5: what was passed by one segment alone is lost a quarter of the round trip later.
    [Test]
    public void What_one_segment_has_passed_is_lost_after_the_reordering_window() => TcpScript.Run(Open + """
        write content 3000
        > .  1:2001(2*1000) ack 1
        > P. 2001:3001(1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        +0.025 > . 1:1001(1000) ack 1
        +0.1 < . 1:1(0) ack 3001
        +10 no output
        """);

    // §6.2, step 5: what comes within the reordering window was not lost.
    [Test]
    public void What_is_late_by_less_than_the_window_is_not_sent_again() => TcpScript.Run(Open + """
        write content 3000
        > .  1:2001(2*1000) ack 1
        > P. 2001:3001(1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        +0.02 < . 1:1(0) ack 3001
        +10 no output
        """);

    // §6.2, step 4: while no reordering was seen, three SACKed segments need no window; once it was, they do.
    [Test]
    public void Where_reordering_was_seen_three_segments_are_no_proof() => TcpScript.Run(Open + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        > .  10001:11001(1000) ack 1
        +0.01 < . 1:1(0) ack 2001
        > .  11001:14001(3*1000) ack 1
        +0.001 < . 1:1(0) ack 2001 <nop,nop,sack 3001:8001>
        > .  14001:19001(5*1000) ack 1
        +0.025 > . 2001:3001(1000) ack 1
        """);

    // §6.2, step 4: a duplicate tells that the window was too short, and makes it half of a round trip.
    [Test]
    public void A_duplicate_widens_the_reordering_window() => TcpScript.Run(Open + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        > .  10001:11001(1000) ack 1
        +0.025 > . 1:1001(1000) ack 1
        +0.01 < . 1:1(0) ack 2001
        +0.01 < . 1:1(0) ack 2001 <nop,nop,sack 1:1001>
        > .  11001:12001(1000) ack 1
        +0.001 < . 1:1(0) ack 2001 <nop,nop,sack 3001:8001>
        > .  12001:17001(5*1000) ack 1
        +0.05 > . 2001:3001(1000) ack 1
        """);

    // §6.2, step 4: once a round trip, and not once in 4 GB of numbers.
    [Test]
    public void A_duplicate_widens_it_again_however_much_was_sent_since()
    {
        ScriptHost host = TcpScript.Run(Open + """
            write content 10000
            > .  1:9001(9*1000) ack 1
            > P. 9001:10001(1000) ack 1
            +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
            +0.025 > . 1:1001(1000) ack 1
            +0.01 < . 1:1(0) ack 2001 <nop,nop,sack 1:1001>
            +0.01 < . 1:1(0) ack 2001 <nop,nop,sack 1:1001>
            """);
        ref TcpConnection tcb = ref host.Shard.Tcp.BlockOf(host.FlowNow);
        Assert.That(tcb.ReorderingSteps, Is.EqualTo(1), "once a round trip");
        Send(host, ". 1:1(0) ack 10001");
        tcb.WidenedUntil = tcb.SndUna + int.MaxValue;
        Send(host, ". 1:1(0) ack 10001 <nop,nop,sack 1:1001>");
        Assert.That(tcb.ReorderingSteps, Is.EqualTo(2));
    }

    private static void Send(ScriptHost host, string packet)
    {
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse(packet)));
        host.World.Settle();
    }

    // §6.2: a retransmission that something sent after it has passed is lost itself, and goes again without a
    // timeout.
    [Test]
    public void A_lost_retransmission_is_found_by_what_was_sent_after_it() => TcpScript.Run(Open + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:10001>
        > .  1:1001(1000) ack 1
        > .  10001:16001(6*1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:11001>
        > .  1:1001(1000) ack 1
        > .  16001:17001(1000) ack 1
        +0.05 < . 1:1(0) ack 11001
        > .  17001:18001(1000) ack 1
        """);

    // §6.2, step 2: what is acknowledged may have been sent first; only a timestamp tells.
    [Test]
    public void A_late_first_transmission_says_nothing_of_the_retransmissions() =>
        TcpScript.Run(OpenWithTimestamps + """
            write content 60000
            > .  1:10001(10*1000) ack 1
            +0.1 < . 1:1(0) ack 1 <nop,nop,TS val 2 ecr 101,nop,nop,sack 1001:2001 3001:10001>
            > .  1:1001(1000) ack 1
            > .  2001:3001(1000) ack 1
            > .  10001:15001(5*1000) ack 1
            +0.01 < . 1:1(0) ack 1 <nop,nop,TS val 2 ecr 101,nop,nop,sack 1001:10001>
            > .  15001:16001(1000) ack 1
            no output
            """);

    // §7.3: two round trips after the last segment it goes again, and its acknowledgement shows what is lost
    // before it.
    [Test]
    public void A_lost_tail_is_found_by_a_probe() => TcpScript.Run(Open + """
        write content 5000
        > .  1:4001(4*1000) ack 1
        > P. 4001:5001(1000) ack 1
        +0.1 < . 1:1(0) ack 2001
        +0.202 > . 4001:5001(1000) ack 1
        +0.1 < . 1:1(0) ack 2001 <nop,nop,sack 4001:5001>
        +0.025 > . 2001:3001(1000) ack 1
        +0.1 < . 1:1(0) ack 3001 <nop,nop,sack 4001:5001>
        > .  3001:4001(1000) ack 1
        +0.1 < . 1:1(0) ack 5001
        +10 no output
        """);

    // §7.3: where there is something new to send, that is the probe, whatever the congestion window says.
    [Test]
    public void A_probe_is_new_data_where_there_are_some() => TcpScript.Run(Open + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.202 > . 10001:11001(1000) ack 1
        +0.01 < . 1:1(0) ack 11001
        > .  11001:32001(21*1000) ack 1
        """);

    // §7.2: a single segment may wait for a delayed acknowledgement, so that the retransmission timeout comes
    // first.
    [Test]
    public void A_single_segment_is_not_probed_before_its_timeout() => TcpScript.Run(Open + """
        write 500
        > P. 1:501(500) ack 1
        +0.3 > . 1:501(500) ack 1
        """);

    // §7.4: a probe that was needed has repaired a loss, which takes its part of the window; one that came
    // twice does not.
    [TestCase("ack 6001", 7000u)]
    [TestCase("ack 6001 <nop,nop,sack 4001:5001>", 16_000u)]
    public void A_probe_that_has_repaired_a_loss_is_answered_as_a_loss(string acknowledgment, uint window)
    {
        ScriptHost host = TcpScript.Run(Open + $"""
            write content 5000
            > .  1:4001(4*1000) ack 1
            > P. 4001:5001(1000) ack 1
            +0.202 > . 4001:5001(1000) ack 1
            write content 1000
            > P. 5001:6001(1000) ack 1
            +0.1 < . 1:1(0) {acknowledgment}
            """);
        Assert.That(host.Shard.Counters.Tcp.TailProbes, Is.EqualTo(1));
        Assert.That(host.Shard.Tcp.TryInspect(host.FlowNow, out TcpConnection tcb), Is.True);
        Assert.That(tcb.Cwnd, Is.EqualTo(window));
    }

    // RFC 6937 §3: while more is in flight than the threshold, one segment goes for two that have arrived.
    [Test]
    public void What_is_sent_in_recovery_is_in_proportion_to_what_has_arrived() => TcpScript.Run(Open + """
        write content 60000
        > .  1:10001(10*1000) ack 1
        +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:2001>
        > .  10001:11001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:3001>
        > .  11001:12001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:4001>
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 1 <nop,nop,sack 1001:5001>
        < .  1:1(0) ack 1 <nop,nop,sack 1001:6001>
        no output
        < .  1:1(0) ack 1 <nop,nop,sack 1001:7001>
        > .  12001:13001(1000) ack 1
        """, NewReno);

    // RFC 9438 §4.9: what was needless takes nothing from the memory of CUBIC either.
    [Test]
    public void A_recovery_that_was_needless_leaves_cubic_where_it_was()
    {
        ScriptHost host = TcpScript.Run(OpenWithTimestamps + """
            write content 60000
            > .  1:10001(10*1000) ack 1
            """);
        ref TcpConnection before = ref host.Shard.Tcp.BlockOf(host.FlowNow);
        before.Ssthresh = 10_000;
        before.Growth.Cubic = new() { WMax = 70, WPrior = 80, WEst = 9, K = 2, EpochStart = new Instant(1) };
        CubicState cubic = before.Growth.Cubic;
        TcpScript.Run(host, """
            +0.1 < . 1:1(0) ack 1 <nop,nop,TS val 2 ecr 101,nop,nop,sack 1001:5001>
            > .  1:1001(1000) ack 1
            > .  10001:11001(1000) ack 1
            """);
        Assert.That(host.Shard.Tcp.BlockOf(host.FlowNow).Growth.Cubic, Is.Not.EqualTo(cubic));
        TcpScript.Run(host, """
            +0.01 < . 1:1(0) ack 11001 <nop,nop,TS val 3 ecr 101>
            > .  11001:26001(15*1000) ack 1
            """);
        Assert.That(host.Shard.Counters.Tcp.NeedlessRecoveries, Is.EqualTo(1));
        CubicState after = host.Shard.Tcp.BlockOf(host.FlowNow).Growth.Cubic;
        Assert.That(after.WEst, Is.GreaterThan(cubic.WEst), "it grows on");
        Assert.That(after with { WEst = cubic.WEst }, Is.EqualTo(cubic));
    }

    // RFC 3708, RFC 4015: duplicates of all that was sent again tell that nothing was lost, without
    // timestamps too.
    [Test]
    public void Duplicates_of_all_that_was_sent_again_give_the_window_back()
    {
        ScriptHost host = TcpScript.Run(Open + """
            write content 60000
            > .  1:10001(10*1000) ack 1
            +0.1 < . 1:1(0) ack 1 <nop,nop,sack 1001:9001>
            > .  1:1001(1000) ack 1
            > .  10001:13001(3*1000) ack 1
            +0.01 < . 1:1(0) ack 10001
            > .  13001:15001(2*1000) ack 1
            +0.01 < . 1:1(0) ack 10001 <nop,nop,sack 1:1001>
            > .  15001:20001(5*1000) ack 1
            """, NewReno);
        Assert.That(host.Shard.Counters.Tcp.NeedlessRecoveries, Is.EqualTo(1));
    }

    // RFC 7661: what tested the smaller window of the recovery has not tested the one that is given back.
    [Test]
    public void A_window_that_is_given_back_grows_only_if_it_was_filled()
    {
        ScriptHost host = TcpScript.Run(OpenWithTimestamps + """
            write content 10000
            > .  1:9001(9*1000) ack 1
            > P. 9001:10001(1000) ack 1
            """);
        host.Shard.Tcp.BlockOf(host.FlowNow).Cwnd = 40_000;
        TcpScript.Run(host, """
            +0.1 < . 1:1(0) ack 1 <nop,nop,TS val 2 ecr 101,nop,nop,sack 1001:5001>
            > .  1:1001(1000) ack 1
            +0.01 < . 1:1(0) ack 10001 <nop,nop,TS val 3 ecr 101>
            """);
        Assert.That(host.Shard.Counters.Tcp.NeedlessRecoveries, Is.EqualTo(1));
        Assert.That(host.Shard.Tcp.BlockOf(host.FlowNow).Cwnd, Is.EqualTo(40_000));
    }

    // RFC 9438 §4.6, RFC 6937 §3: what the acknowledgements before the one that tells of the loss allow is in
    // flight as good as sent, whether they came one by one or at once.
    [Test]
    public void A_loss_that_many_acknowledgements_tell_of_at_once_costs_no_more_than_one_of_them() =>
        TcpScript.Run(Open + """
            write content 60000
            > .  1:10001(10*1000) ack 1
            +0.1 no output
            << . 1:1(0) ack 1001
            << . 1:1(0) ack 2001
            << . 1:1(0) ack 3001
            << . 1:1(0) ack 4001
            << . 1:1(0) ack 5001
            << . 1:1(0) ack 5001 <nop,nop,sack 6001:10001>
            > .  5001:6001(1000) ack 1
            > .  10001:19001(9*1000) ack 1
            """);
}
