using System.Buffers.Binary;
using System.Text;
using Straightwire.Stack;
using Straightwire.Stack.Link;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation;

/// <summary>
/// Many hosts behind the gateway of one shard's link, or of several shards', which steer by the peer's port:
/// each has connections as simple as an attacker's tool makes them, and floods need no connection at all.
/// </summary>
public sealed class Crowd
{
    private readonly Dictionary<(uint Address, ushort Port), CrowdClient> _clients = [];
    private readonly List<ScriptedPeer> _links = [];
    private readonly List<Shard> _shards = [];

    /// <summary>Creates the world, without shards.</summary>
    public Crowd(ulong seed = 1) => World = new SimulatedWorld(seed);

    /// <summary>Where it all happens.</summary>
    public SimulatedWorld World { get; }

    /// <summary>The shards, in the order in which they were added.</summary>
    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>The content of the shards.</summary>
    public ArrayContent Content { get; } = new();

    /// <summary>Which shard's link a frame of a peer's port comes in by.</summary>
    public Func<ushort, bool, int> Steering { get; set; } = static (_, _) => 0;

    /// <summary>Bytes of IP packets that were sent to the shards, and that they sent.</summary>
    public long BytesIn { get; private set; }

    /// <inheritdoc cref="BytesIn"/>
    public long BytesOut { get; private set; }

    /// <summary>SYN-ACKs that nobody waited for: those of spoofed addresses.</summary>
    public long SynAcksUnasked { get; private set; }

    /// <summary>A link for the next shard.</summary>
    public ILinkDevice AddLink()
    {
        _links.Add(new ScriptedPeer());
        return new SoftwareOffload(_links[^1], Content);
    }

    /// <summary>Options of a shard at 198.18.0.2, to which everybody comes by the gateway.</summary>
    public static ShardOptions Options(TcpLimits tcp) => new()
    {
        Mac = new MacAddress(0x02_00_00_00_00_01),
        Address = new Ipv4Prefix(new Ipv4Address(0xC612_0002), 24),
        Gateway = new Ipv4Address(0xC612_0001),
        Tcp = tcp,
    };

    /// <summary>Takes a shard in, and lets it find the gateway.</summary>
    public void Add(Shard shard)
    {
        _shards.Add(shard);
        World.Add(shard);
        _links[_shards.Count - 1].Send(
            new RawSegment { SourcePort = 1, DestinationPort = 1, Flags = RawFlags.Ack });
        World.RunUntil(World.Now.PlusMilliseconds(1100));
        _links[_shards.Count - 1].Sent.Clear();
    }

    /// <summary>A client that has sent a SYN.</summary>
    public CrowdClient Connect(uint address, ushort port, ushort window = 65_535, bool timestamps = false)
    {
        var client = new CrowdClient(this, address, port, window, timestamps);
        _clients[(address, port)] = client;
        client.SendSyn();
        return client;
    }

    /// <summary>A segment of anybody's.</summary>
    public void Send(uint address, RawSegment segment)
    {
        byte[] bytes = segment.Write(address, 0xC612_0002);
        BytesIn += bytes.Length + 20;
        ScriptedPeer link = _links[Steering(segment.SourcePort, segment.Has(RawFlags.Syn))];
        link.SendFrame(RawFrame.Ipv4(link.Mac, link.ShardMac, address, link.ShardAddress, 6, bytes));
    }

    /// <summary>Runs until all that was sent is answered, and the answers are.</summary>
    public void Settle()
    {
        bool any = true;
        while (any)
        {
            World.Settle();
            any = Deliver();
        }
    }

    /// <summary>Runs for a time, with everybody acting at once on what they get.</summary>
    public void Run(long milliseconds)
    {
        Instant end = World.Now.PlusMilliseconds(milliseconds);
        Settle();
        while (World.NextHappening() is var next && next <= end)
        {
            World.RunUntil(next);
            Settle();
        }
        World.RunUntil(end);
        Settle();
    }

    private bool Deliver()
    {
        bool any = false;
        foreach (ScriptedPeer link in _links)
        {
            while (link.Sent.TryDequeue(out SentSegment? sent))
            {
                any = true;
                BytesOut += sent.Frame.Length - 14;
                uint address = BinaryPrimitives.ReadUInt32BigEndian(sent.Frame.AsSpan(30));
                if (_clients.TryGetValue((address, sent.Segment.DestinationPort), out CrowdClient? client))
                {
                    client.Receive(sent.Segment, sent.At);
                }
                else if (sent.Segment.Has(RawFlags.Syn))
                {
                    SynAcksUnasked++;
                }
            }
        }
        return any;
    }
}

/// <summary>One connection of a crowd's.</summary>
public sealed class CrowdClient(Crowd crowd, uint address, ushort port, ushort window, bool timestamps)
{
    private readonly List<byte> _received = [];
    private uint _next = (address * 2_654_435_761) ^ port;
    private uint _expected;

    /// <summary>The handshake is complete on this side.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>When a reset came; null: none has.</summary>
    public Instant? ResetAt { get; private set; }

    /// <summary>It acknowledges what it receives.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>It leaves the server's SYN-ACK unanswered.</summary>
    public bool IsHalfOpen { get; set; }

    /// <summary>What the server's SYN-ACK said.</summary>
    public RawSegment? SynAck { get; private set; }

    /// <summary>The window that it tells.</summary>
    public ushort Window { get; set; } = window;

    /// <summary>
    /// Called with each segment that comes, instead of what it does by itself; null: nothing is.
    /// </summary>
    public Action<RawSegment>? OnSegment { get; set; }

    /// <summary>What came, as text.</summary>
    public string Text => Encoding.Latin1.GetString([.. _received]);

    /// <summary>The address that it has.</summary>
    public uint Address => address;

    /// <summary>The next octet of the server's that it waits for.</summary>
    public uint Expected => _expected;

    /// <summary>Will acknowledge so many octets more.</summary>
    public void Take(uint octets) => _expected += octets;

    /// <summary>Sends its SYN, perhaps again.</summary>
    public void SendSyn() => crowd.Send(address, Segment(RawFlags.Syn) with
    {
        Ack = 0,
        Options = RawOption.WriteAll(SynOptions()),
    });

    /// <summary>Acknowledges what it has, with data or without.</summary>
    public void Send(ReadOnlySpan<byte> data, RawFlags flags = RawFlags.Ack)
    {
        for (; data.Length > 1400; data = data[1400..])
        {
            Send(data[..1400]);
        }
        crowd.Send(address, Segment(flags) with { Payload = data.ToArray() });
        _next += (uint)data.Length + (flags.HasFlag(RawFlags.Fin) ? 1u : 0);
    }

    /// <summary>Sends text.</summary>
    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    internal void Receive(RawSegment segment, Instant at)
    {
        if (segment.Has(RawFlags.Rst))
        {
            ResetAt ??= at;
        }
        else if (OnSegment is { } act)
        {
            act(segment);
        }
        else if (segment.Has(RawFlags.Syn))
        {
            ReceiveSynAck(segment);
        }
        else if (Reads && segment.SequenceLength > 0)
        {
            if (segment.Seq == _expected)
            {
                _received.AddRange(segment.Payload);
                _expected += (uint)segment.SequenceLength;
            }
            Send([]);
        }
    }

    private void ReceiveSynAck(RawSegment segment)
    {
        SynAck ??= segment;
        if (IsHalfOpen || IsConnected)
        {
            return;
        }
        IsConnected = true;
        _next++;
        _expected = segment.Seq + 1;
        Send([]);
    }

    private RawSegment Segment(RawFlags flags) => new()
    {
        SourcePort = port,
        DestinationPort = 80,
        Seq = _next,
        Ack = _expected,
        Flags = flags,
        Window = Window,
        Options = timestamps ? RawOption.WriteAll([Stamps()]) : [],
    };

    private RawOption.Timestamps Stamps()
    {
        uint echo = SynAck is null
            ? 0
            : RawOption.ReadAll(SynAck.Options).OfType<RawOption.Timestamps>().Single().Value;
        return new RawOption.Timestamps(0x8000_0000 + (uint)(crowd.World.Now.Nanoseconds / 1_000_000), echo);
    }

    private IEnumerable<RawOption> SynOptions()
    {
        yield return new RawOption.Mss(1460);
        if (timestamps)
        {
            yield return new RawOption.WindowScale(7);
            yield return new RawOption.SackPermitted();
            yield return Stamps();
        }
    }
}
