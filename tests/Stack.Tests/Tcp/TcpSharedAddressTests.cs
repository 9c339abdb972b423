using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>An address that the kernel of the host has too: only some of its ports are ours.</summary>
public sealed class TcpSharedAddressTests
{
    private static readonly PortSpan Passive = new(30_000, 30_003);

    [Test]
    public void A_port_of_ours_where_nobody_listens_is_closed_and_the_kernels_are_left_alone()
    {
        ScriptHost host = NewHost();
        TcpScript.Run(host, """
            established
            < P. 1:11(10) ack 1
            received 10
            +0.04 > . 1:1(0) ack 11
            """);
        host.LocalPortNow = Passive.Last;
        TcpScript.Run(host, """
            reopen
            < S  0:0(0) <mss 1000>
            > R. 0:0(0) ack 1
            """);
        host.LocalPortNow = (ushort)(Passive.Last + 1);
        TcpScript.Run(host, """
            < S  0:0(0) <mss 1000>
            no output
            < .  1:1(0) ack 1
            no output
            """);
        Assert.That(host.Shard.Counters.Tcp.StrangersIgnored, Is.EqualTo(2));
    }

    [Test]
    public void Connections_are_opened_from_the_ports_that_were_given_and_then_from_none()
    {
        ScriptHost host = NewHost();
        FlowKey flow = ScriptHost.Flow with { LocalPort = 0 };
        for (int i = 0; i < Passive.Count; i++)
        {
            Assert.That(host.Network.TryConnect(in flow, new ScriptSession(host), host.World.Now));
        }
        Assert.That(host.Network.TryConnect(in flow, new ScriptSession(host), host.World.Now), Is.False);
        host.World.Settle();
        Assert.That(
            host.Peer.Sent.Select(sent => sent.Segment.SourcePort),
            Is.EquivalentTo(Enumerable.Range(Passive.First, Passive.Count)));
    }

    // The host's first question is to a port of ours.
    private static ScriptHost NewHost() => new(shard: options => options with
    {
        SharedPorts =
        [
            new(IpProtocol.Tcp, new(1, 1)),
            new(IpProtocol.Tcp, new(ScriptHost.ServerPort, ScriptHost.ServerPort)),
            new(IpProtocol.Tcp, Passive),
            new(IpProtocol.Udp, new((ushort)(Passive.Last + 1), (ushort)(Passive.Last + 1))),
        ],
        EphemeralPorts = Passive,
    });
}
