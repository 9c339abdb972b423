using Straightwire.Simulation;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp.Scripts;

/// <summary>
/// One shard with one service and a scripted peer, in virtual time; sequence numbers are seen relative.
/// </summary>
internal sealed class ScriptHost : IStreamService
{
    /// <summary>Bytes of the content region, filled with the pattern.</summary>
    public const int ContentLength = 1 << 20;

    /// <summary>The peer's port, and the port that it connects to.</summary>
    public const ushort PeerPort = 40_000, ServerPort = 8080;

    /// <summary>The peer's address, and that of a stranger beside it.</summary>
    public static readonly Ipv4Address PeerAddress = new(0xC612_0001), OtherPeer = new(0xC612_0003);

    private static readonly byte[] ContentBytes = Pattern.Bytes(0, ContentLength);

    /// <summary>Builds the shard.</summary>
    public ScriptHost(
        Func<TcpLimits, TcpLimits>? limits = null, int mtu = 1500,
        Func<ShardOptions, ShardOptions>? shard = null)
    {
        TcpLimits small = new()
        {
            Connections = 16,
            TimeWaitConnections = 8,
            HalfOpenConnections = 8,
            SendSlices = 4096,
            ReceiveBuffers = 8,
            ReceiveWindowMax = 65_536,
            ReceiveBufferSmallCount = 8,
            ScoreboardCount = 8,
        };
        Options = new ShardOptions
        {
            Mac = new MacAddress(0x02_00_00_00_00_01),
            Address = new Ipv4Prefix(new Ipv4Address(0xC612_0002), 24),
            Frames = new() { PoolFrames = 512 },
            Tcp = limits is null ? small : limits(small),
        };
        Options = shard?.Invoke(Options) ?? Options;
        Peer = new ScriptedPeer { Mtu = mtu, OtherAddress = OtherPeer.Value };
        Region = Content.Add(ContentBytes);
        SoftwareOffload link = new(Peer, Content);
        Shard = new Shard(Options, link, Content, new ShardSecrets(0x1234_5678, 0x8765_4321, 42), World.Now);
        Shard.Listen(this);
        World.Add(Shard);
        ResolvePeer();
    }

    public ShardOptions Options { get; }

    public SimulatedWorld World { get; } = new(1);

    public ScriptedPeer Peer { get; }

    public ArrayContent Content { get; } = new();

    public int Region { get; }

    public Shard Shard { get; }

    /// <summary>The latest session; null before the first.</summary>
    public ScriptSession? Session { get; private set; }

    /// <summary>Sessions accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>The service refuses connections.</summary>
    public bool Refuses { get; set; }

    /// <summary>Whether sessions check what they receive against the pattern.</summary>
    public bool ChecksBytes { get; set; } = true;

    /// <summary>
    /// The ports of the scripts that follow: where a peer connects to a port that is no service's.
    /// </summary>
    public ushort PeerPortNow { get; set; } = PeerPort;

    /// <inheritdoc cref="PeerPortNow"/>
    public ushort LocalPortNow { get; set; } = ServerPort;

    /// <summary>What a session may ask of TCP.</summary>
    public IStreamNetwork Network => Shard.Tcp;

    /// <summary>Lines of the script under way that the session has yet to act on.</summary>
    public int ActionsLeft { get; set; }

    /// <summary>
    /// The peer's initial sequence number: near the end of the space, so that every script wraps it.
    /// </summary>
    public uint PeerIss { get; set; } = 0xFFFF_FF00;

    /// <summary>The shard's initial sequence number, once a SYN of it was seen.</summary>
    public uint? ShardIss { get; set; }

    /// <summary>What the shard's timestamps count from, once one was seen.</summary>
    public uint? TimestampBase { get; set; }

    /// <inheritdoc/>
    public ushort Port => ServerPort;

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        if (Refuses)
        {
            return null;
        }
        Accepted++;
        Session = new ScriptSession(this);
        return Session;
    }

    /// <summary>The flow as the shard names it.</summary>
    public static FlowKey Flow => new(
        new Ipv4Address(0xC612_0002), ServerPort, PeerAddress, PeerPort);

    /// <summary>The flow of the ports as they are now.</summary>
    public FlowKey FlowNow => Flow with { LocalPort = LocalPortNow, RemotePort = PeerPortNow };

    /// <summary>
    /// Opens a connection from the server's port, so that a script looks the same either way.
    /// </summary>
    public void Connect()
    {
        Assert.That(TryConnect(), "the connection is opened");
        World.Settle();
    }

    /// <summary>Tries to open the flow as it is now, with numbers of its own.</summary>
    public bool TryConnect()
    {
        ScriptSession session = new(this);
        if (!Network.TryConnect(FlowNow, session, World.Now, out StreamId stream))
        {
            return false;
        }
        session.Id = stream;
        Session = session;
        ShardIss = null;
        return true;
    }

    /// <summary>Expects the peer on the local port as it is now.</summary>
    public void Expect()
    {
        Session = new ScriptSession(this);
        Assert.That(Network.TryExpect(LocalPortNow, PeerAddress, Session), "the peer is expected");
        ShardIss = null;
    }

    /// <summary>Notifies the session.</summary>
    public void Notify()
    {
        Network.Notify(Session!.Id);
        World.Settle();
    }

    /// <summary>The segment that a script's packet stands for.</summary>
    public RawSegment Outgoing(ScriptPacket packet) => new()
    {
        SourcePort = PeerPortNow,
        DestinationPort = LocalPortNow,
        Seq = PeerIss + packet.Seq,
        Ack = packet.Ack is { } ack ? (ShardIss ?? 0) + ack : 0,
        Flags = packet.Flags,
        Window = packet.Window ?? 65_535,
        Urgent = packet.Urgent ?? 0,
        Options = RawOption.WriteAll((packet.Options ?? []).Select(ToWire)),
        Payload = Pattern.Bytes(
            (int)packet.Seq - (packet.Flags.HasFlag(RawFlags.Syn) ? 0 : 1), packet.Length),
    };

    /// <summary>A segment of the shard as a script's packet.</summary>
    public ScriptPacket Incoming(RawSegment segment) => new()
    {
        Flags = segment.Flags,
        Seq = segment.Seq - (ShardIss ?? 0),
        Length = segment.Payload.Length,
        Ack = segment.Has(RawFlags.Ack) ? segment.Ack - PeerIss : null,
        Window = segment.Window,
        Urgent = segment.Urgent,
        Options = [.. RawOption.ReadAll(segment.Options).Select(FromWire)],
    };

    private RawOption ToWire(RawOption option) => option switch
    {
        RawOption.Sack sack => new RawOption.Sack(
            [.. sack.Blocks.Select(b => (b.Left + (ShardIss ?? 0), b.Right + (ShardIss ?? 0)))]),
        RawOption.Timestamps { Echo: > 0 } stamps =>
            stamps with { Echo = stamps.Echo + (TimestampBase ?? 0) },
        _ => option,
    };

    private RawOption FromWire(RawOption option) => option switch
    {
        RawOption.Sack sack =>
            new RawOption.Sack([.. sack.Blocks.Select(b => (b.Left - PeerIss, b.Right - PeerIss))]),
        RawOption.Timestamps stamps => stamps with { Value = stamps.Value - (TimestampBase ?? 0) },
        _ => option,
    };

    // The first answer to a stranger makes the shard ask for the peer's address: no script has to wait for
    // ARP.
    private void ResolvePeer()
    {
        Peer.Send(new RawSegment { SourcePort = 1, DestinationPort = 1, Flags = RawFlags.Ack });
        World.RunUntil(World.Now.PlusMilliseconds(2000));
        Peer.Sent.Clear();
    }
}
