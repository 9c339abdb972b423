using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// Expected connections, and notices that have a session consume, allocate nothing once warm.
/// </summary>
public sealed class NetworkAllocationTests
{
    private const ushort DataPort = 30_000;
    private const int Warm = 200, Measured = 500, Parts = 5;

    private Instant _now;
    private Shard _client = null!;
    private Shard _server = null!;

    [SetUp]
    public void Join()
    {
        _now = new Instant(1_000_000_000);
        ArrayContent content = StreamPlan.Content();
        (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, content);
        _client = new Shard(
            Options(1, TwoStacks.ClientAddress), a, content, new ShardSecrets(1, 2, 3), _now);
        _server = new Shard(
            Options(2, TwoStacks.ServerAddress), b, content, new ShardSecrets(4, 5, 6), _now);
    }

    private static ShardOptions Options(byte number, Ipv4Address address)
    {
        ShardOptions options = TwoStacks.Options(number, address);
        return options with { Tcp = options.Tcp with { Ecn = EcnMode.Request } };
    }

    [Test]
    public void An_expected_connection_allocates_nothing()
    {
        Sink sink = new();
        Source source = new() { Length = 100, FinishesAtOnce = true };
        long allocated = Measure(() =>
        {
            int closed = sink.Closed;
            _server.Tcp.TryExpect(DataPort + 1, TwoStacks.ClientAddress, sink);
            _server.Tcp.Unexpect(DataPort + 1, TwoStacks.ClientAddress);
            _server.Tcp.TryExpect(DataPort, TwoStacks.ClientAddress, sink);
            Connect(source);
            for (int i = 0; i < 100 && sink.Closed == closed; i++)
            {
                Pass();
            }
        });
        Assert.That(sink.Closed, Is.EqualTo(Warm + Measured));
        Assert.That(sink.Received, Is.EqualTo((Warm + Measured) * 100L));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_notice_after_which_a_session_consumes_allocates_nothing()
    {
        Sink sink = new() { Stops = true };
        _server.Tcp.TryExpect(DataPort, TwoStacks.ClientAddress, sink);
        Connect(new Source { Length = 200_000 });
        long allocated = Measure(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                Pass();
            }
            _server.Tcp.Notify(sink.Id);
        });
        Assert.That(sink.Notified, Is.InRange(Warm + Measured - 1, Warm + Measured));
        Assert.That(sink.Received, Is.GreaterThan((Warm + Measured) * 16_384L));
        Assert.That(allocated, Is.Zero);
    }

    private static long Measure(Action step)
    {
        for (int i = 0; i < Warm; i++)
        {
            step();
        }
        // What a step allocates it allocates in every part; what the runtime does once is in one of them.
        long least = long.MaxValue;
        for (int part = 0; part < Parts; part++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Measured / Parts; i++)
            {
                step();
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private void Connect(Source source)
    {
        FlowKey flow = new(TwoStacks.ClientAddress, 0, TwoStacks.ServerAddress, DataPort);
        if (!_client.TryConnect(in flow, source, _now))
        {
            throw new SimulationException("the table has room");
        }
    }

    private void Pass()
    {
        _client.Poll(_now);
        _server.Poll(_now);
        _now = _now.Plus(100_000);
    }

    /// <summary>Sends content, once or for ever.</summary>
    private sealed class Source : IStreamSession
    {
        public required int Length { get; init; }

        public bool FinishesAtOnce { get; init; }

        public void OnConnected(ref StreamOutput output)
        {
            Write(ref output);
            if (FinishesAtOnce)
            {
                output.Finish();
            }
        }

        public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output) => received.Length;

        public void OnWritable(ref StreamOutput output) => Write(ref output);

        public void OnPeerFinished(ref StreamOutput output)
        {
        }

        public void OnDeadline(ref StreamOutput output)
        {
        }

        public void OnDrain(ref StreamOutput output)
        {
        }

        public void OnClosed(StreamEnd end)
        {
        }

        private void Write(ref StreamOutput output) =>
            output.TryWriteContent(new Stack.Frames.ContentSlice(1, 0, Length));
    }

    /// <summary>Consumes at once, or when it was notified.</summary>
    private sealed class Sink : IStreamSession
    {
        private bool _hungry;

        public bool Stops { get; init; }

        public StreamId Id { get; private set; }

        public long Received { get; private set; }

        public int Notified { get; private set; }

        public int Closed { get; private set; }

        public void OnConnected(ref StreamOutput output) => Id = output.Id;

        public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            if (Stops && !_hungry)
            {
                return 0;
            }
            _hungry = false;
            Received += received.Length;
            return received.Length;
        }

        public void OnWritable(ref StreamOutput output)
        {
        }

        public void OnPeerFinished(ref StreamOutput output) => output.Finish();

        public void OnDeadline(ref StreamOutput output)
        {
        }

        public void OnDrain(ref StreamOutput output)
        {
        }

        public void OnNotified(ref StreamOutput output)
        {
            _hungry = true;
            Notified++;
        }

        public void OnClosed(StreamEnd end) => Closed++;
    }
}
