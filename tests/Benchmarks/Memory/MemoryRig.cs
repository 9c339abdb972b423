using Straightwire.Appliance.Hosting;
using Straightwire.Protocols;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Simulation;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Benchmarks.Memory;

/// <summary>Serving shards, and as many shards of clients, joined in memory.</summary>
internal sealed class MemoryRig : IContentSource
{
    private const int FileBytes = 1024;
    private const int HandoverBytes = 1 << 20;
    private static readonly Ipv4Address ServerAddress = new(0xC612_0001);

    private readonly MemoryWork _work;
    private readonly Shard[] _servers;
    private readonly Shard[] _clients;
    private readonly MemoryLink[] _serverLinks;
    private readonly MemoryLink[] _clientLinks;
    private readonly CountingSession[] _sessions;
    private bool _connected;
    private bool _astray;

    /// <summary>Builds all; the connections open with the first poll.</summary>
    public MemoryRig(MemoryWork work)
    {
        _work = work;
        var content = new ArrayContent();
        Current = new ContentGeneration(1, [File(content)]);
        var clientContent = new ArrayContent();
        var clock = new WallClock();
        clock.Set(Instant.Zero, DateTimeOffset.UnixEpoch);
        int count = work.Shards;
        (_servers, _clients) = (new Shard[count], new Shard[count]);
        (_serverLinks, _clientLinks) = (new MemoryLink[count], new MemoryLink[count]);
        ShardPeers[] peers = ShardPeers.Make(count, HandoverBytes);
        for (int i = 0; i < count; i++)
        {
            (_serverLinks[i], _clientLinks[i]) = MemoryLink.Join(content, clientContent);
            ShardOptions options = Options(ServerAddress) with { Place = new ShardPlace(i, count) };
            _servers[i] = Build(options, _serverLinks[i], content, peers[i]);
            _servers[i].Listen(new HttpService(new HttpOptions(), this, _servers[i].Pool, clock));
            _clients[i] = Build(Options(ClientAddress(i)), _clientLinks[i], clientContent, null);
        }
        _sessions = [.. Enumerable.Range(0, count * work.Connections)
            .Select(_ => new CountingSession(work.Depth))];
    }

    /// <inheritdoc/>
    public ContentGeneration Current { get; }

    /// <summary>Requests answered so far.</summary>
    public long Completed => _sessions.Sum(s => s.Completed);

    /// <summary>One pass of each of the server's shards.</summary>
    public void PollServers(long now)
    {
        foreach (Shard server in _servers)
        {
            server.Poll(new Instant(now));
        }
    }

    /// <summary>One pass of each of the clients' shards.</summary>
    public void PollClients(long now)
    {
        if (!_connected)
        {
            _connected = true;
            Connect(new Instant(now));
        }
        else if (_work.Astray && !_astray && _sessions.All(s => s.Completed > 0))
        {
            _astray = true;
            for (int i = 0; i < _clientLinks.Length; i++)
            {
                _clientLinks[i].SendTo(_serverLinks[(i + 1) % _serverLinks.Length]);
            }
        }
        foreach (Shard client in _clients)
        {
            client.Poll(new Instant(now));
        }
    }

    private static Ipv4Address ClientAddress(int number) => new(ServerAddress.Value + 1 + (uint)number);

    private static ShardOptions Options(Ipv4Address address) => new()
    {
        Mac = new MacAddress(0x0200_0000_0000UL + (address.Value & 0xFF)),
        Address = new Ipv4Prefix(address, 24),
    };

    private static Shard Build(
        ShardOptions options, MemoryLink link, ArrayContent content, ShardPeers? peers)
    {
        ulong number = options.Mac.Value;
        var secrets = new ShardSecrets(number, number + 1, number + 2);
        return new Shard(options, link, content, secrets, Instant.Zero, peers);
    }

    private void Connect(Instant now)
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            int client = i % _clients.Length;
            var flow = new FlowKey(ClientAddress(client), 0, ServerAddress, 80);
            Invariant.Assert(_clients[client].TryConnect(flow, _sessions[i], now), "the table has room");
        }
    }

    private static ContentEntry File(ArrayContent content)
    {
        byte[] head = new byte[ResponseHeads.LengthMax];
        byte[] tag = "\"tag\""u8.ToArray();
        int headLength = ResponseHeads.WriteOk(tag, 0, FileBytes, head);
        byte[] memory = new byte[headLength + FileBytes];
        head.AsSpan(0, headLength).CopyTo(memory);
        int region = content.Add(memory);
        return new ContentEntry
        {
            Path = "/1k.bin",
            EntityTag = tag,
            Body = new ContentSlice(region, headLength, FileBytes),
            Http1 = new ContentHeads(new ContentSlice(region, 0, headLength), default),
        };
    }
}
