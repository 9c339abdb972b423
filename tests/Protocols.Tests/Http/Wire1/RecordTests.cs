using System.Globalization;
using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http.Wire1;

/// <summary>What the log is told of requests.</summary>
public sealed class RecordTests
{
    private static readonly Duration RoundTrip = Duration.OfMilliseconds(7);

    [Test]
    public void A_small_file_is_told_of_when_its_answer_is_queued()
    {
        var log = new RecordingLog();

        new TestConnection(new TestSite(log: log)).Send(
            "GET /file.txt?q HTTP/1.1\r\nHost: a:80\r\nReferer: r\r\nUser-Agent: u v\r\n\r\n");

        Assert.That(log.Lines, Is.EqualTo(new[] { "\"GET /file.txt?q HTTP/1.1\" 200 20 -1 a:80 r u v" }));
    }

    [TestCase("HEAD /file.txt HTTP/1.0\r\n\r\n", "\"HEAD /file.txt HTTP/1.0\" 200")]
    [TestCase("GET /file.txt HTTP/1.0\r\nRange: bytes=1-4\r\n\r\n", "\"GET /file.txt HTTP/1.0\" 206")]
    [TestCase("GET /file.txt HTTP/1.0\r\nRange: bytes=90-\r\n\r\n", "\"GET /file.txt HTTP/1.0\" 416")]
    [TestCase("GET /file.txt HTTP/1.0\r\nIf-None-Match: *\r\n\r\n", "\"GET /file.txt HTTP/1.0\" 304")]
    [TestCase("GET /empty.bin HTTP/1.0\r\n\r\n", "\"GET /empty.bin HTTP/1.0\" 200")]
    [TestCase("GET /none HTTP/1.0\r\n\r\n", "\"GET /none HTTP/1.0\" 404")]
    [TestCase("HEAD /none HTTP/1.0\r\n\r\n", "\"HEAD /none HTTP/1.0\" 404")]
    [TestCase("BREW /pot HTTP/1.0\r\n\r\n", "\"BREW /pot HTTP/1.0\" 501")]
    [TestCase("GET / HTTP/1.1\r\nbad line\r\n\r\n", "\"GET / HTTP/1.1\" 400")]
    [TestCase("GET /a b HTTP/1.1\r\n\r\n", "\"GET /a b HTTP/1.1\" 400")]
    [TestCase("GET / HTTP/2.0\r\n\r\n", "\"GET / HTTP/2.0\" 505")]
    [TestCase("CONNECT a:1 HTTP/1.1\r\n\r\n", "\"CONNECT a:1 HTTP/1.1\" 405")]
    [TestCase("\u0016\u0003\u0001\r\n\r\n", "\"\" 400")]
    [TestCase("GET /\r\n\r\n", "\"\" 400")]
    [TestCase("GET\r\n", "\"\" 400")]
    public void What_was_asked_stands_beside_what_was_answered(string request, string line)
    {
        var log = new RecordingLog();

        string answer = new TestConnection(new TestSite(log: log)).Send(request).Received();

        int content = answer.Length - answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
        Assert.That(log.Lines.Single(), Is.EqualTo($"{line} {content} -1"));
    }

    [Test]
    public void A_request_that_never_came_whole_is_told_of_without_its_line()
    {
        var log = new RecordingLog();
        TestConnection connection = new TestConnection(new TestSite(log: log)).Send("GET / HTTP/1.1\r\nA: ");

        connection.Pass(TimeSpan.FromMinutes(1));

        Assert.That(log.Lines.Single(), Does.StartWith("\"\" 408 "));
    }

    [Test]
    public void Each_of_many_requests_is_told_of_once_whatever_way_its_bytes_come()
    {
        var log = new RecordingLog();
        byte[] requests = Encoding.ASCII.GetBytes(
            "GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");

        new TestConnection(new TestSite(log: log)).Trickle(requests).Send(requests);

        Assert.That(log.Lines.Select(line => string.Join(' ', line.Split(' ')[..4])),
            Is.EqualTo(new[]
            {
                "\"GET /file.txt HTTP/1.1\" 200", "\"GET /none HTTP/1.1\" 404",
                "\"GET /file.txt HTTP/1.1\" 200", "\"GET /none HTTP/1.1\" 404",
            }));
    }

    [Test]
    public void A_large_file_is_told_of_when_its_last_octet_is_acknowledged()
    {
        var log = new RecordingLog();
        var site = new TestSite(log: log);
        var connection = new TestConnection(site);
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        long queued = connection.Sink.Unacknowledged(0);
        Assert.That(log.Lines, Is.Empty);

        site.Network.Progress = new StreamProgress(queued - 1, RoundTrip);
        connection.Notify();
        Assert.That(log.Lines, Is.Empty);
        connection.Now += TimeSpan.FromSeconds(2);
        site.Network.Progress = new StreamProgress(queued, RoundTrip);
        connection.Notify();

        Assert.That(log.Lines, Is.EqualTo(new[] { "\"GET /large.bin HTTP/1.1\" 200 20 20 in 2 s, 7 ms" }));
        Assert.That(site.Service.Counters.DeliverySeconds.Sum, Is.EqualTo(2_000_000_000));
    }

    [Test]
    public void Of_a_connection_that_ends_is_told_what_the_peer_has_of_each_file()
    {
        var log = new RecordingLog();
        var site = new TestSite(log: log);
        var connection = new TestConnection(site);
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        long first = connection.Sink.Unacknowledged(0);
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=10-\r\n\r\n");
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        site.Network.Progress = new StreamProgress(connection.Sink.Unacknowledged(0) - first - 4, RoundTrip);
        site.Service.BeginPass(Instant.Zero + TimeSpan.FromSeconds(3));

        connection.Close();

        Assert.That(log.Lines, Is.EqualTo(new[]
        {
            "\"GET /large.bin HTTP/1.1\" 200 20 20 in 3 s, 7 ms",
            "\"GET /large.bin HTTP/1.1\" 206 10 6 in 3 s, 7 ms",
            "\"GET /large.bin HTTP/1.1\" 200 20 0 in 3 s, 7 ms",
        }));
        Assert.That(log.Kept, Is.Zero);
    }

    [Test]
    public void Beyond_eight_large_files_of_a_connection_the_next_is_told_of_at_once()
    {
        var log = new RecordingLog();
        var site = new TestSite(log: log);
        var connection = new TestConnection(site);

        for (int i = 0; i < 10; i++)
        {
            connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        Assert.That(log.Lines, Has.Count.EqualTo(2).And.All.Contains(" 200 20 -1 a"));
        Assert.That(log.Kept, Is.EqualTo(8));
        site.Network.Progress = new StreamProgress(connection.Sink.Unacknowledged(0), RoundTrip);
        connection.Acknowledge();

        Assert.That(log.Lines, Has.Count.EqualTo(10));
        Assert.That(log.Kept, Is.Zero);
    }

    [Test]
    public void A_log_with_no_room_for_more_is_told_of_a_large_file_at_once()
    {
        var log = new RecordingLog { Room = 0 };
        var site = new TestSite(log: log);
        var connection = new TestConnection(site);
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        site.Network.Progress = new StreamProgress(connection.Sink.Unacknowledged(0), RoundTrip);

        connection.Acknowledge();
        connection.Close();

        Assert.That(log.Lines, Has.Count.EqualTo(1).And.All.Contains(" 200 20 -1 a"));
    }

    [Test]
    public void What_waits_for_its_file_is_counted_and_told_from_when_it_was_asked_for()
    {
        var log = new RecordingLog();
        var site = new TestSite(log: log) { IsLargeCurrent = false };
        TestConnection connection =
            new TestConnection(site).Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");

        connection.Pass(TimeSpan.FromMilliseconds(101));
        connection.Notify();

        Assert.That(log.Lines.Single(), Does.Contain(" 503 "));
        Assert.That(site.Service.Counters.RequestDurationSeconds.Sum, Is.EqualTo(101_000_000));
    }

    [Test]
    public void What_waits_for_room_is_counted_from_when_it_was_asked_for()
    {
        var site = new TestSite();
        var connection = new TestConnection(site);
        connection.Sink.Capacity = 0;
        connection.Send("GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n");

        connection.Now += TimeSpan.FromMilliseconds(250);
        connection.Sink.Capacity = 4096;
        connection.Acknowledge();

        Assert.That(site.Service.Counters.RequestDurationSeconds.Sum, Is.EqualTo(250_000_000));
    }

    [Test]
    public void A_connection_that_is_used_again_tells_nothing_of_the_one_before()
    {
        var log = new RecordingLog();
        var site = new TestSite(log: log);
        var connection = new TestConnection(site);
        connection.Send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Close();

        new TestConnection(site).Send("GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n").Close();

        Assert.That(log.Lines, Has.Count.EqualTo(2));
        Assert.That(log.Lines[1], Does.Contain("/file.txt"));
    }

    /// <summary>Keeps lines, and records that are under way.</summary>
    private sealed class RecordingLog : IHttpLog
    {
        private readonly Dictionary<int, string> _kept = [];
        private int _number;

        public List<string> Lines { get; } = [];

        public int Room { get; init; } = int.MaxValue;

        public int Kept => _kept.Count;

        public void Write(in HttpRecord record) => Lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{Begin(in record)} {record.AcknowledgedBytes} {Text(record.Host)} {Text(record.Referer)} "
            + $"{Text(record.UserAgent)}").TrimEnd());

        public bool TryBegin(in HttpRecord record, out int number)
        {
            number = _number;
            if (_kept.Count >= Room)
            {
                return false;
            }
            _kept.Add(_number++, Begin(in record));
            return true;
        }

        public void End(int number, long acknowledgedBytes, Duration duration, Duration roundTrip)
        {
            _kept.Remove(number, out string? line);
            double seconds = duration.Value.TotalSeconds;
            Lines.Add(FormattableString.Invariant(
                $"{line} {acknowledgedBytes} in {seconds} s, {roundTrip.Milliseconds} ms"));
        }

        private static string Begin(in HttpRecord record) => FormattableString.Invariant(
            $"\"{Text(record.RequestLine)}\" {record.Status} {record.Bytes}");

        private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
    }
}
