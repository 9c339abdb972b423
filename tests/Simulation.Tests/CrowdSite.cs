using System.Text;
using Straightwire.Protocols;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// An HTTP server of one shard or several, with a file and a directory, and a crowd before it.
/// </summary>
internal sealed class CrowdSite : IContentSource
{
    private readonly byte[] _memory = new byte[16_384];

    public CrowdSite(
        Func<ShardOptions, ShardOptions>? change = null, int shards = 1, int peers = 4096)
    {
        Peers = new SimulatedPeerTable(peers);
        int region = Crowd.Content.Add(_memory);
        Current = new ContentGeneration(1,
        [
            AddFile(region, "/file.txt"),
            AddFile(region, "/dir/index.html"),
        ]);
        ShardOptions options = Crowd.Options(new TcpLimits());
        options = change?.Invoke(options) ?? options;
        SimulatedPeers[] others = SimulatedPeers.Make(shards, 10_000);
        for (int i = 0; i < shards; i++)
        {
            Shard shard = new(
                options with { Place = new ShardPlace(i, shards) },
                Crowd.AddLink(), Crowd.Content, new ShardSecrets(11 + (uint)i, 12, 13), Crowd.World.Now,
                others[i], Peers);
            WallClock clock = new();
            clock.Set(Crowd.World.Now, DateTimeOffset.UnixEpoch.AddYears(50));
            shard.Listen(new HttpService(new HttpOptions(), this, shard.Pool, clock));
            Crowd.Add(shard);
        }
    }

    public Crowd Crowd { get; } = new();

    public SimulatedPeerTable Peers { get; }

    public ContentGeneration Current { get; }

    public TcpCounters Counters(int shard = 0) => Crowd.Shards[shard].Counters.Tcp;

    // Twenty clients, each from an address of its own, as a visitor would come: how many had the answer
    // within a second.
    public int CountServed(string request, string answer, int first = 0)
    {
        int served = 0;
        for (int i = 0; i < 20; i++)
        {
            CrowdClient client = Crowd.Connect(
                0xC613_C800 + (uint)(first + i), (ushort)(40_000 + i), timestamps: i % 2 == 0);
            Crowd.Settle();
            client.Send(request);
            Crowd.Run(20);
            served += client.Text.StartsWith(answer, StringComparison.Ordinal) ? 1 : 0;
            client.Send([], RawFlags.Rst);
        }
        return served;
    }

    private ContentEntry AddFile(int region, string path)
    {
        byte[] body = Encoding.ASCII.GetBytes("0123456789abcdefghij");
        byte[] entityTag = "\"tag\""u8.ToArray();
        byte[] head = new byte[ResponseHeads.LengthMax];
        int length = ResponseHeads.WriteOk(entityTag, 784_111_777, body.Length, head);
        int bodyAt = ResponseHeads.LengthMax;
        head.AsSpan(0, length).CopyTo(_memory.AsSpan(bodyAt - length));
        body.CopyTo(_memory.AsSpan(bodyAt));
        int otherAt = bodyAt + body.Length;
        int otherLength = ResponseHeads.WriteNotModified(entityTag, 784_111_777, _memory.AsSpan(otherAt));
        return new ContentEntry
        {
            Path = path,
            MediaType = "text/plain",
            EntityTag = entityTag,
            ModifiedUnixSeconds = 784_111_777,
            Body = new ContentSlice(region, bodyAt, body.Length),
            Http1 = new ContentHeads(
                new ContentSlice(region, bodyAt - length, length),
                new ContentSlice(region, otherAt, otherLength)),
        };
    }
}
