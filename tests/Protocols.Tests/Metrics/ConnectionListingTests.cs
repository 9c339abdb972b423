using System.Text;
using System.Text.Json;
using Straightwire.Protocols.Metrics;
using Straightwire.Protocols.Tests.Http;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Metrics;

/// <summary>
/// /connections from a request to the last byte, over shards that fill pages when they are told to.
/// </summary>
public sealed class ConnectionListingTests : IMetricsSource
{
    private const string Json = "/connections?format=json";

    private static readonly Ipv4Address Peer = new(0xC612_0001);

    private MetricsService _service = null!;
    private TestNetwork _network = null!;

    public bool IsReady => true;

    public ReadOnlyMemory<byte> Render() => "a 1\n"u8.ToArray();

    [Test]
    public void Connections_of_all_shards_are_listed_with_their_numbers()
    {
        ConnectionRows rows = new(4, 2);
        rows.Add(0, 1, ConnectionRows.FlowOf(1));
        rows.Add(0, 3, ConnectionRows.FlowOf(2), TcpState.TimeWait);
        rows.Add(1, 0, ConnectionRows.FlowOf(3), TcpState.LastAck);
        Serve(rows);

        TestConnection connection = Connect();
        using JsonDocument listing = JsonDocument.Parse(ContentOf(Get(connection, rows, Json)));

        JsonElement[] listed = [.. listing.RootElement.GetProperty("connections").EnumerateArray()];
        Assert.That(
            listed.Select(each =>
                (each.GetProperty("peer_address").GetString(), each.GetProperty("shard").GetInt32())),
            Is.EqualTo(new[] { ("0.0.0.1", 0), ("0.0.0.3", 1) }));
        Assert.That(TotalsOf(listing), Is.EqualTo((2, 2, 3)));
        Assert.That(connection.IsEnded, Is.False, "the connection goes on");
        Assert.That(
            connection.Send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").Received(),
            Does.EndWith("ok\n"));
    }

    [Test]
    public void A_table_tells_how_many_there_are_in_its_last_line()
    {
        ConnectionRows rows = new(8);
        for (int place = 0; place < 5; place++)
        {
            rows.Add(0, place, ConnectionRows.FlowOf((uint)place));
        }
        Serve(rows);

        string text = ContentOf(Get(Connect(), rows, "/connections?limit=2&peer=0.0.0.0/30"));

        Assert.That(text.Split('\n'), Has.Length.EqualTo(5));
        Assert.That(text, Does.EndWith("\n# 2 listed of 4 that match, of 5 connections\n"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void What_is_asked_behind_a_listing_is_answered_behind_it(bool drains)
    {
        ConnectionRows rows = new(3000);
        for (int place = 0; place < 3000; place += 100)
        {
            rows.Add(0, place, ConnectionRows.FlowOf((uint)place));
        }
        Serve(rows);
        TestConnection connection = Connect();
        connection.Send(
            "GET /connections HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        if (drains)
        {
            connection.Drain();
        }
        else
        {
            connection.FinishSending();
        }

        while (rows.Asked.Count > 0)
        {
            _service.OnFilled(rows.Fill());
            connection.Notify();
        }

        Assert.That(connection.Received(), Does.Contain("# 30 listed of 30 ").And.EndsWith("\r\n\r\nok\n"));
        Assert.That((connection.Sink.IsFinished, connection.Sink.IsAborted), Is.EqualTo((true, false)));
    }

    // A round trip that the clock cannot measure is not one that was never measured.
    [Test]
    public void A_round_trip_of_a_nanosecond_is_told()
    {
        TcpConnection block = new() { State = TcpState.Established };
        TcpLimits limits = new();
        for (int i = 0; i < 100; i++)
        {
            RttEstimator.SampleTimed(ref block, 0, limits);
        }
        byte[] buffer = new byte[2048];
        var writer = new ConnectionWriter(buffer);
        writer.TryWrite(new ConnectionFacts(block, 0, 1, Instant.Zero), 0, isJson: true, isFirst: true);

        string text = Encoding.ASCII.GetString(buffer, 0, writer.Length);
        Assert.That(text, Does.Contain("\"rtt_seconds\":0.000000001,"));
        Assert.That(text, Does.Contain("\"rtt_least_seconds\":0.000000001,"));
    }

    // RFC 9112 §7.1 and §6.3: chunks, or, where a client knows none, the end of the connection.
    [Test]
    public void A_client_of_http_1_0_has_no_chunks_and_the_end_of_the_connection_for_the_end()
    {
        ConnectionRows rows = new(8);
        rows.Add(0, 2, ConnectionRows.FlowOf(7));
        Serve(rows);

        TestConnection connection = Connect();
        string answer = Get(
            connection, rows, "/connections", version: "1.0", fields: "Connection: keep-alive\r\n");

        Assert.That(answer, Does.Contain("Connection: close\r\n").And.Not.Contain("Transfer-Encoding"));
        Assert.That(answer, Does.EndWith("\n# 1 listed of 1 that match, of 1 connections\n"));
        Assert.That(connection.IsEnded);
    }

    [TestCase("Accept: application/json\r\n", "/connections", true)]
    [TestCase("Accept: */*\r\n", "/connections", false)]
    [TestCase("Accept: application/json\r\n", "/connections?format=text", false)]
    public void Accept_asks_for_json_and_the_query_overrides_it(string fields, string target, bool isJson)
    {
        ConnectionRows rows = new(1);
        Serve(rows);

        string answer = Get(Connect(), rows, target, fields: fields);

        Assert.That(answer, Does.Contain(
            isJson ? "Content-Type: application/json\r\n" : "Content-Type: text/plain; charset=utf-8\r\n"));
        Assert.That(ContentOf(answer), Does.StartWith(isJson ? "{\"connections\":[" : "state "));
    }

    [TestCase("Range: bytes=0-9\r\n")]
    [TestCase("If-None-Match: *\r\n")]
    [TestCase("If-Match: \"x\"\r\n")]
    [TestCase("If-Modified-Since: Tue, 01 Dec 2026 00:00:00 GMT\r\n")]
    public void What_is_of_this_moment_knows_no_part_and_no_condition(string fields)
    {
        ConnectionRows rows = new(1);
        Serve(rows);

        string answer = Get(Connect(), rows, "/connections", fields: fields);

        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK\r\n"));
        Assert.That(ContentOf(answer), Does.EndWith("# 0 listed of 0 that match, of 0 connections\n"));
    }

    [Test]
    public void A_head_request_asks_no_shard()
    {
        ConnectionRows rows = new(1);
        Serve(rows);

        string answer = Connect().Send("HEAD /connections HTTP/1.1\r\nHost: a\r\n\r\n").Received();

        Assert.That(answer, Does.Contain("Transfer-Encoding: chunked\r\n").And.EndsWith("\r\n\r\n"));
        Assert.That(rows.Asked, Is.Empty);
    }

    [Test]
    public void A_slow_reader_costs_a_page_and_the_next_is_asked_for_when_that_is_taken()
    {
        ConnectionRows rows = new(5000);
        for (int place = 0; place < 5000; place++)
        {
            rows.Add(0, place, ConnectionRows.FlowOf((uint)place));
        }
        Serve(rows);
        TestConnection connection = Connect();
        connection.Sink.Capacity = 12;

        connection.Send($"GET {Json}&limit=5000 HTTP/1.1\r\nHost: a\r\n\r\n");
        _service.OnFilled(rows.Fill());
        connection.Notify();
        _service.OnFilled(rows.Fill());
        connection.Notify();

        Assert.That(rows.Asked, Is.Empty, "the second page waits for room");
        int pages = 2;
        while (connection.Sink.Count > 0 || rows.Asked.Count > 0)
        {
            connection.Acknowledge();
            if (rows.Asked.Count > 0)
            {
                _service.OnFilled(rows.Fill());
                connection.Notify();
                pages++;
            }
        }
        using JsonDocument listing = JsonDocument.Parse(ContentOf(connection.Received()));
        Assert.That(TotalsOf(listing), Is.EqualTo((5000, 5000, 5000)));
        Assert.That(pages, Is.GreaterThan(100));
        Assert.That(rows.GlancesMax, Is.LessThanOrEqualTo(1024));
    }

    [Test]
    public void A_shard_looks_at_a_thousand_places_a_page_whatever_is_asked_for()
    {
        ConnectionRows rows = new(65_536, 65_536);
        rows.Add(1, 65_535, ConnectionRows.FlowOf(9, port: 81));
        Serve(rows);

        string text = ContentOf(Get(Connect(), rows, "/connections?port=81"));

        Assert.That(text, Does.Contain(" 198.18.0.2:81 "));
        Assert.That(text, Does.EndWith("# 1 listed of 1 that match, of 1 connections\n"));
        Assert.That(rows.GlancesMax, Is.EqualTo(1024));
    }

    // A connection that is there all the time is listed once, whatever comes and goes beside it.
    [Test]
    public void Connections_that_come_and_go_while_they_are_listed_make_none_appear_twice()
    {
        ConnectionRows rows = new(4096);
        for (int place = 0; place < 4096; place += 2)
        {
            rows.Add(0, place, ConnectionRows.FlowOf((uint)place));
        }
        Serve(rows);
        int step = 0;

        string answer = Get(Connect(), rows, Json + "&limit=4096", between: () =>
        {
            for (int place = 1; place < 4096; place += 2)
            {
                rows.Remove(0, place);
                if ((place + step) % 3 == 0)
                {
                    rows.Add(0, place, ConnectionRows.FlowOf((uint)(100_000 + place + (step * 5000))));
                }
            }
            step++;
        });

        using JsonDocument listing = JsonDocument.Parse(ContentOf(answer));
        string[] peers =
        [
            .. listing.RootElement.GetProperty("connections").EnumerateArray()
                .Select(each => each.GetProperty("peer_address").GetString()!),
        ];
        Assert.That(peers, Is.Unique);
        Assert.That(peers.Count(peer => peer.StartsWith("0.0.", StringComparison.Ordinal)), Is.EqualTo(2048));
    }

    [Test]
    public void A_page_that_comes_back_to_a_connection_that_is_gone_is_nobodys_and_the_last()
    {
        ConnectionRows rows = new(10_000);
        Serve(rows);
        TestConnection connection = Connect();
        connection.Send("GET /connections?format=text HTTP/1.1\r\nHost: a\r\n\r\n");
        _service.OnFilled(rows.Fill());
        connection.Notify();
        Assert.That(rows.Asked, Has.Count.EqualTo(1), "the rest is asked for");
        connection.Close();

        _service.OnFilled(rows.Fill());
        Assert.That(rows.Asked, Is.Empty, "nobody reads any more");
        TestConnection next = Connect();

        Assert.That(ContentOf(Get(next, rows, "/connections")), Does.Contain("# 0 listed"));
    }

    [Test]
    public void A_client_whose_page_never_comes_is_reset_after_the_idle_time()
    {
        ConnectionRows rows = new(10);
        Serve(rows);
        TestConnection connection = Connect();
        connection.Send("GET /connections HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Acknowledge();

        connection.Pass(TimeSpan.FromSeconds(59));
        Assert.That(connection.Sink.IsAborted, Is.False);
        connection.Pass(TimeSpan.FromSeconds(62));
        Assert.That(connection.Sink.IsAborted);
    }

    [Test]
    public void A_thousand_listings_at_once_are_each_complete()
    {
        ConnectionRows rows = new(64, 64);
        for (int place = 0; place < 64; place++)
        {
            rows.Add(place % 2, place, ConnectionRows.FlowOf((uint)place));
        }
        Serve(rows, clients: 1000);
        TestConnection[] clients = [.. Enumerable.Range(0, 1000).Select(_ => Connect())];

        Array.ForEach(clients, client => client.Send($"GET {Json} HTTP/1.1\r\nHost: a\r\n\r\n"));
        for (int i = 0; i < 100_000 && rows.Asked.Count > 0; i++)
        {
            // All go on alike, so that pages are asked for in turn.
            _service.OnFilled(rows.Fill());
            clients[i % clients.Length].Notify();
            clients[i % clients.Length].Acknowledge();
        }

        foreach (TestConnection client in clients)
        {
            using JsonDocument listing = JsonDocument.Parse(ContentOf(client.Received()));
            Assert.That(TotalsOf(listing), Is.EqualTo((64, 64, 64)));
        }
    }

    private static (int Listed, int Matching, int All) TotalsOf(JsonDocument listing) => (
        listing.RootElement.GetProperty("listed").GetInt32(),
        listing.RootElement.GetProperty("matching").GetInt32(),
        listing.RootElement.GetProperty("all").GetInt32());

    /// <summary>The content of an answer in chunks: sizes and lines must be exact.</summary>
    private static string ContentOf(string answer)
    {
        int head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        Assert.That(answer[..head], Does.Contain("Transfer-Encoding: chunked\r\n"));
        return Chunks.Decode(answer[head..]);
    }

    private void Serve(ConnectionRows rows, int clients = 16)
    {
        _network = new TestNetwork();
        WallClock clock = new();
        clock.Set(Instant.Zero, DateTimeOffset.FromUnixTimeSeconds(TestSite.NowUnixSeconds));
        _service = new MetricsService(
            new MetricsOptions { Clients = clients }, [new Ipv4Prefix(Peer, 24)], this, rows,
            new FramePool(16, 1024), clock, _network);
    }

    private TestConnection Connect() => new(
        _service.Accept(new StreamInfo(new FlowKey(default, 9180, Peer, 40_000), Instant.Zero))!,
        new FramePool(1024, 1024), []);

    private string Get(
        TestConnection connection,
        ConnectionRows rows,
        string target,
        string version = "1.1",
        string fields = "",
        Action? between = null)
    {
        connection.Send($"GET {target} HTTP/{version}\r\nHost: a\r\n{fields}\r\n");
        while (rows.Asked.Count > 0)
        {
            _service.OnFilled(rows.Fill());
            connection.Notify();
            connection.Acknowledge();
            between?.Invoke();
        }
        return connection.Received();
    }
}
