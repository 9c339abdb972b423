using Straightwire.Stack.Handover;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>RFC 3168: ECN agreed on, and what is told of the congestion that arrives.</summary>
public sealed class TcpEcnTests
{
    private const string Agreed = """
        < SEW 0:0(0) <mss 1000>
        > SE. 0:0(0) ack 1 ecn NotEct
        < .  1:1(0) ack 1

        """;

    // RFC 3168 §6.1.1: an offer has both flags, and its answer ECE. The first row is the SYN of clients that
    // other stacks have refused (zephyr#29258, mongoose#3402).
    [TestCase("SEW", EcnMode.Accept, "SE.", true)]
    [TestCase("SEW", EcnMode.Request, "SE.", true)]
    [TestCase("SEW", EcnMode.Off, "S.", false)]
    [TestCase("SE", EcnMode.Accept, "S.", false)]
    [TestCase("SW", EcnMode.Accept, "S.", false)]
    [TestCase("S", EcnMode.Accept, "S.", false)]
    public void A_passive_open_agrees_on_what_is_offered(
        string syn, EcnMode mode, string answer, bool isAgreed)
    {
        ScriptHost host = TcpScript.Run($"""
            < {syn} 0:0(0) <mss 1000>
            > {answer} 0:0(0) ack 1 ecn NotEct
            < . 1:1(0) ack 1
            state Established
            write 100
            > P. 1:101(100) ack 1 ecn {(isAgreed ? "Ect0" : "NotEct")}
            """, limits => limits with { Ecn = mode });
        Assert.That(host.Shard.Counters.Tcp.EcnConnections, Is.EqualTo(isAgreed ? 1 : 0));
    }

    // RFC 3168 §6.1.1: "a host MUST NOT set ECT on SYN". A path that does is not to be relied on.
    [TestCase("Ect0")]
    [TestCase("Ect1")]
    [TestCase("Ce")]
    public void A_syn_whose_ip_header_has_a_codepoint_is_no_offer(string codepoint) => TcpScript.Run($"""
        < SEW 0:0(0) ecn {codepoint} <mss 1000>
        > S. 0:0(0) ack 1 ecn NotEct
        < .  1:1(0) ack 1
        write 100
        > P. 1:101(100) ack 1 ecn NotEct
        """);

    // RFC 3168 §6.1.1.1, as of a SYN; §6.1.1: who has sent an answer without ECE, too, sends no ECT, but
    // echoes.
    [Test]
    public void A_syn_ack_that_is_sent_again_offers_nothing_and_ce_is_echoed_anyway() => TcpScript.Run("""
        < SEW 0:0(0) <mss 1000>
        > SE. 0:0(0) ack 1
        +1 > S. 0:0(0) ack 1
        < .  1:1(0) ack 1
        write 100
        > P. 1:101(100) ack 1 ecn NotEct
        < .  1:1001(1000) ack 101 ecn Ce
        +0.04 > E. 101:101(0) ack 1001 ecn NotEct
        """);

    // RFC 3168 §6.1.1: who has sent a SYN without an offer does not use ECN.
    [Test]
    public void A_syn_that_comes_again_without_an_offer_ends_it() => TcpScript.Run("""
        < SEW 0:0(0) <mss 1000>
        > SE. 0:0(0) ack 1
        < S  0:0(0) <mss 1000>
        > S. 0:0(0) ack 1
        < .  1:1001(1000) ack 1 ecn Ce
        +0.04 > . 1:1(0) ack 1001
        write 100
        > P. 1:101(100) ack 1001 ecn NotEct
        """);

    [TestCase("SE.", true)]
    [TestCase("SEW.", false)]
    [TestCase("S.", false)]
    [TestCase("SW.", false)]
    public void An_active_open_asks_where_it_is_to_and_takes_the_answer(string answer, bool isAgreed) =>
        TcpScript.Run($"""
            connect
            > SEW 0:0(0) ecn NotEct
            < {answer} 0:0(0) ack 1 <mss 1000>
            > .  1:1(0) ack 1 ecn NotEct
            write 100
            > P. 1:101(100) ack 1 ecn {(isAgreed ? "Ect0" : "NotEct")}
            """, limits => limits with { Ecn = EcnMode.Request });

    [Test]
    public void An_active_open_that_is_not_to_ask_hears_no_answer() => TcpScript.Run("""
        connect
        > S  0:0(0)
        < SE. 0:0(0) ack 1 <mss 1000>
        > .  1:1(0) ack 1
        write 100
        > P. 1:101(100) ack 1 ecn NotEct
        < .E 1:1(0) ack 101
        """);

    // RFC 3168 §6.1.1.1; §6.1.1: having sent a SYN without an offer, it sends no ECT, and hears of CE.
    [Test]
    public void An_active_open_without_an_answer_asks_no_more() => TcpScript.Run("""
        connect
        > SEW 0:0(0)
        +1 > S 0:0(0)
        < SE. 0:0(0) ack 1 <mss 1000>
        > .  1:1(0) ack 1
        write 100
        > P. 1:101(100) ack 1 ecn NotEct
        < .  1:1001(1000) ack 101 ecn Ce
        +0.04 > E. 101:101(0) ack 1001
        """, limits => limits with { Ecn = EcnMode.Request });

    [Test]
    public void A_simultaneous_open_agrees() => TcpScript.Run("""
        connect
        > SEW 0:0(0)
        < SEW 0:0(0) <mss 1000>
        > SE. 0:0(0) ack 1
        < .  1:1(0) ack 1
        write 10
        > P. 1:11(10) ack 1 ecn Ect0
        """, limits => limits with { Ecn = EcnMode.Request });

    // RFC 4987 §3.6: what a cookie does not keep is not agreed on.
    [Test]
    public void A_cookie_does_not_agree()
    {
        ScriptHost host = new(limits => limits with { HalfOpenConnections = 1 }) { PeerPortNow = 5 };
        TcpScript.Run(host, """
            < SEW 0:0(0) <mss 1000>
            > SE. 0:0(0) ack 1
            """);
        (host.PeerPortNow, host.ShardIss) = (ScriptHost.PeerPort, null);
        TcpScript.Run(host, """
            < SEW 0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            < .  1:1001(1000) ack 1 ecn Ce
            +0.04 > . 1:1(0) ack 1001
            write 100
            > P. 1:101(100) ack 1001 ecn NotEct
            """);
        Assert.That(host.Shard.Counters.Tcp.SynCookiesAccepted, Is.EqualTo(1));
    }

    // RFC 3168 §6.1.3: ECE on every acknowledgement until CWR. §6.1.4: those are not ECN-capable.
    [Test]
    public void Ce_is_echoed_until_cwr() => TcpScript.Run(Agreed + """
        < .  1:1001(1000) ack 1 ecn Ect0
        < .  1001:2001(1000) ack 1 ecn Ce
        > E. 1:1(0) ack 2001 ecn NotEct
        < .  2001:3001(1000) ack 1 ecn Ect0
        < .  3001:4001(1000) ack 1 ecn Ect1
        > E. 1:1(0) ack 4001 ecn NotEct
        write 100
        > PE. 1:101(100) ack 4001 ecn Ect0
        < W. 4001:5001(1000) ack 101 ecn Ect0
        > .  101:101(0) ack 5001
        < .  5001:6001(1000) ack 101 ecn Ce
        < .  6001:7001(1000) ack 101 ecn Ce
        > E. 101:101(0) ack 7001
        """);

    // RFC 3168 §6.1.3: CE on the segment that has CWR is of the window after it.
    [Test]
    public void Ce_with_cwr_is_echoed() => TcpScript.Run(Agreed + """
        < .  1:1001(1000) ack 1 ecn Ce
        +0.04 > E. 1:1(0) ack 1001
        < W. 1001:2001(1000) ack 1 ecn Ce
        > E. 1:1(0) ack 2001
        < W. 2001:3001(1000) ack 1 ecn Ect0
        > .  1:1(0) ack 3001
        """);

    // RFC 3168 asks for no acknowledgement at once (that is DCTCP's, RFC 8257 §3.2); a segment out of order
    // has one anyway.
    [Test]
    public void Ce_waits_as_any_acknowledgement_does() => TcpScript.Run(Agreed + """
        < .  1:1001(1000) ack 1 ecn Ce
        +0.04 > E. 1:1(0) ack 1001
        < .  2001:3001(1000) ack 1 ecn Ect0
        > E. 1:1(0) ack 1001
        """);

    // RFC 3168 §6.1.5: beyond the window nothing is heard, nor of what was received before; §6.1.4: nor of a
    // pure acknowledgement.
    [Test]
    public void Ce_outside_of_the_window_or_without_data_is_not_echoed() => TcpScript.Run(Agreed + """
        < .  1:1001(1000) ack 1 ecn Ect0
        < .  1001:2001(1000) ack 1 ecn Ect0
        > .  1:1(0) ack 2001
        < .  1:1001(1000) ack 1 ecn Ce
        > .  1:1(0) ack 2001
        < .  90001:91001(1000) ack 1 ecn Ce
        > .  1:1(0) ack 2001
        < .  2001:2001(0) ack 1 ecn Ce
        < .  2001:3001(1000) ack 1 ecn Ect0
        < .  3001:4001(1000) ack 1 ecn Ect0
        > .  1:1(0) ack 4001
        """);

    [Test]
    public void An_old_cwr_is_not_heard() => TcpScript.Run(Agreed + """
        < .  1:1001(1000) ack 1 ecn Ect0
        < .  1001:2001(1000) ack 1 ecn Ce
        > E. 1:1(0) ack 2001
        < W. 1:1001(1000) ack 1 ecn Ect0
        > E. 1:1(0) ack 2001
        < W. 2001:2001(0) ack 1
        < .  2001:3001(1000) ack 1 ecn Ect0
        < .  3001:4001(1000) ack 1 ecn Ect0
        > E. 1:1(0) ack 4001
        """);

    // A path that marks everything slows its connections; one that bleaches leaves them to their losses.
    [Test]
    public void Who_has_not_agreed_is_not_told_whatever_the_field_says() => TcpScript.Run("""
        established
        < WE. 1:1001(1000) ack 1 ecn Ce
        < WE. 1001:2001(1000) ack 1 ecn Ce
        > .  1:1(0) ack 2001 ecn NotEct
        """);

    [Test]
    public void A_mark_is_heard_of_a_segment_that_another_shard_has_handed_over()
    {
        ScriptHost host = TcpScript.Run(Agreed);
        host.Peer.Sent.Clear();
        ScriptPacket packet = ScriptPacket.Parse(". 1:1001(1000) ack 1");
        byte[] segment = host.Outgoing(packet).Write(
            ScriptHost.PeerAddress.Value, ScriptHost.Flow.LocalAddress.ToIpv4().Value);
        HandoverHeader header = new(
            HandoverKind.Segment, new ShardTrail(1, HandoverMarks.Congested), ScriptHost.Flow.RemoteAddress,
            ScriptHost.Flow.LocalAddress);
        host.Shard.Tcp.OnHandedOver(in header, segment, host.World.Now);
        TcpScript.Run(host, """
            +0.04 > E. 1:1(0) ack 1001
            """);
        Assert.That(host.Shard.Counters.Tcp.CongestionMarks, Is.EqualTo(1));
    }
}
