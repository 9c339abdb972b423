using Straightwire.Simulation;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// A next hop that moves to another Ethernet address under a connection: told by ARP, or found by whoever
/// waits in vain (RFC 1122 §2.3.2.1).
/// </summary>
public class TcpNeighborTests
{
    private const ulong NewMac = 0x02_00_00_00_00_77;

    private const string Established = """
        established <mss 1000>
        write content 2000
        > .  1:1001(1000) ack 1
        > P. 1001:2001(1000) ack 1
        < .  1:1(0) ack 2001
        +5 alive
        """;

    [Test]
    public void Told_by_an_announcement_the_first_retransmission_finds_it()
    {
        ScriptHost host = TcpScript.Run(Established);
        host.Peer.MoveTo(NewMac);
        host.Peer.Announce();
        TcpScript.Run(host, """
            reply write content 1000
            < P. 1:11(10) ack 2001
            +0.2 > . 2001:3001(1000) ack 11
            < .  11:11(0) ack 3001
            """);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.Zero);
    }

    [Test]
    public void Told_by_nothing_the_second_timeout_asks_and_what_was_lost_goes_at_once()
    {
        ScriptHost host = TcpScript.Run(Established);
        host.Peer.MoveTo(NewMac);
        TcpScript.Run(host, """
            reply write content 3000
            < P. 1:11(10) ack 2001
            +0.7 > . 2001:3001(1000) ack 11
            < .  11:11(0) ack 3001
            > .  3001:5001(2*1000) ack 11
            < .  11:11(0) ack 5001
            reply write content 1000
            < P. 11:21(10) ack 5001
            > P. 5001:6001(1000) ack 21
            < .  21:21(0) ack 6001
            """);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.EqualTo(1));
    }

    [Test]
    public void A_new_connection_finds_it_when_its_syn_ack_is_due_again()
    {
        ScriptHost host = TcpScript.Run(Established);
        host.Peer.MoveTo(NewMac);
        host.PeerPortNow++;
        host.ShardIss = null;
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1000>
            +1.3 no output
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            < .  1:1(0) ack 1
            """);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
    }

    [Test]
    public void A_syn_ack_that_waits_for_its_neighbour_leaves_when_that_has_answered()
    {
        ScriptHost host = new();
        host.Peer.SendFromOther(new RawSegment
        {
            SourcePort = 40_000,
            DestinationPort = ScriptHost.ServerPort,
            Flags = RawFlags.Syn,
        });
        host.World.RunUntil(host.World.Now.PlusMilliseconds(2));

        Assert.That(host.Peer.Sent, Has.Count.EqualTo(1));
        Assert.That(host.Peer.Sent.Dequeue().Segment.Flags, Is.EqualTo(RawFlags.Syn | RawFlags.Ack));
    }

    [Test]
    public void Who_holds_a_closed_window_is_asked_for_at_the_second_probe_in_vain()
    {
        ScriptHost host = TcpScript.Run(Established);
        TcpScript.Run(host, """
            reply write content 1000
            < P. 1:11(10) ack 2001 win 0
            +0.04 > . 2001:2001(0) ack 11
            """);
        host.Peer.MoveTo(NewMac);
        Wait(host, 1000);
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.EqualTo(1));
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
    }

    [Test]
    public void Who_is_idle_is_asked_for_at_the_second_keep_alive_probe_in_vain()
    {
        ScriptHost host = new(limits => limits with
        {
            KeepAlive = Duration.OfMilliseconds(10_000),
            KeepAliveInterval = Duration.OfMilliseconds(1000),
        });
        TcpScript.Run(host, Established);
        host.Peer.MoveTo(NewMac);
        Wait(host, 5500);
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.Zero, "after one");
        Wait(host, 1000);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
    }

    [Test]
    public void Who_answers_probes_of_a_closed_window_is_not_suspected()
    {
        ScriptHost host = TcpScript.Run(Established);
        TcpScript.Run(host, """
            reply write content 1000
            < P. 1:11(10) ack 2001 win 0
            +0.04 > . 2001:2001(0) ack 11
            +0.16 > . 2000:2000(0) ack 11
            < .  11:11(0) ack 2001 win 0
            +0.4 > . 2000:2000(0) ack 11
            < .  11:11(0) ack 2001 win 0
            +0.8 > . 2000:2000(0) ack 11
            < .  11:11(0) ack 2001 win 0
            """);
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.Zero);
    }

    [Test]
    public void A_connection_that_is_opened_finds_it_when_its_syn_is_due_again()
    {
        ScriptHost host = TcpScript.Run(Established);
        host.Peer.MoveTo(NewMac);
        host.LocalPortNow = 20;
        Assert.That(host.TryConnect(), "the connection is begun");
        Wait(host, 1500);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
    }

    [Test]
    public void Our_fin_alone_finds_it_too()
    {
        ScriptHost host = TcpScript.Run(Established);
        host.Peer.MoveTo(NewMac);
        TcpScript.Run(host, """
            reply finish
            < P. 1:11(10) ack 2001
            """);
        Wait(host, 3000);
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.EqualTo(1));
        Assert.That(host.Shard.Counters.Neighbor.Suspicions, Is.EqualTo(1));
    }

    [Test]
    public void A_forged_announcement_costs_a_question_and_loses_nothing()
    {
        ScriptHost host = TcpScript.Run(Established);
        for (int i = 0; i < 50; i++)
        {
            host.Peer.SendFrame(Simulation.RawFrame.ArpAnnouncement(NewMac, host.Peer.Address));
            host.World.RunUntil(host.World.Now.PlusMilliseconds(10));
        }
        TcpScript.Run(host, """
            reply write content 1000
            < P. 1:11(10) ack 2001
            > P. 2001:3001(1000) ack 11
            < .  11:11(0) ack 3001
            """);
        Assert.That(host.Shard.Counters.Neighbor.Contradictions, Is.EqualTo(50));
        Assert.That(host.Shard.Counters.Neighbor.Moved, Is.Zero);
    }

    private static void Wait(ScriptHost host, int milliseconds) =>
        host.World.RunUntil(host.World.Now.PlusMilliseconds(milliseconds));
}
