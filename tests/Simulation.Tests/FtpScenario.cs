using Straightwire.Protocols.Ftp;
using Straightwire.Simulation.Ftp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// One run of the simulation of FTP, everything drawn from its seed: the cable and its faults, limits,
/// storage, and some clients. The oracle is here and in <see cref="FtpScenarioClient"/>.
/// </summary>
internal sealed class FtpScenario
{
    private readonly SeededRandom _random;
    private readonly Instant _faultsEnd;
    private readonly DrawnNetwork _network;
    private readonly List<FtpScenarioClient> _clients = [];

    private FtpScenario(ulong seed, bool isSharded)
    {
        _random = new SeededRandom(seed ^ 0xF7F7);
        _faultsEnd = Instant.Zero.PlusMilliseconds(1000 * _random.Between(2, 20));
        CablePlan cable = new()
        {
            Delay = TimeSpan.FromMicroseconds(_random.Pick(20, 500, 5000, 40_000)),
            BitsPerSecond = _random.Pick(0L, 0L, 20_000_000, 1_000_000_000),
            Mtu = _random.Pick(576, 1500, 1500, 9000),
            ToServer = DrawFaults(),
            ToClient = DrawFaults(),
        };
        int window = _random.Pick(8192, 65_536);
        int frames = _random.Pick(96, 1024, 1024);
        cable = isSharded ? ShardPlan.Draw(seed, cable) : cable;
        int ports = Math.Max(_random.Pick(3, 10), cable.Shards);
        long rate = _random.Pick(0L, 0L, 0L, 200_000);
        World = new FtpWorld(
            seed,
            cable,
            options => options with
            {
                PassivePortLast = (ushort)(options.PassivePortFirst + ports - 1),
                AcceptTimeout = Duration.OfMilliseconds(1000 * _random.Pick(5, 30)),
                BytesPerSecond = rate,
            },
            options => options with
            {
                Frames = new() { PoolFrames = frames },
                Tcp = options.Tcp with
                {
                    ReceiveWindow = window,
                    KeepAlive = Duration.OfMilliseconds(30_000),
                },
            });
        _network = new DrawnNetwork(seed, World.Stacks, _faultsEnd);
        World.Changes.Delay = TimeSpan.FromMilliseconds(_random.Pick(0, 1, 20, 300));
        World.Changes.BufferBytes = _random.Pick(1000, 9000, 65_536);
        DrawStorage();
        if (_random.Chance(0.1))
        {
            // The program stops while its clients are at work.
            Instant at = World.World.Now.PlusMilliseconds(_random.Between(1, 20_000));
            World.World.Schedule(at, () => Array.ForEach(
                World.Stacks.Servers, server => server.Drain(World.World.Now)));
        }
        int count = _random.Between(1, 4);
        for (int i = 0; i < count; i++)
        {
            _clients.Add(new FtpScenarioClient(World, new SeededRandom(_random.Next()), i));
        }
    }

    /// <summary>Where it happens.</summary>
    public FtpWorld World { get; }

    /// <summary>Runs a seed; throws what went wrong.</summary>
    public static IEnumerable<FtpCounters> Run(
        ulong seed, ScenarioTotals totals, bool isSharded = false)
    {
        FtpScenario scenario = new(seed, isSharded);
        scenario.Run();
        scenario._network.Check(totals);
        return scenario.World.Services.Select(service => service.Counters);
    }

    private void Run()
    {
        // A client asks for some transfers, each of which waits for the faults' end, a backoff and the time
        // for its data connection at most.
        if (!World.RunUntil(Step, TimeSpan.FromMinutes(30)))
        {
            throw new SimulationException(
                "not all clients have ended:\n" + string.Join('\n', _clients));
        }
        World.Run(TimeSpan.FromSeconds(400));
        _clients.ForEach(client => client.Check());
        World.RequireEmpty();
        long sent = World.Stacks.ClientLink.FramesSent + World.Stacks.ServerLink.FramesSent;
        World.Run(TimeSpan.FromSeconds(600));
        sent -= World.Stacks.ClientLink.FramesSent + World.Stacks.ServerLink.FramesSent;
        if (sent != 0)
        {
            throw new SimulationException("it does not hold that silence follows the last connection");
        }
    }

    private bool Step()
    {
        bool isOver = true;
        foreach (FtpScenarioClient client in _clients)
        {
            isOver &= client.Step();
        }
        return isOver;
    }

    // Content comes and goes from memory, as that of a cold disk does.
    private void DrawStorage()
    {
        for (int region = 1; region < 10 && _random.Chance(0.5); region++)
        {
            int slow = region;
            Instant from = World.World.Now.PlusMilliseconds(_random.Between(0, 5000));
            World.World.Schedule(from, () => World.Stacks.ServerContent.Unload(slow));
            World.World.Schedule(
                from.PlusMilliseconds(_random.Between(1, 5000)),
                () => World.Stacks.ServerContent.Load(slow));
        }
    }

    private LinkFaults DrawFaults() => new()
    {
        Loss = _random.Pick(0, 0, 0.01, 0.05, 0.2),
        Duplication = _random.Pick(0, 0, 0.02, 0.2),
        Reordering = _random.Pick(0, 0, 0.02, 0.2),
        ReorderingMaximum = TimeSpan.FromMilliseconds(_random.Pick(1, 30, 300)),
        Corruption = _random.Pick(0, 0, 0.02),
        Jitter = TimeSpan.FromMicroseconds(_random.Pick(0, 0, 300, 20_000)),
        Until = _faultsEnd,
    };
}
