using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// One large file over a long path: the receiver's window and the sender's queue follow it, so that nothing
/// but the path bounds its rate.
/// </summary>
public sealed class BigFileTests
{
    // Ethernet, IP and TCP headers with timestamps, of a full segment.
    private const double PayloadPart = 1448.0 / 1514;

    [Test]
    public void An_upload_fills_a_path_of_100_Mb_a_second_and_100_ms()
    {
        Run run = new(megabits: 100, bytes: 60_000_000, LinkFaults.None);
        run.Complete();
        Assert.That(run.BytesPerSecond(15_000_000), Is.GreaterThan(0.9 * 12_500_000 * PayloadPart));
        Assert.That(run.Seconds, Is.LessThan(7.5), "and is not long in finding it");
    }

    [Test]
    public void One_file_fills_a_path_of_1_Gb_a_second_and_100_ms()
    {
        Run run = new(megabits: 1000, bytes: 150_000_000, LinkFaults.None);
        run.Complete();
        Assert.That(run.BytesPerSecond(75_000_000), Is.GreaterThan(0.9 * 125_000_000 * PayloadPart));
    }

    [TestCase(0.01, 0)]
    [TestCase(0.03, 0)]
    [TestCase(0, 0.01)]
    [TestCase(0.01, 0.03)]
    public void What_is_lost_or_late_is_all_that_comes_twice(double loss, double reordering)
    {
        LinkFaults faults = new()
        {
            Loss = loss,
            Reordering = reordering,
            ReorderingMaximum = TimeSpan.FromMilliseconds(5),
        };
        Run run = new(megabits: 100, bytes: 3_000_000, faults);
        run.Complete();
        TcpCounters received = run.Stacks.Server.Counters.Tcp;
        Assert.That(received.OutOfOrderSegments, Is.GreaterThan(10));
        Assert.That(received.OutOfOrderRangesExceeded, Is.Zero);
        Assert.That(received.ReceiveBuffersExhausted, Is.Zero);
    }

    private sealed class Run : IStreamService
    {
        private readonly List<(Instant At, long Bytes)> _marks = [];
        private readonly byte[] _file;
        private readonly Instant _begin;
        private readonly Receiver _receiver;

        public Run(int megabits, int bytes, LinkFaults faults)
        {
            SimulatedWorld world = new(1);
            Stacks = new TwoStacks(
                world,
                new CablePlan { Delay = TimeSpan.FromMilliseconds(50), ToServer = faults },
                options => options with { Tcp = options.Tcp with { ReceiveBuffers = 1024 } });
            Stacks.ClientLink.Bottleneck = new Bottleneck(world, megabits * 1_000_000L, megabits * 12_500);
            _file = new SeededRandom(1).Bytes(bytes);
            _receiver = new Receiver(this);
            Stacks.Server.Listen(this);
            int region = Stacks.ClientContent.Add(_file);
            Assert.That(Stacks.TryConnect(1000, new Sender(new ContentSlice(region, 0, bytes))));
            _begin = world.Now;
        }

        public TwoStacks Stacks { get; }

        public ushort Port => TwoStacks.ServerPort;

        public double Seconds => _marks[^1].At.Since(_begin) / 1e9;

        public IStreamSession? Accept(in StreamInfo info) => _receiver;

        public void Complete()
        {
            bool ended = Stacks.World.RunUntil(
                Stacks.World.Now.PlusMilliseconds(600_000), () => _receiver.End is not null);
            Assert.That((ended, _marks[^1].Bytes), Is.EqualTo((true, _file.LongLength)));
            TestContext.Out.WriteLine($"{Seconds:0.00} s");
            Stacks.World.RunUntil(Stacks.World.Now.PlusMilliseconds(200_000));
            Stacks.RequireEmpty();
        }

        public double BytesPerSecond(long from)
        {
            (Instant At, long Bytes) begin = _marks.Find(mark => mark.Bytes >= from);
            return (_marks[^1].Bytes - begin.Bytes) / (_marks[^1].At.Since(begin.At) / 1e9);
        }

        private sealed class Receiver(Run run) : PlainSession
        {
            private long _received;

            public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
            {
                Assert.That(run._file.AsSpan((int)_received).StartsWith(received), "the file's bytes");
                _received += received.Length;
                run._marks.Add((output.Now, _received));
                return received.Length;
            }
        }

        private sealed class Sender(ContentSlice slice) : PlainSession
        {
            public override void OnConnected(ref StreamOutput output)
            {
                Assert.That(output.TryWriteContent(slice));
                output.Finish();
            }
        }
    }
}
