using System.Globalization;
using Straightwire.Appliance.Capture;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Capture;

public sealed class TraceLinkTests
{
    private const long Second = 1_000_000_000;

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly List<string> _lines = [];

    [SetUp]
    public void Clear() => _lines.Clear();

    [Test]
    public void A_frame_is_told_with_its_time_and_direction_and_its_checksum_complete()
    {
        using TraceLink link = Open(new StubLink(SampleFrames.Tcp(payload: 10)), linesPerSecondMax: 10);
        var pool = new FramePool(4, 64);
        link.Attach(pool);

        link.Receive(new Frame[1], new Instant(1_500_000));
        link.Transmit(SampleFrames.Aggregate(pool, content: 100), new Instant(Second));

        string At(string format, double seconds) =>
            Noon.AddSeconds(seconds).ToLocalTime().ToString(format, CultureInfo.InvariantCulture);
        Assert.That(_lines, Is.EqualTo(new[]
        {
            $"{At("HH:mm:ss", 0)}.001500 in  frame of 64, checksum complete",
            $"{At("HH:mm:ss", 1)}.000000 out frame of 161, checksum complete",
        }));
    }

    [Test]
    public void What_the_link_did_not_take_is_not_told()
    {
        using TraceLink link = Open(new StubLink([]) { Takes = 0 }, linesPerSecondMax: 10);
        var pool = new FramePool(4, 64);
        link.Attach(pool);

        link.Transmit(SampleFrames.Aggregate(pool, content: 100), Instant.Zero);

        Assert.That(_lines, Is.Empty);
    }

    [Test]
    public void Frames_above_the_limit_are_counted_and_told_of_when_the_second_is_over()
    {
        var inner = new StubLink(SampleFrames.Tcp(payload: 1));
        using (TraceLink link = Open(inner, linesPerSecondMax: 2))
        {
            for (int i = 0; i < 5; i++)
            {
                Assert.That(link.Receive(new Frame[1], new Instant(i)), Is.EqualTo(1), "the link goes on");
            }
            Assert.That(_lines, Has.Count.EqualTo(2));

            link.Receive(new Frame[1], new Instant(Second));
            Assert.That(_lines[2], Does.StartWith("3 more frames: 2 are told of in a second"));
            Assert.That(_lines, Has.Count.EqualTo(4));

            link.Receive(new Frame[1], new Instant(Second + 1));
            link.Receive(new Frame[1], new Instant(Second + 2));
        }

        Assert.That(_lines[^1], Does.StartWith("1 more frames"), "the end tells what was left");
    }

    private TraceLink Open(StubLink inner, int linesPerSecondMax) => new(
        inner, new PatternContent(), new LengthDecoder(), linesPerSecondMax, Instant.Zero, Noon, _lines.Add);

    private sealed class LengthDecoder : IFrameDecoder
    {
        public string Describe(ReadOnlySpan<byte> frame)
        {
            ulong pseudo = InternetChecksum.Sum(frame[26..34], 6 + (ulong)(frame.Length - 34));
            bool isComplete = InternetChecksum.Complete(InternetChecksum.Sum(frame[34..], pseudo)) == 0;
            string state = isComplete ? "complete" : "not complete";
            return string.Create(
                CultureInfo.InvariantCulture, $"frame of {frame.Length}, checksum {state}");
        }
    }
}
