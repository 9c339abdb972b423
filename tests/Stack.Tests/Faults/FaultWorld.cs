using Straightwire.Simulation;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Faults;

/// <summary>
/// Honest clients of a server that survives its faults: each asks, gets an answer of content and written
/// bytes, and is happy when all of it came and the connection ended in order.
/// </summary>
internal sealed class FaultWorld : IStreamService
{
    /// <summary>Ports of honest clients begin here; what is broken has others.</summary>
    public const ushort HonestFirst = 10_000, BrokenFirst = 20_000;

    private readonly Func<StreamInfo, IStreamSession?> _broken;

    public FaultWorld(
        ulong seed, Func<StreamInfo, IStreamSession?> broken, LinkFaults? faults = null)
    {
        _broken = broken;
        Stacks = new TwoStacks(
            new SimulatedWorld(seed),
            new CablePlan { ToClient = faults ?? LinkFaults.None, ToServer = faults ?? LinkFaults.None },
            options => options with
            {
                Tcp = options.Tcp with
                {
                    Connections = 128,
                    TimeWaitConnections = 64,
                    HalfOpenConnections = 64,
                    ReceiveBuffers = 64,
                    ReceiveWindowMax = 196_608,
                },
            },
            Recorder);
        Stacks.Server.Listen(this);
    }

    public TwoStacks Stacks { get; }

    public FaultRecorder Recorder { get; } = new();

    public SimulatedWorld World => Stacks.World;

    public List<HonestClient> Honest { get; } = [];

    public ushort Port => TwoStacks.ServerPort;

    public TcpCounters Counters => Stacks.Server.Counters.Tcp;

    public static FlowKey FlowOf(ushort port) =>
        new(TwoStacks.ServerAddress, TwoStacks.ServerPort, TwoStacks.ClientAddress, port);

    public IStreamSession? Accept(in StreamInfo info) =>
        info.Flow.RemotePort >= BrokenFirst ? _broken(info) : new HonestServer();

    public void AddHonest()
    {
        HonestClient client = new();
        Assert.That(Stacks.TryConnect((ushort)(HonestFirst + Honest.Count), client));
        Honest.Add(client);
    }

    /// <summary>Ends what is left, and finds nothing held.</summary>
    public void RequireHonestAndEmpty()
    {
        Assert.That(
            Recorder.Faults.Where(fault => fault.Flow.RemotePort < BrokenFirst), Is.Empty,
            "faults of honest connections");
        Assert.That(
            Honest.Where(client => !client.IsHappy).Select(client => client.ToString()), Is.Empty,
            "honest clients that were not served");
        Stacks.Server.Reset(World.Now);
        World.Settle();
        Stacks.Client.Reset(World.Now);
        World.RunUntil(World.Now.PlusMilliseconds(100_000));
        Assert.That(Counters.ConnectionFaultsUnmended, Is.Zero);
        Stacks.RequireEmpty();
    }
}

/// <summary>Does nothing by itself.</summary>
internal abstract class QuietSession : IStreamSession
{
    public virtual void OnConnected(ref StreamOutput output)
    {
    }

    public virtual int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output) => received.Length;

    public virtual void OnWritable(ref StreamOutput output)
    {
    }

    public virtual void OnPeerFinished(ref StreamOutput output)
    {
    }

    public virtual void OnDeadline(ref StreamOutput output)
    {
    }

    public virtual void OnDrain(ref StreamOutput output)
    {
    }

    public virtual void OnNotified(ref StreamOutput output)
    {
    }

    public virtual void OnClosed(StreamEnd end)
    {
    }
}

/// <summary>Answers a request of a kilobyte, which it takes whole.</summary>
internal sealed class HonestServer : QuietSession
{
    public const int RequestLength = 1000, ContentLength = 40_000, WrittenLength = 1500;

    public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        if (received.Length < RequestLength)
        {
            return 0;
        }
        Assert.That(output.TryWrite(StreamPlan.Sources[1].AsSpan(0, WrittenLength)));
        Assert.That(output.TryWriteContent(new ContentSlice(1, 0, ContentLength)));
        output.Finish();
        return received.Length;
    }
}

/// <summary>Asks in two pieces, and checks every byte of the answer.</summary>
internal sealed class HonestClient : QuietSession
{
    private int _received;
    private bool _isRight = true;
    private StreamEnd? _end;

    public bool HasEnded => _end is not null;

    public bool IsHappy => _isRight && _end == StreamEnd.Closed
        && _received == HonestServer.WrittenLength + HonestServer.ContentLength;

    public override void OnConnected(ref StreamOutput output)
    {
        output.TryWrite(new byte[HonestServer.RequestLength / 2]);
        output.SetDeadline(output.Now.PlusMilliseconds(20));
    }

    public override void OnDeadline(ref StreamOutput output) =>
        output.TryWrite(new byte[HonestServer.RequestLength / 2]);

    public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        foreach (byte value in received)
        {
            byte right = _received < HonestServer.WrittenLength
                ? StreamPlan.Sources[1][_received]
                : StreamPlan.Sources[0][_received - HonestServer.WrittenLength];
            _isRight &= value == right;
            _received++;
        }
        return received.Length;
    }

    public override void OnPeerFinished(ref StreamOutput output) => output.Finish();

    public override void OnClosed(StreamEnd end) => _end = end;

    public override string ToString() =>
        $"{_received} bytes {(_isRight ? "right" : "wrong")}, ended {_end?.ToString() ?? "never"}";
}
