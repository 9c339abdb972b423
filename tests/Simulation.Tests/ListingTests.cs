using System.Text;
using Straightwire.Protocols;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>A large listing on a shard, and who else is there.</summary>
public sealed class ListingTests : IContentSource
{
    private const int Names = 100_000;
    private const long AheadMax = 65_536;

    private readonly Crowd _crowd = new();
    private readonly Shard _shard;

    public ListingTests()
    {
        DirectoryChild[] children =
        [
            .. Enumerable.Range(0, Names).Select(i => new DirectoryChild(
                Encoding.ASCII.GetBytes($"name-{i}"),
                new ContentEntry { Path = $"/many/name-{i}" })),
        ];
        Current = new ContentGeneration(1, [])
        {
            Rules = new SiteTable(SiteRules.Usual with { Listing = true }, [], MediaTypeTable.Usual),
            Directories = [new DirectoryEntry { Path = "/many/", Children = [.. children] }],
        };
        _shard = new Shard(
            Crowd.Options(new TcpLimits()), _crowd.AddLink(), _crowd.Content, new ShardSecrets(11, 12, 13),
            _crowd.World.Now, SimulatedPeers.Make(1, 10_000)[0], new SimulatedPeerTable(64));
        WallClock clock = new();
        clock.Set(_crowd.World.Now, DateTimeOffset.UnixEpoch.AddYears(50));
        _shard.Listen(
            new HttpService(new HttpOptions(), this, _shard.Pool, clock, _shard.Tcp));
        _crowd.Add(_shard);
    }

    public ContentGeneration Current { get; }

    // Counted in what the listing's reader gets meanwhile, since time is the machine's.
    [Test]
    public void Another_ones_small_request_waits_for_a_piece_of_a_large_listing_and_not_for_all_of_it()
    {
        CrowdClient reader = Connect(1);
        CrowdClient other = Connect(2);
        int free = _shard.Pool.FreeCount;
        uint asked = reader.Expected;
        uint begun = reader.Expected;
        int answers = 0;
        long waitedMost = 0;
        int framesMost = 0;
        other.OnSegment = segment =>
        {
            if (segment.SequenceLength == 0)
            {
                return;
            }
            other.Take((uint)segment.SequenceLength);
            if (answers > 10 && reader.Expected == asked)
            {
                // The reader has all of it.
                other.OnSegment = _ => { };
                return;
            }
            waitedMost = Math.Max(waitedMost, reader.Expected - asked);
            framesMost = Math.Max(framesMost, free - _shard.Pool.FreeCount);
            answers++;
            asked = reader.Expected;
            other.Send("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n");
        };
        reader.Send("GET /many/?format=text HTTP/1.1\r\nHost: a\r\n\r\n");
        other.Send("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n");
        _crowd.Run(60_000);

        Assert.That(reader.Text.Split("name-"), Has.Length.EqualTo(Names + 1));
        Assert.That(reader.Text, Does.EndWith("\r\n0\r\n\r\n"));
        long length = reader.Expected - begun;
        Assert.That(answers, Is.GreaterThan(length / AheadMax));
        Assert.That(waitedMost, Is.LessThanOrEqualTo(AheadMax));
        int frames = (int)(AheadMax / _shard.Pool.FrameLength);
        Assert.That(framesMost, Is.InRange(frames / 4, frames + 8));
        TestContext.Out.WriteLine(
            $"{length} bytes, {answers} answers beside, {waitedMost} bytes and {framesMost} frames at most");
    }

    private CrowdClient Connect(uint number)
    {
        CrowdClient client = _crowd.Connect(0xC613_0000 + number, (ushort)(40_000 + number));
        _crowd.Settle();
        Assert.That(client.IsConnected);
        return client;
    }
}
