using System.Globalization;
using System.Text;
using Straightwire.Protocols.Metrics;
using Straightwire.Protocols.Tests.Http;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Metrics;

public sealed class MetricsServiceTests : IMetricsSource
{
    private const string Get = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly Ipv4Address Peer = new(0xC612_0001);

    private readonly WallClock _clock = new();
    private MetricsService _service = null!;

    public bool IsReady { get; set; }

    private string Text { get; set; } = "";

    public ReadOnlyMemory<byte> Render() => Encoding.UTF8.GetBytes(Text);

    [SetUp]
    public void MakeService()
    {
        _clock.Set(Instant.Zero, DateTimeOffset.FromUnixTimeSeconds(TestSite.NowUnixSeconds));
        _service = new MetricsService(
            new MetricsOptions { Clients = 2 },
            [new Ipv4Prefix(Peer, 24)],
            this,
            new ConnectionRows(1),
            new FramePool(16, 1024),
            _clock);
        (IsReady, Text) = (true, "a 1\n");
    }

    [Test]
    public void Metrics_are_answered_with_their_media_type_and_length() => Assert.That(
        Connect().Send(Get).Received(),
        Is.EqualTo($"HTTP/1.1 200 OK\r\nDate: {TestSite.Now}\r\n"
            + "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n"
            + "Cache-Control: no-store\r\n\r\na 1\n"));

    [Test]
    public void A_head_request_gets_the_head_of_the_answer() => Assert.That(
        Connect().Send(Get.Replace("GET", "HEAD", StringComparison.Ordinal)).Received(),
        Does.Contain("Content-Length: 4\r\n").And.EndsWith("\r\n\r\n"));

    [TestCase("GET /healthz HTTP/1.1", "200 OK", "ok\n")]
    [TestCase("GET /readyz?verbose HTTP/1.1", "200 OK", "ready\n")]
    [TestCase("GET / HTTP/1.1", "404 Not Found", "are here\n")]
    [TestCase("GET /metrics/ HTTP/1.1", "404 Not Found", "are here\n")]
    [TestCase("GET /connections/ HTTP/1.1", "404 Not Found", "are here\n")]
    [TestCase("GET /%6detrics HTTP/1.1", "404 Not Found", "are here\n")]
    public void A_path_is_one_of_four(string line, string status, string end)
    {
        TestConnection connection = Connect().Send(line + "\r\nHost: a\r\n\r\n");

        Assert.That(connection.Received(), Does.StartWith($"HTTP/1.1 {status}\r\n").And.EndsWith(end));
        Assert.That(connection.IsEnded, Is.False);
    }

    [Test]
    public void A_server_that_is_not_ready_says_so()
    {
        IsReady = false;

        Assert.That(
            Connect().Send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").Received(),
            Does.StartWith("HTTP/1.1 503 Service Unavailable\r\n").And.EndsWith("\r\n\r\nnot ready\n"));
    }

    [TestCase("POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "405 ")]
    [TestCase("OPTIONS /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "405 ")]
    [TestCase("BREW /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "501 ")]
    [TestCase("GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "413 ")]
    [TestCase("GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "413 ")]
    [TestCase("GET /metrics HTTP/1.1\r\n\r\n", "400 ")]
    [TestCase("GET /metrics HTTP/1.1\nHost: a\n\n", "400 ")]
    [TestCase("GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n", "505 ")]
    public void What_is_wrong_is_answered_and_ends_the_connection(string request, string status)
    {
        TestConnection connection = Connect().Send(request);

        Assert.That(connection.Received(), Does.StartWith("HTTP/1.1 " + status)
            .And.Contain("Connection: close\r\n"));
        Assert.That((connection.IsEnded, connection.PendingCount), Is.EqualTo((true, 0)));
        Assert.That(
            _service.Http.Requests[int.Parse(status, CultureInfo.InvariantCulture)], Is.EqualTo(1));
    }

    [Test]
    public void A_head_that_never_ends_is_refused()
    {
        TestConnection connection = Connect().Send("GET /metrics HTTP/1.1\r\nHost: " + new string('a', 9000));

        Assert.That(connection.Received(), Does.StartWith("HTTP/1.1 431 "));
        Assert.That(connection.IsEnded, Is.True);
    }

    [Test]
    public void Every_strict_prefix_of_a_request_waits_and_consumes_nothing()
    {
        TestConnection connection = Connect().Trickle(Encoding.ASCII.GetBytes(Get[..^1]));

        Assert.That((connection.Sink.Count, connection.PendingCount), Is.EqualTo((0, Get.Length - 1)));
        Assert.That(connection.Send(Get[^1..]).Received(), Does.EndWith("a 1\n"));
    }

    [Test]
    public void A_long_answer_goes_out_as_there_is_room_and_the_next_one_follows_it()
    {
        Text = string.Concat(Enumerable.Repeat("metric 12345\n", 2000));
        TestConnection connection = Connect();
        connection.Sink.Capacity = 4;

        connection.Send(Get + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
        string received = "";
        for (int i = 0; i < 100 && !received.EndsWith("ok\n", StringComparison.Ordinal); i++)
        {
            received = connection.Received();
        }

        Assert.That(received, Does.Contain("\r\n\r\n" + Text + "HTTP/1.1 200 OK\r\n").And.EndsWith("ok\n"));
    }

    [Test]
    public void A_client_that_half_closes_gets_what_it_asked_for_behind_a_long_answer()
    {
        Text = new string('a', 10_000);
        TestConnection connection = Connect();
        connection.Sink.Capacity = 4;

        connection.Send(Get + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").FinishSending();
        Assert.That(connection.IsEnded, Is.False);
        for (int i = 0; i < 20; i++)
        {
            connection.Acknowledge();
        }

        Assert.That(connection.Received(), Does.Contain("aaHTTP/1.1 200 OK\r\n").And.EndsWith("ok\n"));
        Assert.That((connection.Sink.IsFinished, connection.Sink.IsAborted), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_long_answer_that_is_the_last_arrives_whole_and_what_is_behind_it_is_passed_over()
    {
        Text = new string('a', 10_000);
        TestConnection connection = Connect();
        connection.Sink.Capacity = 4;

        connection.Send(Get[..^2] + "Connection: close\r\n\r\n" + Get);
        for (int i = 0; i < 20; i++)
        {
            connection.Acknowledge();
        }

        Assert.That(
            connection.Received(),
            Does.Contain("Connection: close\r\n").And.EndsWith("\r\n\r\n" + Text));
        Assert.That((connection.Sink.IsFinished, connection.Sink.IsAborted), Is.EqualTo((true, false)));
        Assert.That((connection.PendingCount, _service.Http.Requests[200]), Is.EqualTo((0, 1L)));
    }

    [Test]
    public void Peers_of_other_networks_and_too_many_connections_are_refused()
    {
        Assert.That(Accept(new Ipv4Address(0x0A00_0001)), Is.Null);
        IStreamSession first = Accept(Peer)!;
        Assert.That(Accept(Peer), Is.Not.Null);
        Assert.That(Accept(Peer), Is.Null);
        first.OnClosed(StreamEnd.Closed);

        Assert.That(Accept(Peer), Is.Not.Null);
        Assert.That(
            (_service.Counters.PeersRefused, _service.Counters.ClientsRefused, _service.Http.Connections),
            Is.EqualTo((1L, 1L, 3L)));
    }

    [Test]
    public void Who_may_ask_follows_what_the_service_is_told()
    {
        Ipv4Address other = new(0xC613_0001);
        _service.Allow([new Ipv4Prefix(other, 24)]);

        Assert.That(Accept(Peer), Is.Null);
        Assert.That(Accept(other), Is.Not.Null);
    }

    [Test]
    public void A_connection_that_asks_nothing_in_time_is_finished_and_then_reset()
    {
        TestConnection connection = Connect().Send(Get);
        connection.Acknowledge();

        connection.Pass(TimeSpan.FromSeconds(40));
        connection.Send("G");
        Assert.That(connection.Sink.IsFinished, Is.False);
        connection.Pass(TimeSpan.FromSeconds(21));
        Assert.That((connection.Sink.IsFinished, connection.Sink.IsAborted), Is.EqualTo((true, false)));
        connection.Pass(TimeSpan.FromSeconds(3));
        Assert.That(connection.Sink.IsAborted, Is.True);
        Assert.That(_service.Http.IdleTimeouts, Is.EqualTo(1));
    }

    [Test]
    public void A_drained_or_half_closed_connection_finishes_after_its_answer()
    {
        TestConnection idle = Connect();
        idle.Drain();
        Assert.That(idle.Sink.IsFinished, Is.True);

        Text = new string('a', 10_000);
        TestConnection busy = Connect();
        busy.Sink.Capacity = 2;
        busy.Send(Get);
        busy.FinishSending();
        Assert.That(busy.Sink.IsFinished, Is.False);
        for (int i = 0; i < 20; i++)
        {
            busy.Acknowledge();
        }
        Assert.That(busy.Received(), Does.EndWith("aaaa"));
        Assert.That(busy.Sink.IsFinished, Is.True);
    }

    [Test]
    public void When_all_places_are_taken_the_idlest_of_who_has_most_gives_way()
    {
        Ipv4Address other = new(Peer.Value + 1);
        TestNetwork network = new();
        _service = new MetricsService(
            new MetricsOptions { Clients = 3 },
            [new Ipv4Prefix(Peer, 24)],
            this,
            new ConnectionRows(1),
            new FramePool(16, 1024),
            _clock,
            network);
        TestConnection[] many = [.. Enumerable.Range(0, 3).Select(i => Connect(Peer, i))];
        many[0].Now = new Instant(10);
        Assert.That(many[0].Send(Get).Received(), Does.Contain("200 OK"), "the first one asks something");

        TestConnection one = Connect(other, 20);
        Array.ForEach(many, connection => connection.Notify());
        Assert.That(
            many.Select(connection => connection.Sink.IsAborted),
            Is.EqualTo(new[] { false, true, false }));
        Assert.That(one.Send(Get).Received(), Does.Contain("200 OK"));
        Assert.That((network.Notices, _service.Counters.ClientsDisplaced), Is.EqualTo((1, 1)));
        Assert.That(_service.Counters.ClientsRefused, Is.Zero);
    }

    private TestConnection Connect(Ipv4Address peer, long at) => new(
        _service.Accept(new StreamInfo(new FlowKey(default, 9180, peer, 40_000), new Instant(at)))!,
        new FramePool(1024, 1024),
        []);

    private IStreamSession? Accept(Ipv4Address peer) =>
        _service.Accept(new StreamInfo(new FlowKey(default, 9180, peer, 40_000), Instant.Zero));

    private TestConnection Connect() => new(Accept(Peer)!, new FramePool(1024, 1024), []);
}
