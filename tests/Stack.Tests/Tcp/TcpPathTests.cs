using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// What the path takes (RFC 1191): known by destination, for 10 minutes, and never next to nothing.
/// </summary>
public class TcpPathTests
{
    private const string Learns1400 = """
        established <mss 1460>
        write content 2920
        > .  1:1461(1460) ack 1
        > P. 1461:2921(1460) ack 1
        < icmp fragmentation quoting 1 mtu 1400
        > .  1:2721(2*1360) ack 1
        > .  2721:2921(200) ack 1
        < .  1:1(0) ack 2921
        """;

    [Test]
    public void What_one_connection_learned_the_next_one_begins_with()
    {
        ScriptHost host = TcpScript.Run(Learns1400);
        host.PeerPortNow++;
        host.ShardIss = null;
        TcpScript.Run(host, """
            established <mss 1460>
            write content 2920
            > .  1:2721(2*1360) ack 1
            > P. 2721:2921(200) ack 1
            < .  1:1(0) ack 2921
            """);
        host.PeerPortNow++;
        host.ShardIss = null;
        host.Connect();
        TcpScript.Run(host, """
            > S  0:0(0)
            < S. 0:0(0) ack 1 <mss 1460>
            > .  1:1(0) ack 1
            write content 1400
            > .  1:1361(1360) ack 1
            > P. 1361:1401(40) ack 1
            < .  1:1(0) ack 1401
            """);
    }

    // A forger, or a router of long ago. 68 would make a header for every 28 bytes.
    [TestCase(551)]
    [TestCase(68)]
    [TestCase(1)]
    [TestCase(1500)]
    [TestCase(65_535)]
    public void Less_than_552_and_more_than_the_link_are_not_believed(int mtu)
    {
        ScriptHost host = TcpScript.Run($"""
            established <mss 1460>
            write content 2920
            > .  1:1461(1460) ack 1
            > P. 1461:2921(1460) ack 1
            < icmp fragmentation quoting 1 mtu {mtu}
            no output
            < .  1:1(0) ack 2921
            write content 1460
            > P. 2921:4381(1460) ack 1
            < .  1:1(0) ack 4381
            """);
        Assert.That(host.Shard.Counters.Ip.PathMtusTooSmall, Is.EqualTo(mtu < 552 ? 1 : 0));
    }

    [Test]
    public void The_least_that_is_believed_makes_segments_of_512() => TcpScript.Run("""
        established <mss 1460>
        write content 1460
        > P. 1:1461(1460) ack 1
        < icmp fragmentation quoting 1 mtu 552
        > .  1:1025(2*512) ack 1
        > .  1025:1461(436) ack 1
        < .  1:1(0) ack 1461
        """);

    // RFC 1191 §5: one such error comes for each packet that did not fit, and all of them were as long.
    [Test]
    public void An_mtu_of_0_is_the_next_plateau_and_said_twice_no_more_than_that() => TcpScript.Run("""
        established <mss 1460>
        write content 2920
        > .  1:1461(1460) ack 1
        > P. 1461:2921(1460) ack 1
        < icmp fragmentation quoting 1 mtu 0
        > .  1:2905(2*1452) ack 1
        > .  2905:2921(16) ack 1
        < .  1:1(0) ack 1453
        < icmp fragmentation quoting 1453 mtu 1492
        no output
        < .  1:1(0) ack 2921
        """);

    [Test]
    public void After_10_minutes_one_larger_segment_tries_and_all_follow_when_it_arrives()
    {
        ScriptHost host = TcpScript.Run(Learns1400 + """

            +599 write content 1460
            > .  2921:4281(1360) ack 1
            > P. 4281:4381(100) ack 1
            < .  1:1(0) ack 4381
            +2 write content 6000
            > .  4381:5841(1460) ack 1
            > .  5841:9921(3*1360) ack 1
            > P. 9921:10381(460) ack 1
            < .  1:1(0) ack 10381
            write content 2920
            > .  10381:11841(1460) ack 1
            > P. 11841:13301(1460) ack 1
            < .  1:1(0) ack 13301
            """);
        Assert.That(host.Shard.Counters.Ip.PathTrials, Is.EqualTo(1));
        host.PeerPortNow++;
        host.ShardIss = null;
        TcpScript.Run(host, """
            established <mss 1460>
            write content 1460
            > P. 1:1461(1460) ack 1
            < .  1:1(0) ack 1461
            """);
    }

    [Test]
    public void A_trial_that_does_not_fit_is_sent_again_alone_and_there_is_no_other_for_10_minutes() =>
        TcpScript.Run(Learns1400 + """

            +601 write content 6000
            > .  2921:4381(1460) ack 1
            > .  4381:8461(3*1360) ack 1
            > P. 8461:8921(460) ack 1
            < icmp fragmentation quoting 2921 mtu 1400
            > .  2921:4281(1360) ack 1
            > .  4281:4381(100) ack 1
            < .  1:1(0) ack 8921
            +500 write content 2920
            > .  8921:11641(2*1360) ack 1
            > P. 11641:11841(200) ack 1
            < .  1:1(0) ack 11841
            """);

    [Test]
    public void A_trial_that_is_lost_without_a_word_proves_nothing_when_its_pieces_arrive() =>
        TcpScript.Run(Learns1400 + """

            +601 write content 2000
            > .  2921:4381(1460) ack 1
            > P. 4381:4921(540) ack 1
            +0.2 > . 2921:4281(1360) ack 1
            < .  1:1(0) ack 4281
            > .  4281:4921(640) ack 1
            < .  1:1(0) ack 4921
            write content 1460
            > .  4921:6281(1360) ack 1
            > P. 6281:6381(100) ack 1
            < .  1:1(0) ack 6381
            """);

    // RFC 1191 §6.4: no congestion. The window of 10 segments doubles with the acknowledgement of all of it.
    [Test]
    public void What_did_not_fit_takes_nothing_from_the_congestion_window()
    {
        ScriptHost host = TcpScript.Run("""
            established <mss 1460>
            write content 60000
            > .  1:14601(10*1460) ack 1
            < icmp fragmentation quoting 1 mtu 1400
            > .  1:13601(10*1360) ack 1
            """);
        Assert.That(host.Shard.Tcp.TryInspect(host.FlowNow, out TcpConnection tcb), Is.True);
        Assert.That((tcb.Cwnd, tcb.Ssthresh), Is.EqualTo((14_600u, uint.MaxValue)));
    }

    [Test]
    public void A_connection_that_is_being_opened_is_not_made_smaller() => TcpScript.Run("""
        < S  0:0(0) <mss 1460>
        > S. 0:0(0) ack 1
        < icmp fragmentation quoting 0 mtu 600
        < .  1:1(0) ack 1
        write content 1460
        > P. 1:1461(1460) ack 1
        < .  1:1(0) ack 1461
        """);
}
