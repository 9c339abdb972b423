using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// One run of the simulation, everything drawn from its seed: the cable and its faults, the limits, and some
/// connections with what they send. The oracle is in <see cref="Run"/>.
/// </summary>
internal sealed class Scenario : IStreamService
{
    private const ushort FirstPort = 20_000;

    // Half of a window in flight makes it grow, and what is acknowledged then comes to it.
    private const long WindowLeast = 60_000;
    private const long WindowTimes = 3;

    private readonly SimulatedWorld _world;
    private readonly SeededRandom _random;
    private readonly TwoStacks _stacks;
    private readonly List<Connection> _connections = [];
    private readonly Instant _faultsEnd;
    private readonly DrawnNetwork _network;

    private Scenario(ulong seed, bool isSharded)
    {
        _world = new SimulatedWorld(seed);
        _random = new SeededRandom(_world.Random.Next());
        _faultsEnd = _world.Now.PlusMilliseconds(_random.Between(1, 12) * 1000);
        CablePlan cable = DrawCable();
        _stacks = new TwoStacks(_world, isSharded ? ShardPlan.Draw(seed, cable) : cable, DrawOptions());
        _network = new DrawnNetwork(seed, _stacks, _faultsEnd);
        Array.ForEach(_stacks.Servers, server => server.Listen(this));
        _world.BeforePass = _ => CheckWindows();
        DrawStorage(_stacks.ClientContent);
        DrawStorage(_stacks.ServerContent);
    }

    /// <inheritdoc/>
    public ushort Port => TwoStacks.ServerPort;

    /// <summary>Runs a seed; throws what went wrong.</summary>
    public static void Run(ulong seed, ScenarioTotals totals, bool isSharded = false)
    {
        Scenario scenario = new(seed, isSharded);
        scenario.Open();
        scenario.Finish();
        scenario._network.Check(totals);
        totals.Add(scenario._stacks.Client.Counters);
        Array.ForEach(scenario._stacks.Servers, server => totals.Add(server.Counters));
    }

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        Connection connection = _connections[info.Flow.RemotePort - FirstPort];
        Require(connection.Server is null, "a connection is accepted once");
        connection.Server = new PlannedSession(connection.ServerPlan);
        return connection.Server;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException($"it does not hold that {rule}");
        }
    }

    private CablePlan DrawCable() => new()
    {
        Delay = TimeSpan.FromMicroseconds(_random.Pick(20, 500, 5000, 40_000)),
        BitsPerSecond = _random.Pick(0L, 0L, 2_000_000, 20_000_000, 1_000_000_000),
        Mtu = _random.Pick(576, 1500, 1500, 1500, 9000),
        ToServer = DrawFaults(),
        ToClient = DrawFaults(),
    };

    private LinkFaults DrawFaults() => new()
    {
        Loss = _random.Pick(0, 0, 0.01, 0.05, 0.2),
        Duplication = _random.Pick(0, 0, 0.02, 0.2),
        Reordering = _random.Pick(0, 0, 0.02, 0.2),
        ReorderingMaximum = TimeSpan.FromMilliseconds(_random.Pick(1, 30, 300)),
        Corruption = _random.Pick(0, 0, 0.02, 0.1),
        Truncation = _random.Pick(0, 0, 0.02),
        Jitter = TimeSpan.FromMicroseconds(_random.Pick(0, 0, 300, 20_000)),
        StallEvery = TimeSpan.FromMilliseconds(_random.Pick(0, 0, 0, 5000)),
        StallFor = TimeSpan.FromMilliseconds(_random.Pick(100, 900, 3000)),
        PathMtu = _random.Pick(0, 0, 0, 0, 1300, 552),
        Until = _faultsEnd,
    };

    private Func<ShardOptions, ShardOptions> DrawOptions()
    {
        CongestionAlgorithm congestion = _random.Pick(CongestionAlgorithm.Cubic, CongestionAlgorithm.NewReno);
        int window = _random.Pick(4096, 16_384, 65_536, 262_144);
        int scoreboards = _random.Pick(0, 1, 16);
        int frames = _random.Pick(16, 64, 1024, 1024);
        int slices = _random.Pick(64, 200, 4096, 4096);
        // Connections that wait for each other's frames and buffers may stand still until the user timeout.
        int receiveBuffers = frames == 1024 && slices == 4096 ? _random.Pick(1, 4, 16, 64) : 16;
        int windowMax = _random.Pick(65_536, 262_144, 1 << 24);
        // By numbers of its own: what else a seed draws stays what it was.
        SeededRandom own = new(_world.Seed ^ 0xEC);
        EcnMode ecn = own.Pick(EcnMode.Off, EcnMode.Request, EcnMode.Request);
        return options => options with
        {
            Frames = new() { PoolFrames = frames, PoolFrameBytes = window == 4096 ? 512 : 1024 },
            Tcp = options.Tcp with
            {
                Congestion = congestion,
                Ecn = ecn,
                ReceiveWindow = window,
                ReceiveWindowMax = windowMax,
                ScoreboardCount = scoreboards,
                ReceiveBuffers = receiveBuffers,
                SendSlices = slices,
                KeepAlive = Duration.OfMilliseconds(30_000),
                KeepAliveInterval = Duration.OfMilliseconds(5000),
            },
        };
    }

    // Content comes and goes from memory, as that of a cold disk does.
    private void DrawStorage(ArrayContent content)
    {
        for (int region = 1; region <= StreamPlan.Sources.Count && _random.Chance(0.3); region++)
        {
            int slow = region;
            Instant from = _world.Now.PlusMilliseconds(_random.Between(0, 2000));
            _world.Schedule(from, () => content.Unload(slow));
            _world.Schedule(from.PlusMilliseconds(_random.Between(1, 5000)), () => content.Load(slow));
        }
    }

    private void Open()
    {
        int count = _random.Between(1, 5);
        for (int i = 0; i < count; i++)
        {
            _connections.Add(DrawConnection());
            if (_random.Chance(0.3))
            {
                _world.RunUntil(_world.Now.PlusMilliseconds(_random.Between(1, 500)));
            }
            Require(_stacks.TryConnect(
                (ushort)(FirstPort + i), _connections[i].Client), "the table has room");
        }
    }

    private Connection DrawConnection()
    {
        int most = _random.Pick(100, 5000, 60_000, 300_000);
        StreamPlan up = StreamPlan.Draw(_random, _random.Between(1, most));
        bool echoes = _random.Chance(0.2);
        StreamPlan down = echoes ? up : StreamPlan.Draw(_random, _random.Between(0, most));
        FinishTime clientFinish = _random.Pick(FinishTime.WhenWritten, FinishTime.WhenComplete);
        FinishTime serverFinish =
            _random.Pick(FinishTime.WhenWritten, FinishTime.WhenComplete, FinishTime.AfterPeer);
        SessionPlan client = new()
        {
            Sends = up,
            Expects = down,
            Finish = clientFinish,
            RecordLength = _random.Pick(1, 1, 7, 900),
            Pause = TimeSpan.FromMilliseconds(_random.Pick(0, 0, 0, 7, 400)),
            AbortAfter = _random.Chance(0.05) ? _random.Between(1, most) : -1,
        };
        SessionPlan server = client with
        {
            Sends = down,
            Expects = up,
            Echoes = echoes,
            Finish = serverFinish,
            Pause = TimeSpan.FromMilliseconds(_random.Pick(0, 0, 0, 7, 400)),
            AbortAfter = _random.Chance(0.05) ? _random.Between(1, most) : -1,
        };
        return new Connection(new PlannedSession(client), server);
    }

    // RFC 7661: what a peer's window never lets be tested, the congestion window does not promise.
    private void CheckWindows()
    {
        for (int i = 0; i < _connections.Count; i++)
        {
            FlowKey flow = new(
                TwoStacks.ServerAddress, Port, TwoStacks.ClientAddress, (ushort)(FirstPort + i));
            FlowKey back = new(flow.RemoteAddress, flow.RemotePort, flow.LocalAddress, flow.LocalPort);
            CheckWindow(_stacks.Client, in back);
            foreach (Shard server in _stacks.Servers)
            {
                CheckWindow(server, in flow);
            }
        }
    }

    private static void CheckWindow(Shard shard, in FlowKey flow)
    {
        if (shard.Tcp.TryInspect(in flow, out TcpConnection tcb) && tcb.IsSynchronized)
        {
            long most = Math.Max(WindowLeast, WindowTimes * (long)tcb.SndWndMax);
            Require(
                tcb.Cwnd <= most, $"a window of {tcb.Cwnd} is of use where {tcb.SndWndMax} are taken");
        }
    }

    private void Finish()
    {
        // No progress can be missing for longer than the greatest backoff that the faults can have caused,
        // and
        // 2 Mbit/s carry all that is planned in some seconds.
        Instant limit = _faultsEnd.PlusMilliseconds(400_000);
        if (!_world.RunUntil(limit, () => _connections.TrueForAll(connection => connection.HasEnded)))
        {
            throw new SimulationException(
                "not all connections have ended:\n" + string.Join('\n', _connections));
        }
        foreach (Connection connection in _connections)
        {
            connection.Check();
        }
        // TIME-WAIT, FIN-WAIT-2 and half-open leftovers of duplicated SYNs end by themselves.
        _world.RunUntil(_world.Now.PlusMilliseconds(200_000));
        _stacks.RequireEmpty();
        long sent = _stacks.ClientLink.FramesSent + _stacks.ServerLink.FramesSent;
        _world.RunUntil(_world.Now.PlusMilliseconds(600_000));
        sent -= _stacks.ClientLink.FramesSent + _stacks.ServerLink.FramesSent;
        Require(sent == 0, "silence follows the last connection");
    }

    private sealed class Connection(PlannedSession client, SessionPlan serverPlan)
    {
        public PlannedSession Client { get; } = client;

        public SessionPlan ServerPlan { get; } = serverPlan;

        public PlannedSession? Server { get; set; }

        public bool HasEnded => Client.End is not null && Server is null or { End: not null };

        private bool Aborts => Client.Plan.AbortAfter >= 0 || ServerPlan.AbortAfter >= 0;

        public void Check()
        {
            if (Aborts && (IsReset(Client) || (Server is { } server && IsReset(server))))
            {
                return;
            }
            Require(Server is not null, "the server accepted: " + this);
            bool closed = Client.End == StreamEnd.Closed && Server!.End == StreamEnd.Closed;
            Require(closed, "both sides closed: " + this);
            Require(Client.IsComplete && Server!.IsComplete, "all that was sent was received: " + this);
        }

        public override string ToString() =>
            $"client {Side(Client)}; server {(Server is null ? "not accepted" : Side(Server))}";

        private static bool IsReset(PlannedSession session) =>
            session.End is StreamEnd.Aborted or StreamEnd.ResetByPeer;

        private static string Side(PlannedSession session) =>
            $"sends {session.Plan.Sends.Length}, received {session.Received} "
            + $"of {session.Plan.Expects.Length}, "
            + $"complete {session.IsComplete}, ended {session.End?.ToString() ?? "not"}";
    }
}
