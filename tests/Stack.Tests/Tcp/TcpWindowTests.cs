using Straightwire.Simulation;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>A receive window of 256 KB, end to end, with and without scaling (RFC 7323 §2).</summary>
public sealed class TcpWindowTests
{
    private const int Window = 262_144;
    private const int Segment = 8192;

    [Test]
    public void A_large_window_is_announced_scaled_filled_and_opened_again()
    {
        ScriptHost host = new(limits => limits with { ReceiveWindow = Window }, mtu: 9000);
        TcpScript.Run(host, """
            < S 0:0(0) <mss 8960,nop,wscale 7>
            > S. 0:0(0) ack 1 win 65535 <mss 8960,nop,wscale 3>
            < . 1:1(0) ack 1
            read off
            < . 1:1(0) ack 1
            """);
        Assert.That(Fill(host, scale: 3), Is.EqualTo((32_768 - (Segment / 8), Window)));
        host.Session!.Reading = true;
        TcpScript.Run(host, """
            shown 262144
            +1 < . 262145:262146(1) ack 1
            > . 1:1(0) ack 262145 win 0
            notify
            > . 1:1(0) ack 262145 win 32768
            received 262144
            """);
        Assert.That(host.Shard.Tcp.HoldsNothing);
    }

    [Test]
    public void To_a_peer_without_scaling_a_large_window_is_one_of_64_KB_with_room_behind_it()
    {
        ScriptHost host = new(limits => limits with { ReceiveWindow = Window }, mtu: 9000);
        TcpScript.Run(host, """
            < S 0:0(0) <mss 8960>
            > S. 0:0(0) ack 1 win 65535 <mss 8960>
            < . 1:1(0) ack 1
            read off
            < . 1:1(0) ack 1
            """);
        // The last byte is less than a segment, for which no window opens (RFC 9293 §3.8.6.2.2).
        Assert.That(Fill(host, scale: 0), Is.EqualTo((65_535 - Segment, Window - 1)));
        host.Session!.Reading = true;
        host.Session.Appetite = 30_000;
        TcpScript.Run(host, """
            shown 262143
            notify
            no output
            notify
            > . 1:1(0) ack 262144 win 60001
            received 60000
            """);
        host.Session.Appetite = Window;
        TcpScript.Run(host, """
            notify
            no output
            received 262143
            """);
    }

    // Sends until the window is shut; returns the first window announced, and how many bytes were taken.
    private static (int First, int Taken) Fill(ScriptHost host, int scale)
    {
        int first = 0;
        int taken = 0;
        for (int window = Segment; window > 0;)
        {
            int length = Math.Min(Segment, window);
            host.Peer.Send(host.Outgoing(
                ScriptPacket.Parse($". {taken + 1}:{taken + 1 + length}({length}) ack 1")));
            host.World.RunUntil(host.World.Now.PlusMilliseconds(50));
            RawSegment sent = host.Peer.Sent.Dequeue().Segment;
            Assert.That(host.Peer.Sent, Is.Empty);
            taken += length;
            Assert.That(sent.Ack - host.PeerIss, Is.EqualTo(taken + 1), "no byte is refused");
            window = sent.Window << scale;
            first = first == 0 ? sent.Window : first;
        }
        return (first, taken);
    }
}
