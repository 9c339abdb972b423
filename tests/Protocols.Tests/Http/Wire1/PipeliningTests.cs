using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Http.Wire1;

internal sealed class PipeliningTests
{
    private static readonly string[] Requests =
    [
        "GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nGET / HTTP/",
        "HEAD /file.txt HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /dir?q HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;x\r\nab\r\n\r\n0\r\nT: 1\r\n\r\n",
        "GET /file.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=3-\r\n\r\n",
        "GET /apart.bin HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    ];

    private static byte[] All => Encoding.ASCII.GetBytes(string.Concat(Requests));

    [Test]
    public void Pipelined_requests_are_answered_in_order_and_leave_together()
    {
        var connection = new TestConnection(new TestSite());
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Send(All).Received(), i => i == 2);
        Assert.That(answers.Select(a => a.Status), Is.EqualTo(new[] { 200, 405, 200, 301, 405, 206, 200 }));
        Assert.That(connection.IsEnded, Is.False);
    }

    [Test]
    public void However_the_bytes_are_cut_the_answers_are_the_same()
    {
        byte[] all = All;
        string whole = new TestConnection(new TestSite()).Send(all).Received();
        Assert.That(new TestConnection(new TestSite()).Trickle(all).Received(), Is.EqualTo(whole));
        for (int i = 1; i < all.Length; i++)
        {
            var connection = new TestConnection(new TestSite());
            string received = connection.Send(all.AsSpan(0, i)).Send(all.AsSpan(i)).Received();
            Assert.That(received, Is.EqualTo(whole), $"cut at {i}");
        }
    }

    [Test]
    public void A_strict_prefix_of_a_request_is_neither_consumed_nor_answered()
    {
        foreach (string request in Requests.Where(r => !r.StartsWith('\r') && !r.Contains("Content-Length")))
        {
            for (int i = 1; i < request.Length; i++)
            {
                var connection = new TestConnection(new TestSite());
                connection.Send(request[..i]);
                Assert.That(connection.PendingCount, Is.EqualTo(i));
                Assert.That(connection.Sink.Count, Is.Zero);
            }
        }
    }

    [TestCase(4)]
    [TestCase(5)]
    [TestCase(9)]
    public void What_has_no_room_waits_in_the_receive_window(int capacity)
    {
        byte[] all = All;
        var connection = new TestConnection(new TestSite());
        connection.Sink.Capacity = capacity;
        connection.Send(all).FinishSending();
        int passes = 0;
        for (; connection.PendingCount > 0; passes++)
        {
            Assert.That(connection.IsEnded, Is.False);
            connection.Acknowledge();
        }
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Received(), i => i == 2);
        Assert.That(passes, Is.GreaterThan(0));
        Assert.That(answers.Select(a => a.Status), Is.EqualTo(new[] { 200, 405, 200, 301, 405, 206, 200 }));
        Assert.That(connection.Sink.IsFinished, Is.True, "the peer had finished");
    }

    [Test]
    public void An_empty_pool_delays_answers_and_loses_none()
    {
        var site = new TestSite(poolFrames: 1);
        var connection = new TestConnection(site);
        site.Pool.TryRent(out int frame);
        connection.Send(Requests[0] + Requests[1]);
        Assert.That(connection.Sink.Count, Is.Zero);
        Assert.That(site.Service.Counters.WaitsForRoom, Is.EqualTo(1));
        site.Pool.Release(frame);
        connection.Acknowledge();
        Assert.That(connection.Sink.Count, Is.EqualTo(2), "prefix, and head with body");
    }

    [Test]
    public void A_packed_file_is_two_slices_and_a_large_one_three()
    {
        var connection = new TestConnection(new TestSite());
        connection.Send("GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Sink.Count, Is.EqualTo(2));
        connection.Send("GET /apart.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Sink.Count, Is.EqualTo(5));
        connection.Send("GET /empty.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Sink.Count, Is.EqualTo(7));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ten_thousand_requests_and_connections_allocate_nothing_once_warm(bool areLogged)
    {
        var log = new QuietLog();
        var site = new TestSite(
            new HttpOptions { Proxies = [new IpPrefix(default, 0)] }, log: areLogged ? log : null);
        var sink = new RecordingSink(site.Pool, site.Memory);
        byte[] batch = Encoding.ASCII.GetBytes(
            "GET /file.txt HTTP/1.1\r\nHost: 198.18.0.2\r\n\r\n"
            + "HEAD / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\n"
            + "GET /missing HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n"
            + "GET /file.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=-5\r\nIf-Range: \"tag\"\r\n\r\n"
            + "GET /large.bin HTTP/1.1\r\nHost: a\r\n"
            + "X-Forwarded-For: 2001:db8::1, 1.2.3.4\r\nReferer: b\r\n\r\n"
            + "GET /dir HTTP/1.0\r\nConnection: close\r\n\r\n");
        // What a request allocates it allocates in every part; what the runtime does once is in one of them.
        long least = long.MaxValue;
        for (int part = 0; part < 11; part++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                ServeOneConnection(site, sink, batch, (part * 200) + i);
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            least = part == 0 ? least : Math.Min(least, allocated);
        }
        Assert.That(least, Is.Zero);
        HttpCounters counters = site.Service.Counters;
        Assert.That(
            Enumerable.Range(200, 400).Sum(status => counters.Requests[status]), Is.EqualTo(6 * 2200));
        Assert.That(counters.Connections, Is.EqualTo(2200));
        Assert.That(log.Written, Is.EqualTo(areLogged ? 5 * 2200 : 0));
        Assert.That(log.Ended, Is.EqualTo(areLogged ? 2200 : 0));
    }

    private static void ServeOneConnection(TestSite site, RecordingSink sink, byte[] batch, int round)
    {
        // A new second every few connections: the shared prefixes are rendered anew.
        Instant now = Instant.Zero.PlusMilliseconds(round * 100);
        sink.Reset();
        IStreamSession session = site.Service.Accept(new StreamInfo(default, now))!;
        var output = new StreamOutput(sink, 0, now);
        session.OnConnected(ref output);
        session.OnReceived(batch, ref output);
        session.OnClosed(StreamEnd.Closed);
    }

    /// <summary>Counts what it is told.</summary>
    private sealed class QuietLog : IHttpLog
    {
        public int Written { get; private set; }

        public int Ended { get; private set; }

        public void Write(in HttpRecord record) => Written++;

        public bool TryBegin(in HttpRecord record, out int number)
        {
            number = 0;
            return true;
        }

        public void End(int number, long acknowledgedBytes, Duration duration, Duration roundTrip) => Ended++;
    }
}
