using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation;

/// <summary>How the two stacks of a simulation are joined.</summary>
public sealed record CablePlan
{
    /// <summary>One way.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Bits a second; 0: any number.</summary>
    public long BitsPerSecond { get; init; }

    /// <summary>Of the links.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Faults from the client to the server.</summary>
    public LinkFaults ToServer { get; init; } = LinkFaults.None;

    /// <summary>Faults from the server to the client.</summary>
    public LinkFaults ToClient { get; init; } = LinkFaults.None;

    /// <summary>Shards of the server.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Which of them a frame comes to.</summary>
    public Steering Steering { get; init; }

    /// <summary>What may wait to be handed over to one of them.</summary>
    public int HandoversMax { get; init; } = 1000;
}

/// <summary>
/// Two whole stacks, a client and a server of one shard or several, on a simulated cable. A service that
/// opens or expects connections itself is given its shard's <see cref="Shard.Tcp"/>, and so is a client
/// that does.
/// </summary>
public sealed class TwoStacks
{
    /// <summary>The server's port.</summary>
    public const ushort ServerPort = 80;

    /// <summary>Who connects: 198.18.0.1.</summary>
    public static readonly Ipv4Address ClientAddress = new(0xC612_0001);

    /// <summary>Who listens: 198.18.0.2.</summary>
    public static readonly Ipv4Address ServerAddress = new(0xC612_0002);

    /// <summary>Builds both; the server survives faults when somebody is told of them.</summary>
    public TwoStacks(
        SimulatedWorld world,
        CablePlan cable,
        Func<ShardOptions, ShardOptions>? change = null,
        IFaultSink? faults = null)
    {
        World = world;
        (ClientLink, ServerLink) = SimulatedLink.Join(
            world, cable.ToServer, cable.ToClient, cable.Delay, cable.BitsPerSecond, cable.Mtu);
        Client = Build(ClientLink, ClientContent, Options(1, ClientAddress), change);
        ServerQueues = SteeredLink.Split(
            ServerLink, cable.Shards, cable.Steering, new SeededRandom(world.Seed ^ 0x5EED));
        SimulatedPeers[] peers = SimulatedPeers.Make(cable.Shards, cable.HandoversMax);
        Servers = new Shard[cable.Shards];
        for (int i = 0; i < cable.Shards; i++)
        {
            ShardOptions options = Options(2, ServerAddress) with
            {
                Place = new ShardPlace(i, cable.Shards),
            };
            IPlainLink link = cable.Shards == 1 ? ServerLink : ServerQueues[i];
            Servers[i] = Build(link, ServerContent, options, change, peers[i], faults);
        }
    }

    /// <summary>Where they are.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The client's end of the cable.</summary>
    public SimulatedLink ClientLink { get; }

    /// <summary>The server's end of the cable.</summary>
    public SimulatedLink ServerLink { get; }

    /// <summary>What the client sends from.</summary>
    public ArrayContent ClientContent { get; } = StreamPlan.Content();

    /// <summary>What the server sends from.</summary>
    public ArrayContent ServerContent { get; } = StreamPlan.Content();

    /// <summary>The side that connects.</summary>
    public Shard Client { get; }

    /// <summary>The side that listens: its first shard.</summary>
    public Shard Server => Servers[0];

    /// <summary>All of its shards.</summary>
    public Shard[] Servers { get; }

    /// <summary>The queues of the server's end, one for each shard.</summary>
    public SteeredLink[] ServerQueues { get; }

    /// <summary>Small limits, so that a run is quick to build and tables fill.</summary>
    public static ShardOptions Options(byte number, Ipv4Address address) => new()
    {
        Mac = new MacAddress(0x02_00_00_00_00_00UL + number),
        Address = new Ipv4Prefix(address, 24),
        Frames = new() { PoolFrames = 1024 },
        Tcp = new TcpLimits
        {
            Connections = 64,
            TimeWaitConnections = 32,
            HalfOpenConnections = 32,
            SendSlices = 4096,
            SendSlicesPerConnection = 64,
            ReceiveBuffers = 16,
            ReceiveBufferSmallCount = 16,
            ScoreboardCount = 16,
        },
    };

    /// <summary>
    /// Opens a connection to the server from a port; false when the client's table is full.
    /// </summary>
    public bool TryConnect(ushort port, IStreamSession session) => TryConnect(port, ServerPort, session);

    /// <summary>As above, to any port of the server.</summary>
    public bool TryConnect(ushort port, ushort serverPort, IStreamSession session)
    {
        bool opened =
            Client.TryConnect(
                new FlowKey(ClientAddress, port, ServerAddress, serverPort), session, World.Now);
        World.Settle();
        return opened;
    }

    /// <summary>Throws unless nothing is held and nobody is connected any more.</summary>
    public void RequireEmpty()
    {
        Require(Client.ConnectionCount == 0, "the client has no connection left");
        Require(Client.Pool.FreeCount == Client.Pool.FrameCount, "the client's frames are all free");
        foreach (Shard server in Servers)
        {
            Require(server.ConnectionCount == 0, "the server has no connection left");
            Require(server.Pool.FreeCount == server.Pool.FrameCount, "the server's frames are all free");
        }
        foreach (Shard shard in Servers.Append(Client))
        {
            Require(shard.Tcp.HoldsNothing, "no queue, buffer or scoreboard is held");
            Require(shard.Tcp.HalfOpenCount == 0, "nothing is half open");
            Require(shard.Tcp.ExpectedCount == 0, "nobody is expected");
        }
        Require(ClientContent.Held == 0, "the client holds no slice");
        Require(ServerContent.Held == 0, "the server holds no slice");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException("it does not hold that " + rule);
        }
    }

    private Shard Build(
        IPlainLink link, ArrayContent content, ShardOptions options,
        Func<ShardOptions, ShardOptions>? change, IShardPeers? peers = null, IFaultSink? faults = null)
    {
        SoftwareOffload offload = new(link, content);
        UInt128 key = new(World.Random.Next(), World.Random.Next());
        Shard shard = new(change?.Invoke(options) ?? options, offload, content,
            new ShardSecrets(key, key + 1, World.Random.Next()), World.Now, peers, faults: faults);
        World.Add(shard);
        return shard;
    }
}
