using System.Text;
using Straightwire.Protocols;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>Whose sessions are watched.</summary>
internal enum ShownKind
{
    /// <summary>One that takes any part of what it is shown.</summary>
    Raw,

    /// <summary>HTTP.</summary>
    Http,

    /// <summary>FTP, its data connections among them.</summary>
    Ftp,

    /// <summary>Metrics.</summary>
    Metrics,
}

/// <summary>
/// One shard with too little of everything, and connections that send what they like: see
/// <see cref="WatchedSession"/> for what holds.
/// </summary>
internal sealed class ShownScenario : IMetricsSource, IConnectionPages, IDisposable
{
    private const ushort PassiveFirst = 50_000, PassiveLast = 50_003;

    private readonly SimulatedWorld _world;
    private readonly SeededRandom _random;
    private readonly ScriptedPeer _link = new() { OtherAddress = 0xC612_0003, Mtu = 1500 };
    private readonly ArrayContent _content = new();
    private readonly WallClock _clock = new();
    private readonly Dictionary<ushort, ShownPeer> _peers = [];
    private readonly Queue<ConnectionPage> _asked = new();
    private readonly Shard _shard;
    private readonly ShownKind _kind;
    private readonly ushort _port;

    private ShownScenario(ulong seed, ShownKind kind)
    {
        _world = new SimulatedWorld(seed);
        _random = _world.Random;
        _kind = kind;
        _clock.Set(_world.Now, DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
        _shard = new Shard(Options(), new SoftwareOffload(_link, _content), _content,
            new ShardSecrets(_random.Next(), _random.Next(), _random.Next()), _world.Now,
            peerTable: new SimulatedPeerTable());
        _world.Add(_shard);
        IStreamService service = MakeService();
        _port = service.Port;
        _shard.Listen(new WatchedService(service, Watch, StreamOf));
    }

    /// <inheritdoc/>
    public bool IsReady => true;

    /// <summary>What was found.</summary>
    public ShownWatch Watch { get; } = new();

    /// <summary>Connections that ended for want of a buffer.</summary>
    public long Starved => _shard.Counters.Tcp.ReceiveStarved;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Render() => Encoding.UTF8.GetBytes(new string('m', 3000));

    /// <inheritdoc/>
    public int ShardCount => 1;

    /// <inheritdoc/>
    public void Ask(ConnectionPage page) => _asked.Enqueue(page);

    /// <summary>Runs one, and throws if anything does not hold.</summary>
    public static ShownScenario Run(ulong seed, ShownKind kind)
    {
        ShownScenario scenario = new(seed, kind);
        int frames = scenario._shard.Pool.FreeCount;
        scenario.Drive();
        scenario._shard.Reset(scenario._world.Now);
        scenario.Require(scenario.Watch.Violations.Count == 0, "what was shown is shown again");
        scenario.Require(scenario.Watch.Open == 0, "every session ends");
        scenario.Require(scenario._shard.Tcp.HoldsNothing, "nothing is held");
        scenario.Require(
            scenario._shard.Pool.FreeCount >= frames - (kind == ShownKind.Http ? 1 : 0), "no frame is lost");
        scenario.Require(kind != ShownKind.Raw || scenario.Watch.Aborted == scenario.Starved,
            "what ends for want of a buffer is counted");
        return scenario;
    }

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException(
                $"it does not hold that {rule}; {string.Join('\n', Watch.Violations.Take(3))}");
        }
    }

    private void Drive()
    {
        int count = _random.Between(1, 12);
        for (int i = 0; i < count; i++)
        {
            Connect((ushort)(20_000 + i), _port, _random.Chance(0.3));
        }
        int steps = _random.Between(20, 120);
        for (int step = 0; step < steps; step++)
        {
            if (_kind == ShownKind.Ftp && _random.Chance(0.2))
            {
                ConnectPassive((ushort)(30_000 + step));
            }
            int burst = _random.Between(1, 6);
            ShownPeer[] peers = [.. _peers.Values];
            for (int i = 0; i < burst; i++)
            {
                _random.Pick(peers).Step();
            }
            Pass();
            _world.RunUntil(_world.Now.Plus(_random.Pick(0L, 1_000_000, 50_000_000, 700_000_000)));
            TakeSent();
        }
    }

    private void Connect(ushort port, ushort serverPort, bool isOther)
    {
        ShownKind kind = serverPort == _port ? _kind : ShownKind.Raw;
        ShownPeer peer = new(
            _link, _random, isOther, port, serverPort, ShownStreams.Draw(kind, _random));
        _peers.Add(port, peer);
        peer.Open();
        Pass();
    }

    private void ConnectPassive(ushort port) =>
        Connect(port, (ushort)_random.Between(PassiveFirst, PassiveLast), _random.Chance(0.3));

    private void Pass()
    {
        _world.Settle();
        TakeSent();
        _world.Settle();
    }

    private void TakeSent()
    {
        while (_link.Sent.TryDequeue(out SentSegment? sent))
        {
            if (_peers.TryGetValue(sent.Segment.DestinationPort, out ShownPeer? peer))
            {
                peer.Take(sent.Segment);
            }
        }
    }

    private byte[]? StreamOf(FlowKey flow) => _peers[flow.RemotePort].Stream;

    private ShardOptions Options() => new()
    {
        Mac = new MacAddress(0x02_00_00_00_00_01),
        Address = new Ipv4Prefix(new Ipv4Address(0xC612_0002), 24),
        Frames = new() { PoolFrames = _random.Pick(6, 24, 256) },
        Place = new ShardPlace(OwnedPortFirst: PassiveFirst, OwnedPortLast: PassiveLast),
        Ip = new IpOptions { Reassemblies = 1, Neighbors = 8 },
        Tcp = new TcpLimits
        {
            Connections = 128,
            TimeWaitConnections = 64,
            HalfOpenConnections = 64,
            ExpectedMax = 16,
            SendSlices = _random.Pick(24, 64, 1024),
            SendSlicesPerConnection = _random.Pick(20, 512),
            ReceiveWindow = _random.Pick(3000, 20_000, 65_536),
            ReceiveBuffers = _random.Between(0, 4),
            ReceiveBufferSmallCount = _random.Between(0, 5),
            Peer = new()
            {
                ReceiveBuffersPercent = _random.Pick(1, 25, 50, 100),
                FramesPercent = _random.Pick(25, 100),
            },
            ScoreboardCount = 2,
        },
    };

    private IStreamService MakeService() => _kind switch
    {
        ShownKind.Raw => new ShownRawService(_world, _shard.Tcp),
        ShownKind.Http => new HttpService(
            new HttpOptions { Port = 80 }, MakeContent(), _shard.Pool, _clock),
        ShownKind.Metrics => MakeMetrics(),
        _ => MakeFtp(),
    };

    private MetricsService MakeMetrics()
    {
        MetricsService service = new(
            new MetricsOptions { Port = 80 },
            [new Ipv4Prefix(new Ipv4Address(0xC612_0001), 24)],
            this,
            this,
            _shard.Pool,
            _clock,
            _shard.Tcp);
        _world.BeforePass = now =>
        {
            if (_asked.TryDequeue(out ConnectionPage? page))
            {
                page.Fill(_shard.Tcp, now);
                service.OnFilled(page);
            }
        };
        return service;
    }

    private MemoryChanges MakeContent()
    {
        MemoryChanges changes = new(_world, _content, () => _clock.UnixSeconds(_world.Now))
        {
            BufferBytes = _random.Pick(100, 3000, 65_536),
        };
        foreach (string path in (string[])["/page.txt", "/a.txt", "/dir/index.html", "/big.bin"])
        {
            int length = path == "/big.bin" ? 100_000 : 20;
            changes.Add(path, new byte[length], FtpWorld.ContentTime);
        }
        return changes;
    }

    private FtpService MakeFtp()
    {
        MemoryChanges changes = MakeContent();
        MemoryPasswords passwords = new(_world);
        FtpOptions options = new()
        {
            Users = FtpWorld.Users,
            PassivePortFirst = PassiveFirst,
            PassivePortLast = PassiveLast,
        };
        FtpService service = new(
            options, changes, _content, new WatchedNetwork(_shard.Tcp, Watch), changes, passwords,
            new RecordedLog(), _clock, _random.Next());
        _world.BeforePass = service.BeginPass;
        return service;
    }
}
