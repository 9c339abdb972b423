using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation;

/// <summary>
/// Two shards joined in memory, of which one asks and one answers, with requests and answers as of HTTP;
/// neither does anything that allocates once warm.
/// </summary>
public sealed class RequestPair : IStreamService
{
    private const ushort ServerPort = 80;

    private static readonly Ipv4Address ClientAddress = new(0xC612_0001);
    private static readonly Ipv4Address ServerAddress = new(0xC612_0002);

    private readonly Shard _client;
    private readonly Shard _server;
    private readonly Stack<AnswerSession> _idle =
        new(Enumerable.Range(0, 64).Select(_ => new AnswerSession()));
    private Instant _now = new(1_000_000_000);

    /// <summary>Joins them.</summary>
    /// <param name="change">Changes the options of the one that answers.</param>
    /// <param name="peers">Who connects to it; null: nobody has limits.</param>
    public RequestPair(Func<ShardOptions, ShardOptions>? change = null, IPeerTable? peers = null)
    {
        ArrayContent content = StreamPlan.Content();
        (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, content);
        _client =
            new Shard(TwoStacks.Options(1, ClientAddress), a, content, new ShardSecrets(1, 2, 3), _now);
        ShardOptions options = TwoStacks.Options(2, ServerAddress);
        _server = new Shard(
            change?.Invoke(options) ?? options, b, content, new ShardSecrets(4, 5, 6), _now,
            peerTable: peers);
        _server.Listen(this);
    }

    /// <summary>What the one that answers has counted.</summary>
    public TcpCounters Counters => _server.Counters.Tcp;

    /// <inheritdoc/>
    public ushort Port => ServerPort;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        AnswerSession session = _idle.Pop();
        session.Idle = _idle;
        return session;
    }

    /// <summary>Opens a connection that stays.</summary>
    public void Connect(RequestSession session)
    {
        if (!_client.TryConnect(new FlowKey(ClientAddress, 0, ServerAddress, ServerPort), session, _now))
        {
            throw new SimulationException("the table has room");
        }
    }

    /// <summary>Opens a connection and waits for its end.</summary>
    public void ConnectOnce(RequestSession session)
    {
        int closed = session.Closed;
        session.Answers = 0;
        Connect(session);
        for (int i = 0; i < 100 && session.Closed == closed; i++)
        {
            Pass();
        }
    }

    /// <summary>Makes passes until something holds, so many at most.</summary>
    public void RunUntil(Func<bool> done, int passes = 1_000_000)
    {
        for (int i = 0; i < passes && !done(); i++)
        {
            Pass();
        }
    }

    // 100 µs pass with each: timers of all kinds come and go, too.
    private void Pass()
    {
        _client.Poll(_now);
        _server.Poll(_now);
        _now = _now.Plus(100_000);
    }
}

/// <summary>Asks, again after each answer.</summary>
public sealed class RequestSession : IStreamSession
{
    private int _missing;

    /// <summary>Answers that came whole.</summary>
    public int Answers { get; set; }

    /// <summary>After so many it finishes.</summary>
    public int AnswersMax { get; init; } = int.MaxValue;

    /// <summary>Connections that ended in order.</summary>
    public int Closed { get; private set; }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output) => Ask(ref output);

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        _missing -= received.Length;
        if (_missing == 0)
        {
            Answers++;
            if (Answers == AnswersMax)
            {
                output.Finish();
            }
            else
            {
                Ask(ref output);
            }
        }
        return received.Length;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end) => Closed += end == StreamEnd.Closed ? 1 : 0;

    private void Ask(ref StreamOutput output)
    {
        _missing = AnswerSession.AnswerLength;
        output.TryWrite("GET /index.html HTTP/1.1\r\nHost: straightwire\r\n\r\n"u8);
    }
}

internal sealed class AnswerSession : IStreamSession
{
    public const int AnswerLength = 17 + 1024;

    public Stack<AnswerSession>? Idle { get; set; }

    public void OnConnected(ref StreamOutput output)
    {
    }

    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        output.TryWrite("HTTP/1.1 200 OK\r\n"u8);
        output.TryWriteContent(new ContentSlice(1, 0, 1024));
        return end + 4;
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

    public void OnClosed(StreamEnd end) => Idle!.Push(this);
}
