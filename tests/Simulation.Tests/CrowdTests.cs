using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// What many connections, or what looks like them, may do to a server, and that twenty honest clients are
/// served all the same.
/// </summary>
public sealed class CrowdTests
{
    private const uint Attacker = 0xC613_0401;
    private const string Get = "GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Missing = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Directory = "GET /dir HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Part = "GET /file.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=1-3\r\n\r\n";

    [Test]
    public void Answers_that_one_address_does_not_read_take_no_frames_of_others()
    {
        CrowdSite site = new();
        string request = $"GET /dir?{new string('q', 2000)} HTTP/1.1\r\nHost: a\r\n\r\n";
        CrowdClient[] greedy = ConnectAll(site, 70, _ => Attacker);
        for (int round = 0; round < 300; round++)
        {
            foreach (CrowdClient client in greedy)
            {
                if (client.ResetAt is null)
                {
                    client.Send(request);
                }
            }
            site.Crowd.Settle();
        }
        Shard shard = site.Crowd.Shards[0];
        Assert.That(shard.Pool.FreeCount, Is.GreaterThanOrEqualTo(shard.Pool.FrameCount * 3 / 4 - 1));
        CheckAllKinds(site);
        Assert.That(site.Counters().PeerAnswersWithheld, Is.Positive);
        site.Crowd.Run(15_000);
        Assert.That(site.Counters().PeerConnectionsReset, Is.Positive);
        Assert.That(greedy.Count(client => client.ResetAt is not null), Is.Positive);
    }

    [Test]
    public void Answers_that_thirty_addresses_do_not_read_leave_some_for_others()
    {
        CrowdSite site = new();
        string request = $"GET /dir?{new string('q', 2000)} HTTP/1.1\r\nHost: a\r\n\r\n";
        CrowdClient[] greedy = ConnectAll(site, 300, i => Attacker + (uint)(i / 10));
        for (int round = 0; round < 100; round++)
        {
            Array.ForEach(greedy, client => client.Send(request));
            site.Crowd.Settle();
        }
        CheckAllKinds(site);
    }

    [Test]
    public void Slices_of_short_answers_have_a_share_too()
    {
        CrowdSite site = new(options => options with { Tcp = options.Tcp with { SendSlices = 20_000 } });
        CrowdClient[] greedy = ConnectAll(site, 100, _ => Attacker);
        for (int round = 0; round < 40; round++)
        {
            string requests = string.Concat(Enumerable.Repeat(Part, 20));
            Array.ForEach(greedy, client => client.Send(requests));
            site.Crowd.Settle();
        }
        CheckAllKinds(site);
    }

    [Test]
    public void Connections_of_two_addresses_leave_places_for_others()
    {
        CrowdSite site = new(options => options with
        {
            Tcp = options.Tcp with
            {
                Connections = 4000,
                TimeWaitConnections = 2000,
                Peer = new() { Connections = 1000 },
            },
        });
        CrowdClient[] greedy = ConnectAll(site, 4400, i => Attacker + (uint)(i % 2));
        Assert.That(site.Crowd.Shards[0].ConnectionCount, Is.EqualTo(2000));
        Assert.That(site.Counters().PeerConnectionsRefused, Is.EqualTo(2400));
        Assert.That(greedy.Count(client => client.ResetAt is not null), Is.Positive);
        CheckAllKinds(site);
    }

    [Test]
    public void A_full_table_gives_up_what_the_peer_with_most_has_idle()
    {
        CrowdSite site = new(options => options with
        {
            Tcp = options.Tcp with
            {
                Connections = 1000,
                TimeWaitConnections = 500,
                Peer = new() { Connections = 500 },
            },
        });
        CrowdClient[] honest = ConnectAll(site, 100, i => 0xC613_A000 + (uint)i, port: 2000);
        ConnectAll(site, 2000, i => Attacker + (uint)(i % 4));
        Assert.That(site.Crowd.Shards[0].ConnectionCount, Is.EqualTo(1000));
        Assert.That(site.Counters().TableEvicted, Is.GreaterThanOrEqualTo(100));
        Assert.That(site.Counters().TableFull, Is.Zero);
        Assert.That(honest.Count(client => client.ResetAt is not null), Is.Zero);
        CheckAllKinds(site);
    }

    [Test]
    public void A_full_table_of_as_many_addresses_gives_up_the_idlest()
    {
        CrowdSite site = new(options => options with
        {
            Tcp = options.Tcp with { Connections = 1000, TimeWaitConnections = 500 },
        });
        ConnectAll(site, 1000, i => Attacker + (uint)i);
        site.Crowd.Run(1000);
        CheckAllKinds(site);
        Assert.That(site.Counters().TableFull, Is.Zero);
    }

    [Test]
    public void A_flood_of_spoofed_syns_is_answered_by_cookies_and_the_honest_are_served(
        [Values(1, 4)] int shards)
    {
        CrowdSite site = new(
            options => options with
            {
                Tcp = options.Tcp with { HalfOpenConnections = 1024, ReceiveBuffers = 16 },
            },
            shards);
        // The segments of one flow come in by any link: a cookie is its shard's own.
        site.Crowd.Steering = (port, isSyn) => (port + (isSyn ? 1 : 0)) % shards;
        int served = 0;
        for (int i = 0; i < 20; i++)
        {
            Flood(site, 2000, 40 + i);
            served += site.CountServed(Get, "HTTP/1.1 200", first: 20 * i) == 20 ? 1 : 0;
        }
        Assert.That(served, Is.EqualTo(20));
        Assert.That(site.Crowd.SynAcksUnasked, Is.EqualTo(40_000));
        Assert.That(Sum(site, counters => counters.SynCookiesAccepted), Is.GreaterThan(300));
        Assert.That(Sum(site, counters => counters.SynTableFull), Is.Zero);
        Assert.That(
            site.Crowd.Shards.Sum(shard => shard.Tcp.HalfOpenCount), Is.LessThanOrEqualTo(513 * shards));
    }

    [Test]
    public void What_a_flood_gets_back_is_no_more_than_it_sends()
    {
        CrowdSite site = new(
            options => options with { Tcp = options.Tcp with { HalfOpenConnections = 1024 } });
        (long bytesIn, long bytesOut) = (site.Crowd.BytesIn, site.Crowd.BytesOut);
        Flood(site, 10_000, seed: 7);
        site.Crowd.Run(70_000);
        Assert.That(
            site.Crowd.BytesOut - bytesOut, Is.LessThanOrEqualTo((site.Crowd.BytesIn - bytesIn) * 6 / 5));
        Assert.That(site.Crowd.Shards[0].Tcp.HalfOpenCount, Is.Zero);
        Assert.That(site.Peers.HeldCount, Is.Zero);
    }

    [Test]
    public void A_peer_with_enough_half_open_connections_has_cookies_for_the_rest()
    {
        CrowdSite site = new(
            options => options with { Tcp = options.Tcp with { Peer = new() { HalfOpen = 10 } } });
        List<CrowdClient> waiting = [];
        for (int i = 0; i < 30; i++)
        {
            waiting.Add(site.Crowd.Connect(Attacker, (ushort)(5000 + i)));
            waiting[i].IsHalfOpen = true;
        }
        site.Crowd.Settle();
        Assert.That(site.Crowd.Shards[0].Tcp.HalfOpenCount, Is.EqualTo(10));
        Assert.That(site.Counters().PeerHalfOpenRefused, Is.EqualTo(20));
        Assert.That(waiting, Has.All.Matches<CrowdClient>(client => client?.SynAck is not null));
        CrowdClient late = site.Crowd.Connect(Attacker, 6000);
        site.Crowd.Settle();
        late.Send(Get);
        site.Crowd.Settle();
        Assert.That(late.Text, Does.StartWith("HTTP/1.1 200"));
    }

    // What "60 s without progress" is does not depend on what the peer does with its window.
    [Test]
    public void A_peer_that_takes_nothing_is_given_up_after_sixty_to_sixty_five_seconds(
        [Values("silent", "shut", "octets", "flaps", "nibbles")] string how)
    {
        CrowdSite site = new();
        CrowdClient client = site.Crowd.Connect(Attacker, 5000);
        site.Crowd.Settle();
        client.Reads = false;
        client.Window = how == "silent" ? (ushort)65_535 : (ushort)100;
        client.OnSegment = segment =>
        {
            if (how == "silent")
            {
                return;
            }
            if (how == "nibbles" && segment.Payload.Length > 0 && segment.Seq == client.Expected)
            {
                client.Take(1);
            }
            client.Window = how switch
            {
                "octets" or "nibbles" => 1,
                "flaps" => client.Window == 0 ? (ushort)1460 : (ushort)0,
                _ => 0,
            };
            client.Send([]);
        };
        Instant start = site.Crowd.World.Now;
        client.Send(string.Concat(Enumerable.Repeat(Get, 20)));
        for (int i = 0; i < 130 && client.ResetAt is null; i++)
        {
            site.Crowd.Run(1000);
        }
        Assert.That(client.ResetAt, Is.Not.Null);
        TimeSpan after = client.ResetAt!.Value - start;
        Assert.That(after, Is.InRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(65)));
        Assert.That(site.Counters().TimedOut, Is.EqualTo(1));
    }

    private static void CheckAllKinds(CrowdSite site)
    {
        Assert.That(site.CountServed(Get, "HTTP/1.1 200"), Is.EqualTo(20));
        Assert.That(site.CountServed(Missing, "HTTP/1.1 404", 20), Is.EqualTo(20));
        Assert.That(site.CountServed(Directory, "HTTP/1.1 301", 40), Is.EqualTo(20));
        Assert.That(site.CountServed(Part, "HTTP/1.1 206", 60), Is.EqualTo(20));
    }

    private static long Sum(CrowdSite site, Func<TcpCounters, long> counter) =>
        site.Crowd.Shards.Sum(shard => counter(shard.Counters.Tcp));

    private static CrowdClient[] ConnectAll(
        CrowdSite site, int count, Func<int, uint> address, ushort port = 1024)
    {
        var clients = new CrowdClient[count];
        for (int i = 0; i < count; i++)
        {
            clients[i] = site.Crowd.Connect(address(i), (ushort)(port + i));
            clients[i].Reads = false;
            site.Crowd.Settle();
        }
        return clients;
    }

    private static void Flood(CrowdSite site, int count, int seed)
    {
        SeededRandom random = new((ulong)seed);
        for (int i = 0; i < count; i++)
        {
            site.Crowd.Send(0xC6130400 + (uint)random.Between(0, 49_999), new RawSegment
            {
                SourcePort = (ushort)random.Between(1024, 30_000),
                DestinationPort = 80,
                Seq = (uint)random.Next(),
                Flags = RawFlags.Syn,
                Options = RawOption.WriteAll([new RawOption.Mss(1460)]),
            });
            if (i % 50 == 49)
            {
                site.Crowd.Settle();
            }
        }
    }
}
