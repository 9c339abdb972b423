using Straightwire.Protocols;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Simulation;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Benchmarks.Memory;

/// <summary>A serving shard and a shard of clients, joined in memory.</summary>
internal sealed class MemoryRig : IContentSource
{
    private const int FileBytes = 1024;
    private static readonly Ipv4Address ServerAddress = new(0xC612_0002);
    private static readonly Ipv4Address ClientAddress = new(0xC612_0001);

    private readonly Shard _server;
    private readonly Shard _client;
    private readonly CountingSession[] _sessions;
    private bool _connected;

    /// <summary>Builds both; the connections open with the first poll.</summary>
    public MemoryRig(int connections, int depth)
    {
        var content = new ArrayContent();
        Current = new ContentGeneration(1, [File(content)]);
        var clientContent = new ArrayContent();
        (MemoryLink a, MemoryLink b) = MemoryLink.Join(content, clientContent);
        _server = Shard(1, ServerAddress, a, content);
        _client = Shard(2, ClientAddress, b, clientContent);
        var clock = new WallClock();
        clock.Set(Instant.Zero, DateTimeOffset.UnixEpoch);
        _server.Listen(new HttpService(new HttpOptions(), this, _server.Pool, clock));
        _sessions = [.. Enumerable.Range(0, connections).Select(_ => new CountingSession(depth))];
    }

    /// <inheritdoc/>
    public ContentGeneration Current { get; }

    /// <summary>Requests answered so far.</summary>
    public long Completed => _sessions.Sum(s => s.Completed);

    /// <summary>One pass of the server's shard.</summary>
    public void PollServer(long now) => _server.Poll(new Instant(now));

    /// <summary>One pass of the clients' shard.</summary>
    public void PollClient(long now)
    {
        if (!_connected)
        {
            _connected = true;
            foreach (CountingSession session in _sessions)
            {
                var flow = new FlowKey(ClientAddress, 0, ServerAddress, 80);
                Invariant.Assert(_client.TryConnect(flow, session, new Instant(now)), "the table has room");
            }
        }
        _client.Poll(new Instant(now));
    }

    private static Shard Shard(
        ulong number, Ipv4Address address, MemoryLink link, ArrayContent content) => new(
        new ShardOptions
        {
            Mac = new MacAddress(0x0200_0000_0000 + number),
            Address = new Ipv4Prefix(address, 24),
        },
        link,
        content,
        new ShardSecrets(number, number + 1, number + 2),
        Instant.Zero);

    private static ContentEntry File(ArrayContent content)
    {
        byte[] head = new byte[ResponseHeads.LengthMax];
        byte[] tag = "\"tag\""u8.ToArray();
        int headLength = ResponseHeads.WriteOk("application/octet-stream", tag, 0, FileBytes, head);
        byte[] memory = new byte[headLength + FileBytes];
        head.AsSpan(0, headLength).CopyTo(memory);
        int region = content.Add(memory);
        return new ContentEntry
        {
            Path = "/1k.bin",
            Kind = ContentKind.File,
            EntityTag = tag,
            Body = new ContentSlice(region, headLength, FileBytes),
            HeadOk = new ContentSlice(region, 0, headLength),
        };
    }
}
