using Straightwire.Appliance.Capture;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Capture;

public sealed class CaptureLinkTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private string _file = "";

    [SetUp]
    public void NameFile() => _file = Path.GetTempFileName();

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    [Test]
    public void Tshark_reads_frames_both_ways_with_right_checksums_and_aggregates_whole()
    {
        var received = new StubLink(SampleFrames.Tcp(payload: 10));
        using (CaptureLink link = Open(received, out FramePool pool))
        {
            link.Receive(new Frame[4], new Instant(1_500));
            link.Transmit(SampleFrames.Aggregate(pool, content: 40_001), new Instant(2_000_000_000));
            link.Wait(Instant.Zero, forRoom: false);
        }

        (int status, string output, string error) = Tool.Run("tshark", "tshark",
            "-r", _file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
            "-T", "fields", "-E", "separator=,", "-e", "frame.time_epoch",
            "-e", "frame.packet_flags_direction", "-e", "frame.len", "-e", "ip.len", "-e", "tcp.len",
            "-e", "ip.checksum.status", "-e", "tcp.checksum.status");

        const string Good = "1";
        Assert.That(status, Is.Zero, error);
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[]
        {
            $"1767355200.000001500,0x00000001,64,50,10,{Good},{Good}",
            $"1767355202.000000000,0x00000002,40062,40048,40008,{Good},{Good}",
        }));
    }

    // Each shard tells the time of its pass, and one that was held up writes later than another.
    [Test]
    public void Times_of_links_that_write_in_turns_never_go_back()
    {
        using (var writer = new PcapngWriter(new FileStream(_file, FileMode.Create, FileAccess.Write)))
        {
            writer.Begin("test", "tap0");
            CaptureLink[] links =
            [
                .. Enumerable.Range(0, 2).Select(_ => new CaptureLink(
                    new StubLink(SampleFrames.Tcp(payload: 1)), new PatternContent(), writer, Instant.Zero,
                    Noon, e => Assert.Fail(e.Message))),
            ];
            foreach ((int link, long now) in new[] { (0, 5_000L), (1, 7_000L), (0, 6_000L), (1, 8_000L) })
            {
                links[link].Receive(new Frame[1], new Instant(now));
            }
            Array.ForEach(links, link => link.Dispose());
        }

        (int status, string output, string error) = Tool.Run(
            "tshark", "tshark", "-r", _file, "-T", "fields", "-e", "frame.time_epoch");

        Assert.That(status, Is.Zero, error);
        Assert.That(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(time => time[^6..]),
            Is.EqualTo(new[] { "005000", "007000", "007000", "008000" }));
    }

    [Test]
    public void Only_what_the_link_took_is_captured()
    {
        using CaptureLink link = Open(new StubLink([]) { Takes = 0 }, out FramePool pool);

        TransmitResult result = link.Transmit(SampleFrames.Aggregate(pool, content: 100), Instant.Zero);
        long before = new FileInfo(_file).Length;
        link.Wait(Instant.Zero, forRoom: true);

        Assert.That(result.Taken, Is.Zero);
        Assert.That(new FileInfo(_file).Length, Is.EqualTo(before));
    }

    [Test]
    public void A_failed_write_is_told_once_and_the_link_goes_on()
    {
        int failures = 0;
        using var link = new CaptureLink(
            new StubLink(SampleFrames.Tcp(payload: 1)), new PatternContent(),
            new PcapngWriter(new FullStream()), Instant.Zero, Noon, _ => failures++);

        for (int i = 0; i < 3; i++)
        {
            Assert.That(link.Receive(new Frame[1], Instant.Zero), Is.EqualTo(1));
            link.Wait(Instant.Zero, forRoom: false);
        }
        Assert.That(failures, Is.EqualTo(1));
    }

    private CaptureLink Open(StubLink inner, out FramePool pool)
    {
        var writer = new PcapngWriter(new FileStream(_file, FileMode.Create, FileAccess.Write));
        writer.Begin("test", "tap0");
        pool = new FramePool(4, 64);
        var link = new CaptureLink(
            inner, new PatternContent(), writer, Instant.Zero, Noon,
            e => Assert.Fail(e.Message));
        link.Attach(pool);
        return link;
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left");
    }
}
