using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tcp.Congestion;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What a peer gains by acknowledgements that no honest receiver sends.</summary>
public sealed class TcpHostileAckTests
{
    private const int Sent = 10_000;

    // As many ranges as a board has, but a few.
    private const int Ranges = 250;
    private const int Rounds = 100;

    // RFC 9293 §3.8.3: a SACK is no progress, and whatever timer it has begin anew does not put that off.
    [Test]
    public void Who_SACKs_an_octet_at_a_time_and_acknowledges_nothing_is_given_up()
    {
        ScriptHost host = Open();
        Instant began = host.World.Now;
        int place = 0;
        for (int i = 0; i < 1000 && host.Session!.End is null; i++)
        {
            place += 2;
            Sack(host, i % Ranges == 0 ? 2 : place, place + 1);
            host.World.RunUntil(host.World.Now.PlusMilliseconds(150));
        }
        Assert.That(host.Session!.End, Is.EqualTo(StreamEnd.TimedOut));
        Assert.That(host.World.Now.Since(began), Is.LessThan(70_000_000_000));
    }

    // CVE-2019-11478's kind: holes of an octet are repaired by segments of an octet, each of which costs as
    // much as any other.
    [Test]
    public void Holes_of_an_octet_are_repaired_by_no_more_segments_than_the_window_has()
    {
        ScriptHost host = Open();
        Sack(host, 2 * Ranges, Sent);
        for (int i = 0; i < Ranges; i++)
        {
            Sack(host, (2 * i) + 2, (2 * i) + 3);
        }
        host.World.RunUntil(host.World.Now.PlusMilliseconds(230));
        int before = host.Peer.Sent.Count;
        for (int i = Ranges - 1; i > Ranges - Rounds; i--)
        {
            // What was sent again last has come: what was sent again before it is lost again.
            Sack(host, (2 * i) + 1, (2 * i) + 2);
            host.World.RunUntil(host.World.Now.PlusMilliseconds(21));
        }
        Assert.That(before, Is.LessThan(20), "for one timeout");
        Assert.That(host.Peer.Sent.Count - before, Is.LessThan(Rounds));
    }

    // RFC 3465 §2.1: what is acknowledged counts, and not how often.
    [TestCase(CongestionAlgorithm.NewReno)]
    [TestCase(CongestionAlgorithm.Cubic)]
    public void A_window_grows_no_faster_by_acknowledgements_of_an_octet_each(CongestionAlgorithm algorithm)
    {
        ScriptHost host = Open(limits => limits with { Congestion = algorithm });
        host.Shard.Tcp.BlockOf(host.FlowNow).Ssthresh = Sent;
        host.Shard.Tcp.BlockOf(host.FlowNow).Growth = default;
        for (int i = 1; i <= Sent; i++)
        {
            host.Peer.Send(host.Outgoing(ScriptPacket.Parse($". 1:1(0) ack {i + 1}")));
            host.World.Settle();
        }
        Assert.That(host.Shard.Tcp.BlockOf(host.FlowNow).Cwnd, Is.InRange(Sent, Sent + 1000));
    }

    // RFC 7323 §4: an echo is a sample even of what was sent again, but for one of a time when none of it can
    // have been sent.
    [TestCase(4_035_767_296, "three days ago")]
    [TestCase(4_294_907_000, "a minute and more")]
    [TestCase(200_000, "not yet")]
    public void An_echo_that_is_made_up_is_no_round_trip(long echo, string when)
    {
        ScriptHost host = TcpScript.Run("""
            < S  0:0(0) <mss 1012,sackOK,TS val 1 ecr 0,nop,wscale 0>
            > S. 0:0(0) ack 1
            +0.1 < . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 1>
            write content 1000
            > P. 1:1001(1000) ack 1
            """);
        host.World.RunUntil(host.World.Now.PlusMilliseconds(3000));
        Assert.That(host.Shard.Counters.Tcp.RetransmissionTimeouts, Is.GreaterThan(0));
        host.Peer.Send(host.Outgoing(
            ScriptPacket.Parse($". 1:1(0) ack 1001 <nop,nop,TS val 2 ecr {echo}>")));
        host.World.Settle();
        TcpConnection tcb = host.Shard.Tcp.BlockOf(host.FlowNow);
        Assert.That(tcb.FlightSize, Is.Zero);
        Assert.That(tcb.SrttNanoseconds, Is.InRange(100_000_000, 110_000_000), when);
    }

    [Test]
    public void A_round_trip_of_a_minute_lets_CUBIC_grow_no_faster_than_one_of_a_second()
    {
        Assert.That(Grown(60_000), Is.EqualTo(Grown(1000)));
        Assert.That(Grown(1000), Is.GreaterThan(Grown(20)));
    }

    private static uint Grown(int roundTrip)
    {
        TcpConnection tcb = new() { Mss = 1000, Cwnd = 100_000, SrttNanoseconds = roundTrip * 1_000_000L };
        tcb.Growth.Cubic = new CubicState { WMax = 100, WEst = 100, WPrior = 100, EpochStart = new(1) };
        for (int i = 0; i < 10; i++)
        {
            Cubic.Grow(ref tcb, 1000, new Instant(1_000_000_000));
        }
        return tcb.Cwnd;
    }

    private static ScriptHost Open(Func<TcpLimits, TcpLimits>? limits = null) => TcpScript.Run($"""
        < S  0:0(0) <mss 1000,nop,nop,sackOK>
        > S. 0:0(0) ack 1
        +0.02 < . 1:1(0) ack 1
        write content {Sent}
        > .  1:9001(9*1000) ack 1
        > P. 9001:{Sent + 1}(1000) ack 1
        """, limits);

    private static void Sack(ScriptHost host, int left, int right)
    {
        host.Peer.Send(host.Outgoing(
            ScriptPacket.Parse($". 1:1(0) ack 1 <nop,nop,sack {left + 1}:{right + 1}>")));
        host.World.Settle();
    }
}
