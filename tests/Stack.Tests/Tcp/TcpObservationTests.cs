using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What there is to tell of a connection, and what of all of them when they have ended.</summary>
public sealed class TcpObservationTests
{
    private const string Sack = "established <mss 1000,nop,nop,sackOK>\n";

    [Test]
    public void What_was_acknowledged_over_a_round_trip_is_the_delivery_rate()
    {
        ScriptHost host = TcpScript.Run("""
            established
            write content 4000
            > .  1:3001(3*1000) ack 1
            > P. 3001:4001(1000) ack 1
            +0.1 < . 1:1(0) ack 4001
            """);

        TcpConnection tcb = FactsOf(host).Block;
        Assert.That((tcb.AcknowledgedBytes, tcb.ResentBytes, tcb.ResentSegments), Is.EqualTo((4000, 0, 0)));
        Assert.That(tcb.DeliveryRate, Is.EqualTo(40_000).Within(1));
    }

    // Of a path that carries more, a smaller answer tells nothing.
    [Test]
    public void A_flight_that_the_queue_did_not_fill_lowers_no_delivery_rate()
    {
        ScriptHost host = TcpScript.Run("""
            established
            write content 4000
            > .  1:3001(3*1000) ack 1
            > P. 3001:4001(1000) ack 1
            +0.1 < . 1:1(0) ack 4001
            write content 100
            > P. 4001:4101(100) ack 1
            +0.1 < . 1:1(0) ack 4101
            """);

        TcpConnection tcb = FactsOf(host).Block;
        Assert.That(tcb.AcknowledgedBytes, Is.EqualTo(4100));
        Assert.That(tcb.DeliveryRate, Is.EqualTo(40_000).Within(1));
    }

    [Test]
    public void What_is_sent_again_is_counted_in_bytes_and_segments_and_gives_no_delivery_rate()
    {
        ScriptHost host = TcpScript.Run("""
            established
            write 500
            > P. 1:501(500) ack 1
            +0.2 > . 1:501(500) ack 1
            +0.4 > . 1:501(500) ack 1
            < .  1:1(0) ack 501
            """);

        TcpConnection tcb = FactsOf(host).Block;
        Assert.That(
            (tcb.AcknowledgedBytes, tcb.ResentBytes, tcb.ResentSegments, tcb.DeliveryRate),
            Is.EqualTo((500, 1000, 2, 0f)));
        TcpCounters counters = host.Shard.Counters.Tcp;
        Assert.That((counters.Retransmissions, counters.RetransmittedBytes), Is.EqualTo((2, 1000)));
    }

    [Test]
    public void A_fin_is_no_byte_that_was_acknowledged()
    {
        ScriptHost host = TcpScript.Run("""
            established
            write 500
            > P. 1:501(500) ack 1
            finish
            > F. 501:501(0) ack 1
            < .  1:1(0) ack 502
            """);

        Assert.That(FactsOf(host).Block.AcknowledgedBytes, Is.EqualTo(500));
    }

    [Test]
    public void What_comes_twice_or_out_of_order_is_received_once()
    {
        ScriptHost host = TcpScript.Run("""
            established
            < P. 1:101(100) ack 1
            < P. 1:101(100) ack 1
            > .  1:1(0) ack 101
            < P. 201:301(100) ack 1
            > .  1:1(0) ack 101
            < P. 101:201(100) ack 1
            > .  1:1(0) ack 301
            """);

        Assert.That(FactsOf(host).Block.DeliveredBytes, Is.EqualTo(300));
    }

    [Test]
    public void What_is_sacked_and_the_timeout_with_its_doublings_are_told()
    {
        ScriptHost host = TcpScript.Run(Sack + """
            write content 4000
            > .  1:3001(3*1000) ack 1
            > P. 3001:4001(1000) ack 1
            < .  1:1(0) ack 1 <nop,nop,sack 2001:3001>
            """);

        ConnectionFacts facts = FactsOf(host);
        Assert.That((facts.SackedBytes, facts.Block.FlightSize), Is.EqualTo((1000, 4000)));
        Assert.That(facts.RtoNanoseconds, Is.EqualTo(host.Options.Tcp.RtoMin.Nanoseconds));
        Assert.That((facts.CwndSegments, facts.Ssthresh), Is.EqualTo((10, (long?)null)));
    }

    [Test]
    public void A_control_block_that_says_anything_ends_nothing_when_it_is_looked_at()
    {
        ScriptHost host = TcpScript.Run("established");
        ref TcpConnection block = ref host.Shard.Tcp.BlockOf(ScriptHost.Flow);
        TcpConnection whole = block;
        block.Scoreboard = int.MaxValue;
        block.Mss = 0;
        block.RtoNanoseconds = long.MinValue;

        ConnectionFacts facts = FactsOf(host);

        Assert.That((facts.SackedBytes, facts.CwndSegments), Is.EqualTo((0, 0)));
        block = whole;
    }

    [Test]
    public void A_connection_that_ends_leaves_its_round_trip_in_the_histogram_once()
    {
        ScriptHost host = TcpScript.Run("""
            < S  0:0(0) <mss 1000>
            > S. 0:0(0) ack 1
            +0.02 < . 1:1(0) ack 1
            finish
            > F. 1:1(0) ack 1
            < F. 1:1(0) ack 2
            > .  2:2(0) ack 2
            state TimeWait
            +61 no output
            """);

        var histogram = host.Shard.Counters.Tcp.RoundTripSeconds;
        int[] places = [.. Enumerable.Range(0, histogram.Bounds.Count + 1).Where(i => histogram[i] > 0)];
        Assert.That(places, Has.Length.EqualTo(1));
        Assert.That(histogram[places[0]], Is.EqualTo(1));
        Assert.That(histogram.Bounds[places[0]], Is.EqualTo(25_000_000));
        Assert.That(host.Shard.ConnectionCount, Is.Zero);
    }

    private static ConnectionFacts FactsOf(ScriptHost host)
    {
        TcpLayer table = host.Shard.Tcp;
        int[] places =
        [
            .. Enumerable.Range(0, table.PlaceCount)
                .Where(place => table.TryGlance(place, out FlowKey flow, out _) && flow == host.FlowNow),
        ];
        Assert.That(places, Has.Length.EqualTo(1));
        return table.FactsOf(places[0], host.World.Now);
    }
}
