using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests.Paths;

/// <summary>
/// A client and a server of their own, and one connection after another between them that the server sends
/// content over. What it costs is measured, and its bytes are not looked at: the scenarios do that.
/// </summary>
internal sealed class Flow : IStreamService
{
    private const int PieceLength = 65_536;

    private readonly SimulatedWorld _world;
    private ushort _port = 1000;

    /// <summary>Makes both stacks.</summary>
    public Flow(
        SimulatedWorld world, CablePlan cable, int window = 1 << 20,
        CongestionAlgorithm congestion = CongestionAlgorithm.Cubic, bool hasEcn = false)
    {
        _world = world;
        Stacks = new TwoStacks(
            world,
            cable,
            options => options with
            {
                Tcp = options.Tcp with
                {
                    Congestion = congestion,
                    Ecn = hasEcn ? EcnMode.Request : EcnMode.Off,
                    ReceiveWindow = window,
                    ReceiveWindowMax = window,
                    ReceiveBuffers = 2,
                    SendSlices = 4096,
                },
            });
        Stacks.Server.Listen(this);
    }

    /// <summary>Both ends.</summary>
    public TwoStacks Stacks { get; }

    /// <summary>Bytes that the server sends over the next connection.</summary>
    public long Length { get; set; } = long.MaxValue;

    /// <summary>The server pauses so long after each <see cref="BurstLength"/> bytes.</summary>
    public TimeSpan Pause { get; init; }

    /// <inheritdoc cref="Pause"/>
    public int BurstLength { get; init; }

    /// <summary>Bytes that have arrived over all connections.</summary>
    public long Received { get; private set; }

    /// <summary>Data bytes that the server has sent, those that it sent again included.</summary>
    public long Sent => Stacks.Server.Counters.Tcp.SentBytes;

    /// <summary>How the last connection ended at the client; null: it has not.</summary>
    public StreamEnd? End { get; private set; }

    /// <inheritdoc/>
    public ushort Port => TwoStacks.ServerPort;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info) => new Sender(this);

    /// <summary>Opens a connection; the server begins to send at once.</summary>
    public void Open()
    {
        End = null;
        Assert.That(Stacks.TryConnect(_port++, new Receiver(this)));
    }

    /// <summary>
    /// Opens a connection and waits for its end; returns the time until all has arrived, milliseconds, or
    /// <paramref name="limitMilliseconds"/> if it does not.
    /// </summary>
    public double Fetch(long length, int limitMilliseconds)
    {
        Instant begin = _world.Now;
        Length = length;
        long all = Received + length;
        Open();
        Instant limit = begin.PlusMilliseconds(limitMilliseconds);
        bool arrived = _world.RunUntil(limit, () => Received == all || End is not null);
        double milliseconds = _world.Now.Since(begin) / 1e6;
        return arrived && Received == all ? milliseconds : limitMilliseconds;
    }

    private sealed class Sender(Flow flow) : PlainSession
    {
        private long _left = flow.Length;
        private long _burst;
        private Instant _pausedUntil;

        public override void OnConnected(ref StreamOutput output) => Push(ref output);

        public override void OnWritable(ref StreamOutput output) => Push(ref output);

        public override void OnDeadline(ref StreamOutput output) => Push(ref output);

        private void Push(ref StreamOutput output)
        {
            while (_left > 0 && output.Now >= _pausedUntil)
            {
                long length = Math.Min(_left, PieceLength);
                if (!output.TryWriteContent(new ContentSlice(1, 0, length)))
                {
                    return;
                }
                _left -= length;
                _burst += length;
                if (flow.BurstLength > 0 && _burst >= flow.BurstLength)
                {
                    _burst = 0;
                    _pausedUntil = output.Now + flow.Pause;
                    output.SetDeadline(_pausedUntil);
                }
            }
            if (_left == 0)
            {
                _left = -1;
                output.Finish();
            }
        }
    }

    private sealed class Receiver(Flow flow) : PlainSession
    {
        public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            flow.Received += received.Length;
            return received.Length;
        }

        public override void OnClosed(StreamEnd end) => flow.End = end;
    }
}
