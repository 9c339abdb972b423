using System.Text;
using Straightwire.Protocols.Http;

namespace Straightwire.Protocols.Tests.Http.Wire1;

internal sealed class DeadlineTests
{
    private const string Request = "GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n";

    private TestSite _site = null!;
    private TestConnection _connection = null!;

    private HttpCounters Counters => _site.Service.Counters;

    [SetUp]
    public void Connect()
    {
        _site = new TestSite();
        _connection = new TestConnection(_site);
    }

    [Test]
    public void A_silent_connection_is_finished_after_the_idle_timeout()
    {
        Pass(59);
        Assert.That(_connection.IsEnded, Is.False);
        Pass(2);
        Assert.That(_connection.Sink.IsFinished, Is.True);
        Assert.That(_connection.Received(), Is.Empty);
        Assert.That(Counters.IdleTimeouts, Is.EqualTo(1));
        Pass(3);
        Assert.That(_connection.Sink.IsAborted, Is.True, "the peer does not finish either");
    }

    [Test]
    public void The_idle_timeout_counts_from_the_last_request_and_costs_one_timer_a_minute()
    {
        for (int i = 0; i < 200; i++)
        {
            _connection.Send(Request);
            _connection.Acknowledge();
            Pass(1);
        }
        Assert.That(_connection.IsEnded, Is.False);
        Assert.That(_connection.Sink.DeadlinesSet, Is.LessThanOrEqualTo(5));
        Pass(58);
        Assert.That(_connection.IsEnded, Is.False);
        Pass(2);
        Assert.That(_connection.IsEnded, Is.True);
    }

    [Test]
    public void A_head_that_trickles_in_is_answered_with_408_after_its_time_in_all()
    {
        _connection.Send(Request);
        _connection.Acknowledge();
        Pass(30);
        foreach (byte value in Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\nX: slowly\r\n"))
        {
            _connection.Send([value]);
            Pass(0.5);
        }
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(_connection.Received());
        Assert.That(answers.Select(a => a.Status), Is.EqualTo(new[] { 200, 408 }));
        Assert.That(_connection.IsEnded, Is.True);
        Assert.That(Counters.Of(RequestFault.HeadTimeout), Is.EqualTo(1));
    }

    [Test]
    public void An_empty_line_in_front_does_not_give_a_head_more_time()
    {
        _connection.Send("\r");
        Pass(9);
        _connection.Send("\n");
        Pass(9);
        _connection.Send("GET / HT");
        Pass(9);
        Assert.That(_connection.IsEnded, Is.False);
        Pass(2);
        Assert.That(ParsedAnswer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(408));
    }

    [Test]
    public void A_deadline_does_not_end_a_slow_download()
    {
        _connection.Send(Request);
        Pass(600);
        Assert.That(_connection.IsEnded, Is.False);
        _connection.Acknowledge();
        Pass(121);
        Assert.That(_connection.IsEnded, Is.True);
    }

    [Test]
    public void Content_that_does_not_come_ends_the_connection()
    {
        _connection.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
        Assert.That(ParsedAnswer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(405));
        Pass(29);
        Assert.That(_connection.IsEnded, Is.False);
        Pass(2);
        Assert.That(_connection.IsEnded, Is.True);
        Assert.That(Counters.ContentTimeouts, Is.EqualTo(1));
    }

    [Test]
    public void Chunks_that_do_not_come_are_answered_with_408()
    {
        _connection.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123");
        Pass(31);
        Assert.That(ParsedAnswer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(408));
        Assert.That(_connection.IsEnded, Is.True);
    }

    [Test]
    public void After_an_error_the_peer_is_listened_to_until_it_falls_silent()
    {
        _connection.Send("nonsense\r\n");
        _connection.Acknowledge();
        for (int i = 0; i < 15; i++)
        {
            Pass(1.9);
            _connection.Send(new byte[10_000]);
            Assert.That(_connection.PendingCount, Is.Zero);
        }
        Assert.That(_connection.Sink.IsAborted, Is.False);
        Pass(2.1);
        Assert.That(_connection.Sink.IsAborted, Is.True);
        Assert.That(Counters.LingerAborts, Is.EqualTo(1));
    }

    [Test]
    public void A_peer_that_never_falls_silent_is_listened_to_for_thirty_seconds()
    {
        _connection.Send("nonsense\r\n");
        _connection.Acknowledge();
        for (int i = 0; i < 29; i++)
        {
            Pass(1);
            _connection.Send("x");
        }
        Assert.That(_connection.Sink.IsAborted, Is.False);
        Pass(1.1);
        Assert.That(_connection.Sink.IsAborted, Is.True);
    }

    [Test]
    public void Beyond_what_is_dropped_the_peer_is_held_by_its_window_and_not_by_a_reset()
    {
        var site = new TestSite(new HttpOptions { LingerBytesMax = 100_000 });
        var connection = new TestConnection(site);
        connection.Send("nonsense\r\n");
        connection.Acknowledge();
        connection.Send(new byte[100_000]);
        Assert.That(connection.PendingCount, Is.Zero);
        connection.Send(new byte[10]);
        connection.Send(new byte[10]);
        Assert.That(connection.PendingCount, Is.EqualTo(20), "nothing more is read");
        Assert.That(connection.Sink.IsAborted, Is.False);
        Assert.That(site.Service.Counters.LingerStops, Is.EqualTo(1));
        connection.Pass(TimeSpan.FromSeconds(2.1));
        Assert.That(connection.Sink.IsAborted, Is.True);
    }

    [TestCase("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n", 413)]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6400000\r\n", 413)]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n", 405)]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9, 9\r\n\r\n", 400)]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501)]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", 405)]
    public void A_final_answer_reaches_a_client_that_is_still_sending(string head, int status)
    {
        _connection.Send(head);
        for (int i = 0; i < 100; i++)
        {
            _connection.Send(new byte[1 << 20]);
            Assert.That(_connection.PendingCount, Is.Zero);
            Pass(0.25);
        }
        ParsedAnswer answer = ParsedAnswer.ReadAll(_connection.Received()).Single();
        Assert.That((answer.Status, answer.Closes), Is.EqualTo((status, true)));
        Assert.That(_connection.Sink.IsFinished, Is.True);
        Assert.That(_connection.Sink.IsAborted, Is.False);
    }

    [Test]
    public void A_client_that_half_closes_gets_all_of_its_answers()
    {
        _connection.Send(Request + Request);
        _connection.FinishSending();
        Assert.That(ParsedAnswer.ReadAll(_connection.Received()), Has.Count.EqualTo(2));
        Assert.That(_connection.Sink.IsFinished, Is.True);
        Assert.That(_connection.Sink.IsAborted, Is.False);
    }

    [Test]
    public void A_client_that_half_closes_within_a_request_gets_the_answers_before_it()
    {
        _connection.Send(Request + Request[..20]);
        _connection.FinishSending();
        Assert.That(ParsedAnswer.ReadAll(_connection.Received()), Has.Count.EqualTo(1));
        Assert.That(_connection.Sink.IsFinished, Is.True);
    }

    [Test]
    public void Draining_finishes_idle_connections_at_once()
    {
        _connection.Drain();
        Assert.That(_connection.Sink.IsFinished, Is.True);
    }

    [Test]
    public void Draining_answers_what_has_come_and_says_with_the_last_one_that_it_is_the_last()
    {
        _connection.Sink.Capacity = 3;
        _connection.Send(Request + Request + Request);
        _connection.Drain();
        Assert.That(_connection.IsEnded, Is.False);
        _connection.Acknowledge();
        _connection.Acknowledge();
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(_connection.Received());
        Assert.That(answers.Select(a => a.Closes), Is.EqualTo(new[] { false, false, true }));
        Assert.That(_connection.Sink.IsFinished, Is.True);
    }

    private void Pass(double seconds) => _connection.Pass(TimeSpan.FromSeconds(seconds));
}
