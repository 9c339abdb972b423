using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Metrics;

public sealed class ConnectionWriterTests
{
    private static readonly FlowKey Flow = new(
        new Ipv4Address(0xC612_0002), 80, new Ipv4Address(0xC612_0001), 40_000);

    private static readonly TcpConnection Block = new()
    {
        State = TcpState.FinWait1,
        Loss = LossMode.Recovery,
        Flow = Flow,
        Mss = 1000,
        Cwnd = 14_500,
        Ssthresh = 7000,
        Backoff = 2,
        SndUna = new(1000),
        SndNxt = new(3001),
        QueuedBytes = 5000,
        Marks = TcpMarks.FinSent | TcpMarks.ReorderingSeen,
        SrttNanoseconds = 1_234_567,
        RttvarNanoseconds = 500_000,
        MinRttNanoseconds = 1_000_001,
        AcknowledgedBytes = 10_000_000_000,
        DeliveredBytes = 78,
        ReceivedBytes = 5,
        ResentBytes = 3000,
        ResentSegments = 3,
        DeliveryRate = 2.5e9f,
        SndWnd = 64_512,
        RcvNxt = new(1),
        RcvEdge = new(65_536),
        LastSentAt = new(1_000_000),
        ProgressAt = new(2_000_000),
    };

    [Test]
    public void A_connection_is_an_object_with_a_unit_in_each_name()
    {
        string text = Write(Block, isJson: true, out bool fits);

        Assert.That(fits);
        Assert.That(text, Is.EqualTo("\n" + """
            {"state":"fin-wait-1","local_address":"198.18.0.2","local_port":80,"peer_address":"198.18.0.1",
            "peer_port":40000,"shard":3,"loss":"recovery","rtt_seconds":0.001234567,
            "rtt_variation_seconds":0.0005,"rtt_least_seconds":0.001000001,"rto_seconds":0.8,"backoff":2,
            "mss_bytes":1000,"cwnd_bytes":14500,"cwnd_segments":14,"ssthresh_bytes":7000,
            "flight_bytes":2001,"sacked_bytes":400,"unsent_bytes":3000,"acknowledged_bytes":10000000000,
            "received_bytes":78,"unread_bytes":5,"resent_bytes":3000,"resent_segments":3,
            "reordering_seen":1,"ecn":0,"delivery_bytes_per_second":2500000000,
            "peer_window_bytes":64512,"window_bytes":65535,"sent_ago_seconds":0.009,
            "progress_ago_seconds":0.008}
            """.Replace("\n", "", StringComparison.Ordinal)));
    }

    [Test]
    public void What_was_never_measured_is_null_and_a_dash()
    {
        TcpConnection block = new() { State = TcpState.Established, Ssthresh = uint.MaxValue };

        using JsonDocument document = JsonDocument.Parse(Write(block, isJson: true, out _));
        string[] nulls =
        [
            .. document.RootElement.EnumerateObject()
                .Where(property => property.Value.ValueKind == JsonValueKind.Null)
                .Select(property => property.Name),
        ];
        Assert.That(nulls, Is.EqualTo(new[]
        {
            "rtt_seconds", "rtt_variation_seconds", "rtt_least_seconds", "ssthresh_bytes",
            "delivery_bytes_per_second", "sent_ago_seconds",
        }));
        Assert.That(Write(block, isJson: false, out _).Count(letter => letter == '-'), Is.EqualTo(6));
    }

    [Test]
    public void A_table_has_a_word_for_each_heading_and_its_columns_stand_below_each_other()
    {
        byte[] buffer = new byte[4096];
        var writer = new ConnectionWriter(buffer);
        writer.WriteHead(isJson: false);
        writer.TryWrite(Facts(Block), 0, isJson: false, isFirst: true);
        string[] lines = Encoding.ASCII.GetString(buffer, 0, writer.Length).Split('\n');

        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Has.Length.EqualTo(lines[1].Length));
        Assert.That(
            lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.That(
            lines[1], Does.StartWith("fin-wait-1   198.18.0.2:80         198.18.0.1:40000      recovery "));
        Assert.That(lines[1], Does.Contain(" 1.235 ").And.Contain(" 800.000 ").And.EndsWith(" 8.000"));
    }

    [Test]
    public void An_address_with_colons_stands_in_brackets()
    {
        TcpConnection block = Block;
        block.Flow = Flow with { RemoteAddress = new(0x2001_0DB8_0000_0000, 1) };

        Assert.That(Write(block, isJson: false, out _), Does.Contain(" [2001:db8::1]:40000 "));
        Assert.That(Write(block, isJson: true, out _), Does.Contain("\"peer_address\":\"2001:db8::1\""));
    }

    // A connection's fault ends that one alone, and looking at it is no reason for another.
    [Test]
    public void A_control_block_of_random_bytes_is_told_as_it_is()
    {
        TcpConnection[] blocks = new TcpConnection[1];
        for (int seed = 0; seed < 2000; seed++)
        {
            new Random(seed).NextBytes(MemoryMarshal.AsBytes(blocks.AsSpan()));
            using JsonDocument document = JsonDocument.Parse(Write(blocks[0], isJson: true, out bool fits));
            Assert.That(fits);
            Assert.That(document.RootElement.EnumerateObject().Count(), Is.EqualTo(31));
            Assert.That(Write(blocks[0], isJson: false, out _), Does.EndWith("\n"));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void What_has_no_room_is_not_written_and_nothing_of_it(bool isJson)
    {
        int length = Write(Block, isJson, out _).Length;
        for (int room = 0; room < length; room++)
        {
            var writer = new ConnectionWriter(new byte[room]);
            Assert.That(writer.TryWrite(Facts(Block), 0, isJson, isFirst: true), Is.False);
            Assert.That(writer.Length, Is.Zero);
        }
    }

    private static string Write(in TcpConnection block, bool isJson, out bool fits)
    {
        byte[] buffer = new byte[4096];
        var writer = new ConnectionWriter(buffer);
        fits = writer.TryWrite(Facts(block), 3, isJson, isFirst: true);
        return Encoding.ASCII.GetString(buffer, 0, writer.Length);
    }

    private static ConnectionFacts Facts(in TcpConnection block) =>
        new(block, 400, 800_000_000, new Instant(10_000_000));
}
