using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// Protocols of several connections: peers that a session expects, and connections that it opens
/// (<see cref="IStreamNetwork"/>).
/// </summary>
public sealed class TcpNetworkTests
{
    private const ushort PassivePort = 30_000;
    private const string Stamps = "<mss 1000,nop,nop,TS val 100 ecr 0>";

    [Test]
    public void An_expected_peer_is_the_sessions_and_its_second_connection_is_refused()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        TcpScript.Run(host, """
            expect
            established
            < P. 1:11(10) ack 1
            received 10
            write 5
            > P. 1:6(5) ack 11
            accepted 0
            connections 1
            """);
        host.PeerPortNow++;
        TcpScript.Run(host, """
            reopen
            < S  0:0(0) <mss 1000>
            > R. 0:0(0) ack 1
            connections 1
            """);
    }

    [Test]
    public void Of_two_connections_of_an_expected_peer_the_first_that_completes_is_taken()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        TcpScript.Run(host, """
            expect
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            """);
        uint? slow = host.ShardIss;
        host.ShardIss = null;
        host.PeerPortNow++;
        TcpScript.Run(host, """
            established
            state Established
            """);
        host.ShardIss = slow;
        host.PeerPortNow--;
        TcpScript.Run(host, """
            < .  1:1(0) ack 1
            > R. 1:1(0) ack 1
            state Closed
            connections 1
            alive
            """);
    }

    [Test]
    public void To_another_address_a_port_where_a_peer_is_expected_is_closed()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        host.Expect();
        // The first answer is lost to the shard's question for the stranger's address.
        for (int i = 0; i < 2; i++)
        {
            host.Peer.SendFromOther(host.Outgoing(ScriptPacket.Parse("S 0:0(0) <mss 1000>")));
            host.World.RunUntil(host.World.Now.PlusMilliseconds(2000));
        }
        ScriptPacket expected = host.Incoming(host.Peer.Sent.Dequeue().Segment);
        Assert.That(expected.ToString(), Does.StartWith("R. 0:0(0) ack 1"));
        Assert.That(host.Peer.Sent, Is.Empty);
        TcpScript.Run(host, "established\nstate Established");
    }

    [Test]
    public void A_peer_that_is_no_longer_expected_finds_the_port_closed()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        host.Expect();
        host.Network.Unexpect(PassivePort, ScriptHost.PeerAddress);
        host.Network.Unexpect(PassivePort, ScriptHost.PeerAddress);
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1000>
            > R. 0:0(0) ack 1
            """);
        Assert.That((host.Session!.Connected, host.Session.End), Is.EqualTo((false, (StreamEnd?)null)));
    }

    [Test]
    public void A_handshake_that_completes_after_the_expectation_ended_is_reset()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        TcpScript.Run(host, """
            expect
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            """);
        host.Network.Unexpect(PassivePort, ScriptHost.PeerAddress);
        TcpScript.Run(host, """
            < .  1:1(0) ack 1
            > R. 1:1(0) ack 1
            connections 0
            """);
        Assert.That(host.Session!.Connected, Is.False);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    [Test]
    public void A_draining_shard_still_takes_whom_a_session_expects()
    {
        ScriptHost host = new();
        TcpScript.Run(host, """
            drain
            < S  0:0(0) <mss 1000>
            > R. 0:0(0) ack 1
            """);
        host.LocalPortNow = PassivePort;
        TcpScript.Run(host, """
            expect
            established
            < P. 1:11(10) ack 1
            received 10
            +0.04 > . 1:1(0) ack 11
            """);
    }

    [Test]
    public void An_expectation_is_refused_on_a_services_port_twice_and_beyond_the_limit()
    {
        ScriptHost host = new(limits => limits with { ExpectedMax = 2 });
        ScriptSession session = new(host);
        IStreamNetwork network = host.Network;
        Assert.That(network.TryExpect(ScriptHost.ServerPort, ScriptHost.PeerAddress, session), Is.False);
        Assert.That(network.TryExpect(PassivePort, ScriptHost.PeerAddress, session));
        Assert.That(network.TryExpect(PassivePort, ScriptHost.PeerAddress, session), Is.False);
        Assert.That(network.TryExpect(PassivePort, ScriptHost.OtherPeer, session));
        Assert.That(network.TryExpect(PassivePort + 1, ScriptHost.PeerAddress, session), Is.False);
        network.Unexpect(PassivePort, ScriptHost.OtherPeer);
        Assert.That(network.TryExpect(PassivePort + 1, ScriptHost.PeerAddress, session));
    }

    // A flow with the same ports as an expected connection in TIME-WAIT: RFC 6191 needs somebody who listens.
    [Test]
    public void Time_wait_is_not_left_for_a_syn_that_nobody_takes()
    {
        ScriptHost host = new() { LocalPortNow = PassivePort };
        TcpScript.Run(host, """
            expect
            established
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2
            > .  2:2(0) ack 2
            < S  5000:5000(0) <mss 1000>
            > .  2:2(0) ack 2
            state TimeWait
            expect
            < S  5000:5000(0) <mss 1000>
            > S. 0:0(0) ack 5001
            < .  5001:5001(0) ack 1
            state Established
            """);
        Assert.That(host.Session!.Connected);
    }

    [Test]
    public void A_session_opens_a_connection_from_within_a_call()
    {
        ScriptHost host = new();
        TcpScript.Run(host, "established");
        ScriptSession opened = new(host);
        host.Session!.Replies.Enqueue((ref output, _) => Assert.That(host.Network.TryConnect(
            ScriptHost.Flow with { LocalPort = 20, RemotePort = 50_000 }, opened, output.Now)));
        uint? control = host.ShardIss;
        host.Peer.Send(host.Outgoing(ScriptPacket.Parse("P. 1:11(10) ack 1")));
        host.LocalPortNow = 20;
        host.PeerPortNow = 50_000;
        host.ShardIss = null;
        TcpScript.Run(host, """
            > S  0:0(0)
            < S. 0:0(0) ack 1 <mss 1000>
            > .  1:1(0) ack 1
            connections 2
            """);
        Assert.That(opened.Connected);
        host.ShardIss = control;
        TcpScript.Run(host, "+0.04 > . 1:1(0) ack 11");
    }

    // RFC 959 §3.3: the server's data port is fixed, the user's changes.
    [Test]
    public void One_local_port_opens_connections_to_several_remote_ports_but_no_flow_twice()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        for (ushort port = 50_000; port < 50_003; port++)
        {
            host.PeerPortNow = port;
            TcpScript.Run(host, """
                connect
                > S  0:0(0)
                < S. 0:0(0) ack 1 <mss 1000>
                > .  1:1(0) ack 1
                state Established
                """);
            Assert.That(host.TryConnect(), Is.False);
        }
        Assert.That(host.Shard.ConnectionCount, Is.EqualTo(3));
    }

    [Test]
    public void A_flow_that_the_peer_is_opening_is_not_opened_again()
    {
        ScriptHost host = new();
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            """);
        Assert.That(host.TryConnect(), Is.False);
        TcpScript.Run(host, """
            < .  1:1(0) ack 1
            state Established
            """);
    }

    // The SYN waits for the answer to ARP.
    [Test]
    public void A_session_that_waits_for_its_peers_address_is_told_nothing_before_it_is_connected()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        ScriptSession session = new(host);
        FlowKey flow = host.FlowNow with { RemoteAddress = ScriptHost.OtherPeer };
        Assert.That(host.Network.TryConnect(in flow, session, host.World.Now));
        host.World.Settle();
        Assert.That(host.Peer.Sent.Dequeue().Segment.Flags, Is.EqualTo(RawFlags.Syn));
        Assert.That(host.Shard.Counters.Tcp.Blocked, Is.EqualTo(1));
        Assert.That((session.Writable, session.Connected), Is.EqualTo((0, false)));
    }

    [Test]
    public void An_open_is_given_up_by_a_session_that_is_notified()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, "connect\n> S 0:0(0)");
        host.Session!.Actions.Enqueue((ref output, _) => output.Abort());
        TcpScript.Run(host, """
            notify
            ended Aborted
            state Closed
            +70 no output
            """);
    }

    [Test]
    public void An_open_ends_at_the_deadline_that_its_session_sets_when_notified()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, "connect\n> S 0:0(0)");
        // What is queued meanwhile is not sent before the handshake.
        host.Session!.Actions.Enqueue((ref output, _) => Assert.That(output.TryWrite([1, 2, 3])));
        host.ActionsLeft = 1;
        host.Notify();
        host.Session.Actions.Enqueue((ref output, _) => output.Abort());
        host.World.RunUntil(host.World.Now.PlusMilliseconds(10));
        TcpScript.Run(host, """
            ended Aborted
            no output
            """);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    // RFC 9293 §3.6.1 and RFC 6191: timestamps tell the new incarnation's segments from the old one's.
    [Test]
    public void An_open_of_a_flow_in_time_wait_begins_beyond_the_old_numbers_when_there_are_timestamps()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, Connected(Stamps, "<nop,nop,TS val 1 ecr 100>") + """
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2 <nop,nop,TS val 101 ecr 1>
            > .  2:2(0) ack 2
            state TimeWait
            ended Closed
            """);
        uint last = host.ShardIss!.Value + 1;
        Assert.That(host.TryConnect(), Is.False, "within the millisecond of the last acknowledgement");
        host.World.RunUntil(host.World.Now.PlusMilliseconds(1));
        Assert.That(host.TryConnect());
        TcpScript.Run(host, """
            > S  0:0(0)
            < S. 9000:9000(0) ack 1 <mss 1000,nop,nop,TS val 103 ecr 2>
            > .  1:1(0) ack 9001
            state Established
            """);
        Assert.That((int)(host.ShardIss!.Value - last), Is.Positive);
        Assert.That(host.Shard.Tcp.TimeWaitCount, Is.Zero);
        Assert.That(host.Shard.Counters.Tcp.TimeWaitReopened, Is.EqualTo(1));
    }

    // The last acknowledgement was lost: the peer answers the SYN with a challenge (RFC 5961 §4.2), and our
    // RST frees it (RFC 9293 §3.5.1, figure 9).
    [Test]
    public void An_open_of_a_flow_in_time_wait_frees_a_peer_in_last_ack()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, Connected(Stamps, "<nop,nop,TS val 1 ecr 100>") + """
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2 <nop,nop,TS val 101 ecr 1>
            > .  2:2(0) ack 2
            +0.1 state TimeWait
            """);
        ScriptPacket challenge = ScriptPacket.Parse(". 2:2(0) ack 2 <nop,nop,TS val 102 ecr 1>");
        RawSegment old = host.Outgoing(challenge);
        Assert.That(host.TryConnect());
        TcpScript.Run(host, "> S 0:0(0)");
        host.Peer.Send(old);
        host.World.Settle();
        RawSegment reset = host.Peer.Sent.Dequeue().Segment;
        Assert.That((reset.Flags, reset.Seq), Is.EqualTo((RawFlags.Rst, old.Ack)));
        TcpScript.Run(host, """
            +1 > S 0:0(0)
            < S. 9000:9000(0) ack 1 <mss 1000,nop,nop,TS val 120 ecr 2>
            > .  1:1(0) ack 9001
            state Established
            """);
    }

    [Test]
    public void An_open_of_a_flow_in_time_wait_without_timestamps_is_refused()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, Connected("<mss 1000>", "") + """
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2
            > .  2:2(0) ack 2
            +10 state TimeWait
            """);
        Assert.That(host.TryConnect(), Is.False);
        TcpScript.Run(host, """
            state TimeWait
            +60 no output
            """);
        Assert.That(host.TryConnect());
    }

    // The session's end comes while its connection is on the way into TIME-WAIT.
    [Test]
    public void A_session_that_opens_its_flow_again_from_within_its_end_is_refused_and_nothing_breaks()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, Connected(Stamps, "<nop,nop,TS val 1 ecr 100>") + """
            finish
            > F. 1:1(0) ack 1
            < .  1:1(0) ack 2 <nop,nop,TS val 101 ecr 1>
            +0.1 state FinWait2
            """);
        bool? opened = null;
        host.Session!.AtEnd = () =>
            opened = host.Network.TryConnect(host.FlowNow, new ScriptSession(host), host.World.Now);
        TcpScript.Run(host, """
            < F. 1:1(0) ack 2 <nop,nop,TS val 102 ecr 1>
            > .  2:2(0) ack 2
            state TimeWait
            ended Closed
            """);
        Assert.That(opened, Is.False);
        Assert.That(host.Shard.Tcp.TimeWaitCount, Is.EqualTo(1));
    }

    // No acknowledgement is owed on the way from CLOSING.
    [Test]
    public void A_session_that_opens_its_flow_again_after_both_closed_at_once_is_refused()
    {
        ScriptHost host = new() { LocalPortNow = 20 };
        TcpScript.Run(host, Connected(Stamps, "<nop,nop,TS val 1 ecr 100>") + """
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 1 <nop,nop,TS val 101 ecr 1>
            > .  2:2(0) ack 2
            +0.1 state Closing
            """);
        bool? opened = null;
        host.Session!.AtEnd = () =>
            opened = host.Network.TryConnect(host.FlowNow, new ScriptSession(host), host.World.Now);
        TcpScript.Run(host, """
            < .  2:2(0) ack 2 <nop,nop,TS val 102 ecr 1>
            state TimeWait
            ended Closed
            """);
        Assert.That(opened, Is.False);
        Assert.That(host.Shard.Tcp.TimeWaitCount, Is.EqualTo(1));
    }

    private static string Connected(string options, string stamp) => $"""
        connect
        > S  0:0(0)
        < S. 0:0(0) ack 1 {options}
        > .  1:1(0) ack 1 {stamp}

        """;
}
