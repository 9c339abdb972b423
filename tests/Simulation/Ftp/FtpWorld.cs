using System.Text;
using Straightwire.Protocols;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Ftp;

/// <summary>
/// An FTP server on one of two stacks, in each of its shards, with content, passwords and a log in memory,
/// and the other stack for its clients.
/// </summary>
public sealed class FtpWorld
{
    /// <summary>When it is, as the world begins.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    /// <summary>When the content that is there at first was changed.</summary>
    public static readonly long ContentTime =
        new DateTimeOffset(2026, 10, 1, 8, 30, 15, TimeSpan.Zero).ToUnixTimeSeconds();

    private ushort _nextPort = 20_000;

    /// <summary>Builds it.</summary>
    /// <param name="seed">Of all chances.</param>
    /// <param name="cable">What is between the stacks; null: a good cable.</param>
    /// <param name="change">Changes the service's options.</param>
    /// <param name="shards">Changes the stacks' options.</param>
    /// <param name="faults">Told of faults that the server survives; null: they are thrown on.</param>
    public FtpWorld(
        ulong seed = 1,
        CablePlan? cable = null,
        Func<FtpOptions, FtpOptions>? change = null,
        Func<ShardOptions, ShardOptions>? shards = null,
        IFaultSink? faults = null)
    {
        World = new SimulatedWorld(seed);
        FtpOptions options = new()
        {
            PassivePortFirst = 50_000,
            PassivePortLast = 50_009,
            Users = Users,
        };
        options = change?.Invoke(options) ?? options;
        Stacks = new TwoStacks(
            World, cable ?? new CablePlan(), shard => (shards?.Invoke(shard) ?? shard) with
            {
                Place = shard.Place with
                {
                    OwnedPortFirst = options.PassivePortFirst,
                    OwnedPortLast = options.PassivePortLast,
                },
            },
            faults);
        Clock.Set(World.Now, Begin);
        Changes = new MemoryChanges(World, Stacks.ServerContent, () => Clock.UnixSeconds(World.Now));
        Passwords = new MemoryPasswords(World);
        Services = Array.ConvertAll(Stacks.Servers, server => AddService(server, options));
        World.BeforePass = now => Array.ForEach(Services, service => service.BeginPass(now));
        AddContent();
    }

    /// <summary>
    /// alice may do everything everywhere, bob may read and list below /pub/, carol may write and list below
    /// /pub/ and no more. Their passwords are "secret".
    /// </summary>
    public static IReadOnlyList<FtpUser> Users { get; } =
    [
        new FtpUser
        {
            Owner = new ContentOwner("alice"),
            PasswordHash = "=secret",
            Rights = (FtpRights)63,
        },
        new FtpUser { Owner = new ContentOwner("bob", "/pub/"), PasswordHash = "=secret" },
        new FtpUser
        {
            Owner = new ContentOwner("carol", "/pub/", FileBytesMax: 1000, QuotaBytes: 2000),
            PasswordHash = "=secret",
            Rights = FtpRights.Write | FtpRights.List,
        },
    ];

    /// <summary>Time.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The stacks.</summary>
    public TwoStacks Stacks { get; }

    /// <summary>The server's first shard.</summary>
    public FtpService Service => Services[0];

    /// <summary>All of its shards.</summary>
    public FtpService[] Services { get; }

    /// <summary>What it serves, and what changes that.</summary>
    public MemoryChanges Changes { get; }

    /// <summary>What checks its passwords.</summary>
    public MemoryPasswords Passwords { get; }

    /// <summary>What it told its log.</summary>
    public RecordedLog Log { get; } = new();

    /// <summary>The time of day.</summary>
    public WallClock Clock { get; } = new();

    /// <summary>The network of the clients.</summary>
    public IStreamNetwork ClientNetwork => Stacks.Client.Tcp;

    /// <summary>Opens a control connection.</summary>
    public FtpConnection Connect() => Connect(Service.Port);

    /// <summary>Opens a connection to a port of the server.</summary>
    public FtpConnection Connect(ushort port)
    {
        FtpConnection connection = new(ClientNetwork);
        FlowKey flow = new(TwoStacks.ClientAddress, _nextPort++, TwoStacks.ServerAddress, port);
        if (!ClientNetwork.TryConnect(flow, connection, World.Now))
        {
            throw new SimulationException("the client's table is full");
        }
        return connection;
    }

    /// <summary>Takes the server's next connection to a port of the client.</summary>
    public FtpConnection Expect(ushort port)
    {
        FtpConnection connection = new(ClientNetwork);
        if (!ClientNetwork.TryExpect(port, TwoStacks.ServerAddress, connection))
        {
            throw new SimulationException("the client expects somebody there already");
        }
        return connection;
    }

    /// <summary>Sends a SYN of any address to a port of the server, over the clients' cable.</summary>
    public void SendSyn(uint address, ushort port)
    {
        RawSegment segment = new() { SourcePort = 4000, DestinationPort = port, Flags = RawFlags.Syn };
        byte[] bytes = segment.Write(address, TwoStacks.ServerAddress.Value);
        byte[] frame = RawFrame.Ipv4(
            Stacks.Client.Options.Mac.Value,
            Stacks.Server.Options.Mac.Value,
            address,
            TwoStacks.ServerAddress.Value,
            6,
            bytes);
        _ = Stacks.ClientLink.TrySend(frame, World.Now);
        Run(Stacks.ClientLink.Delay);
    }

    /// <summary>Lets time pass until a condition holds; false when it does not within that.</summary>
    public bool RunUntil(Func<bool> done, TimeSpan within) => World.RunUntil(World.Now + within, done);

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time) => World.RunUntil(World.Now + time);

    /// <summary>Throws unless nothing is left of any client.</summary>
    public void RequireEmpty()
    {
        Stacks.RequireEmpty();
        Require(Array.TrueForAll(Services, service => service.ClientCount == 0), "no client is left");
        Require(Changes.OpenUploads == 0, "no upload is left");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException("it does not hold that " + rule);
        }
    }

    private FtpService AddService(Shard server, FtpOptions options)
    {
        FtpService service = new(
            server.Options.Place.Count == 1 ? options : options with
            {
                ShardNumber = server.Options.Place.Number,
                ShardCount = server.Options.Place.Count,
            },
            Changes,
            Stacks.ServerContent,
            server.Tcp,
            Changes,
            Passwords,
            Log,
            Clock,
            World.Random.Next());
        server.Listen(service);
        return service;
    }

    private void AddContent()
    {
        Add("/a.txt", "line one\nline two\n");
        Add("/empty.txt", "");
        Add("/pub/readme.txt", "Read me.\r\nBoth kinds\nof ends.\n");
        Add("/pub/sub/deep.txt", "deep");
        Changes.Add("/big.bin", new SeededRandom(7).Bytes(300_000), ContentTime);
        Changes.AddDirectory("/hollow/", ContentTime);
    }

    private void Add(string path, string text) =>
        Changes.Add(path, Encoding.UTF8.GetBytes(text), ContentTime);
}
