using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What a stranger who guesses may do: RFC 5961, RFC 5927.</summary>
public sealed class TcpDefenseTests
{
    // RFC 5961 §3.2.
    [Test]
    public void An_exact_reset_closes() => TcpScript.Run("""
        established
        < R 1:1(0)
        ended ResetByPeer
        connections 0
        """);

    [Test]
    public void A_reset_within_the_window_is_challenged() => TcpScript.Run("""
        established
        < R 2:2(0)
        > . 1:1(0) ack 1
        alive
        < R 1:1(0)
        ended ResetByPeer
        """);

    [TestCase(65537)]
    [TestCase(1000000)]
    [TestCase(4294967295)]
    public void A_reset_outside_of_the_window_is_met_with_silence(long sequence) => TcpScript.Run($"""
        established
        < R {sequence}:{sequence + 0}(0)
        no output
        alive
        """);

    // RFC 9293 §3.4: numbers are compared modulo 2^32, and those 2^31 apart are neither before nor after.
    [Test]
    public void A_segment_half_of_the_sequence_space_away_is_outside_of_the_window() => TcpScript.Run("""
        established
        < P. 2147483649:2147483659(10) ack 1
        > .  1:1(0) ack 1
        < R  2147483649:2147483649(0)
        no output
        < .  2147483649:2147483649(0) ack 1
        > .  1:1(0) ack 1
        received 0
        state Established
        """);

    // RFC 5961 §4.2.
    [TestCase(1)]
    [TestCase(500)]
    [TestCase(100000)]
    public void A_syn_is_challenged_whatever_its_sequence_number(long sequence) => TcpScript.Run($"""
        established
        < S {sequence}:{sequence}(0) <mss 1000>
        > . 1:1(0) ack 1
        alive
        """);

    // RFC 5961 §5.2: SND.UNA − MAX.SND.WND <= SEG.ACK <= SND.NXT.
    [Test]
    public void Data_with_an_acknowledgement_of_what_was_never_sent_is_never_delivered() => TcpScript.Run("""
        established
        < P. 1:11(10) ack 2
        > .  1:1(0) ack 1
        received 0
        """);

    [Test]
    public void Data_with_an_acknowledgement_that_is_too_old_is_never_delivered() => TcpScript.Run("""
        established win 1000
        write content 2000
        > .  1:1001(1000) ack 1
        < .  1:1(0) ack 1001 win 1000
        > P. 1001:2001(1000) ack 1
        < P. 1:11(10) ack 4294967200 win 1000
        > .  2001:2001(0) ack 1
        received 0
        < P. 1:11(10) ack 1 win 1000
        received 10
        +0.04 > . 2001:2001(0) ack 11
        < .  11:11(0) ack 2001
        """);

    // RFC 5961 §7 and TCP.md: 2,000 bad RSTs a second draw at most 2 answers.
    [Test]
    public void Challenges_are_limited_for_each_connection()
    {
        ScriptHost host = TcpScript.Run("established");
        ScriptPacket reset = ScriptPacket.Parse("R 100:100(0)");
        for (int i = 0; i < 2000; i++)
        {
            host.Peer.Send(host.Outgoing(reset));
            host.World.RunUntil(host.World.Now.Plus(500_000));
        }
        Assert.That(host.Peer.Sent, Has.Count.InRange(1, 2));
        host.Peer.Sent.Clear();
        TcpScript.Run(host, """
            alive
            < P. 1:11(10) ack 1
            received 10
            +0.04 > . 1:1(0) ack 11
            """);
    }

    // RFC 5961 §7, CVE-2016-5696: what one connection was sent is nothing that another one can count.
    [Test]
    public void What_others_are_sent_takes_nothing_from_the_challenges_of_a_connection()
    {
        ScriptHost host = new(limits => limits with { Connections = 2100, HalfOpenConnections = 2100 });
        for (ushort port = 10_000; port < 12_000; port++)
        {
            host.PeerPortNow = port;
            host.ShardIss = null;
            TcpScript.Run(host, "established");
            host.Peer.Send(host.Outgoing(ScriptPacket.Parse("R 100:100(0)")));
            host.World.Settle();
            Assert.That(host.Peer.Sent, Has.Count.EqualTo(1), () => $"the answer to port {port}");
            host.Peer.Sent.Clear();
        }
    }

    // The same of half-open ones: each has its own answers, as often as it may be asked.
    [Test]
    public void A_syn_that_comes_again_is_answered_again_at_most_twice_a_second_for_each_of_them()
    {
        ScriptHost host = new(limits => limits with { HalfOpenConnections = 16 });
        for (int i = 0; i < 1000; i++)
        {
            for (ushort port = 10_000; port < 10_004; port++)
            {
                host.Peer.Send(host.Outgoing(ScriptPacket.Parse("S 0:0(0)")) with { SourcePort = port });
            }
            host.World.RunUntil(host.World.Now.Plus(900_000));
        }
        int[] answers = [.. Enumerable.Range(10_000, 4)
            .Select(port => host.Peer.Sent.Count(sent => sent.Segment.DestinationPort == port))];
        // The first one, and two to those that came again.
        Assert.That(answers, Is.EqualTo((int[])[3, 3, 3, 3]));
    }

    // RFC 9293 §3.10.5, ABORT: more of them than one pass has room for.
    [Test]
    public void Connections_that_end_together_are_all_reset()
    {
        ScriptHost host = new(limits => limits with { Connections = 600, HalfOpenConnections = 600 });
        List<ScriptSession> sessions = [];
        for (ushort port = 10_000; port < 10_500; port++)
        {
            host.PeerPortNow = port;
            host.ShardIss = null;
            TcpScript.Run(host, "established");
            sessions.Add(host.Session!);
        }
        host.ActionsLeft = int.MaxValue;
        foreach (ScriptSession session in sessions)
        {
            session.Actions.Enqueue((ref output, _) => output.Abort());
            host.Network.Notify(session.Id);
        }
        host.World.Settle();
        Assert.That(host.Peer.Sent.Count(sent => sent.Segment.Has(Simulation.RawFlags.Rst)), Is.EqualTo(500));
        Assert.That(host.Peer.Sent.Select(sent => sent.Segment.DestinationPort), Is.Unique);
    }

    [Test]
    public void Resets_to_strangers_are_limited_and_how_many_there_are_is_noise()
    {
        ScriptHost host = new(limits => limits with { ResetsPerSecond = 80 });
        for (int i = 0; i < 100; i++)
        {
            host.Peer.Send(
                host.Outgoing(ScriptPacket.Parse(". 1:1(0) ack 1")) with { SourcePort = (ushort)(1000 + i) });
        }
        host.World.Settle();
        Assert.That(host.Peer.Sent, Has.Count.InRange(2, 10));
    }

    // LAND (CVE-1999-0016): a SYN from our own address and port.
    [Test]
    public void A_segment_from_our_own_address_is_dropped()
    {
        ScriptHost host = new();
        Simulation.RawSegment syn =
            host.Outgoing(ScriptPacket.Parse("S 0:0(0)")) with { SourcePort = ScriptHost.ServerPort };
        uint self = host.Peer.ShardAddress;
        host.Peer.SendFrame(Simulation.RawFrame.Ipv4(
            host.Peer.Mac, host.Peer.ShardMac, self, self, 6, syn.Write(self, self)));
        host.World.RunUntil(host.World.Now.PlusMilliseconds(10_000));
        Assert.That(host.Peer.Sent, Is.Empty);
        Assert.That(host.Shard.ConnectionCount, Is.Zero);
    }

    [Test]
    public void A_wrong_checksum_is_dropped()
    {
        ScriptHost host = TcpScript.Run("established");
        byte[] segment =
            host.Outgoing(ScriptPacket.Parse("P. 1:11(10) ack 1")).Write(
                host.Peer.Address, host.Peer.ShardAddress);
        segment[^1] ^= 1;
        host.Peer.SendFrame(Simulation.RawFrame.Ipv4(
            host.Peer.Mac, host.Peer.ShardMac, host.Peer.Address, host.Peer.ShardAddress, 6, segment));
        TcpScript.Run(host, """
            received 0
            +1 no output
            """);
    }

    // RFC 5927 §4: an ICMP error counts only if it quotes a sequence number in flight; in a connection that
    // works it is soft.
    [TestCase("port")]
    [TestCase("protocol")]
    [TestCase("host")]
    [TestCase("net")]
    [TestCase("time")]
    public void An_icmp_error_does_not_end_an_established_connection(string error) => TcpScript.Run($"""
        established
        write 100
        > P. 1:101(100) ack 1
        < icmp {error}
        < icmp {error} quoting 5000
        alive
        < . 1:1(0) ack 101
        state Established
        +10 no output
        """);

    // RFC 1122 §4.2.3.9 and RFC 5461: a hard error about a SYN refuses the connection; a soft one does not.
    [Test]
    public void A_hard_icmp_error_about_our_syn_fails_the_connection() => TcpScript.Run("""
        connect
        > S 0:0(0)
        < icmp host
        alive
        < icmp port quoting 77
        alive
        < icmp port
        ended ConnectFailed
        """);

    // RFC 1191 §6.
    [Test]
    public void Fragmentation_needed_makes_segments_smaller_and_sends_again() => TcpScript.Run("""
        established <mss 1460>
        write content 2920
        > .  1:1461(1460) ack 1
        > P. 1461:2921(1460) ack 1
        < icmp fragmentation quoting 99999 mtu 600
        no output
        < icmp fragmentation quoting 1 mtu 600
        > .  1:2801(5*560) ack 1
        > .  2801:2921(120) ack 1
        < .  1:1(0) ack 2921
        +10 no output
        """);
}
