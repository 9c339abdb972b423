using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// Two shards joined in memory, with requests and answers as of HTTP: nothing is allocated once warm.
/// </summary>
public sealed class AllocationTests
{
    private const ushort ServerPort = 80;
    private const int ConnectionCount = 16;
    private const int RequestsEach = 500;

    private static readonly Ipv4Address ClientAddress = new(0xC612_0001);
    private static readonly Ipv4Address ServerAddress = new(0xC612_0002);

    [Test]
    public void Requests_on_kept_connections_allocate_nothing()
    {
        Pair pair = new();
        RequestSession[] clients =
            [.. Enumerable.Range(0, ConnectionCount).Select(_ => new RequestSession())];
        foreach (RequestSession client in clients)
        {
            pair.Connect(client, 0);
        }
        pair.RunUntil(() => Array.TrueForAll(clients, client => client.Answers >= RequestsEach));
        Func<bool> never = static () => false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.RunUntil(never, passes: 4000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(clients.Min(client => client.Answers), Is.GreaterThan(2 * RequestsEach));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void A_connection_for_each_request_allocates_nothing()
    {
        Pair pair = new();
        RequestSession client = new() { AnswersMax = 1 };
        for (int i = 0; i < 200; i++)
        {
            pair.ConnectOnce(client);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++)
        {
            pair.ConnectOnce(client);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(client.Closed, Is.EqualTo(700));
        Assert.That(allocated, Is.Zero);
    }

    private sealed class Pair : IStreamService
    {
        private readonly Shard _client;
        private readonly Shard _server;
        private readonly Stack<AnswerSession> _idle =
            new(Enumerable.Range(0, 64).Select(_ => new AnswerSession()));
        private Instant _now = new(1_000_000_000);

        public Pair()
        {
            ArrayContent content = StreamPlan.Content();
            (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, content);
            _client =
                new Shard(TwoStacks.Options(1, ClientAddress), a, content, new ShardSecrets(1, 2, 3), _now);
            _server =
                new Shard(TwoStacks.Options(2, ServerAddress), b, content, new ShardSecrets(4, 5, 6), _now);
            _server.Listen(this);
        }

        public ushort Port => ServerPort;

        public IStreamSession? Accept(in StreamInfo info)
        {
            AnswerSession session = _idle.Pop();
            session.Idle = _idle;
            return session;
        }

        public void Connect(RequestSession session, ushort port) => Assert.That(_client.TryConnect(
            new FlowKey(ClientAddress, port, ServerAddress, ServerPort), session, _now));

        public void ConnectOnce(RequestSession session)
        {
            int closed = session.Closed;
            session.Answers = 0;
            if (!_client.TryConnect(new FlowKey(ClientAddress, 0, ServerAddress, ServerPort), session, _now))
            {
                throw new SimulationException("the table has room");
            }
            for (int i = 0; i < 100 && session.Closed == closed; i++)
            {
                Pass();
            }
        }

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

    private sealed class RequestSession : IStreamSession
    {
        private int _missing;

        public int Answers { get; set; }

        public int AnswersMax { get; init; } = int.MaxValue;

        public int Closed { get; private set; }

        public void OnConnected(ref StreamOutput output) => Ask(ref output);

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

        public void OnWritable(ref StreamOutput output)
        {
        }

        public void OnPeerFinished(ref StreamOutput output)
        {
        }

        public void OnDeadline(ref StreamOutput output)
        {
        }

        public void OnDrain(ref StreamOutput output)
        {
        }

        public void OnClosed(StreamEnd end) => Closed += end == StreamEnd.Closed ? 1 : 0;

        private void Ask(ref StreamOutput output)
        {
            _missing = AnswerSession.AnswerLength;
            output.TryWrite("GET /index.html HTTP/1.1\r\nHost: straightwire\r\n\r\n"u8);
        }
    }

    private sealed class AnswerSession : IStreamSession
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
            output.TryWriteContent(new Stack.Frames.ContentSlice(1, 0, 1024));
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
}
