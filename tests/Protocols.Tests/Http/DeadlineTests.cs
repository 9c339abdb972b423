using System.Text;
using Straightwire.Protocols.Http;

namespace Straightwire.Protocols.Tests.Http;

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
        List<Answer> answers = Answer.ReadAll(_connection.Received());
        Assert.That(answers.Select(a => a.Status), Is.EqualTo(new[] { 200, 408 }));
        Assert.That(_connection.IsEnded, Is.True);
        Assert.That(Counters.HeadTimeout, Is.EqualTo(1));
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
        Assert.That(Answer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(408));
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
        Assert.That(Answer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(405));
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
        Assert.That(Answer.ReadAll(_connection.Received()).Single().Status, Is.EqualTo(408));
        Assert.That(_connection.IsEnded, Is.True);
    }

    [Test]
    public void After_an_error_the_peer_may_go_on_only_for_a_while_and_a_number_of_bytes()
    {
        _connection.Send("nonsense\r\n");
        _connection.Acknowledge();
        _connection.Send(new byte[1_000_000]);
        Assert.That(_connection.Sink.IsAborted, Is.False);
        _connection.Send(new byte[100_000]);
        Assert.That(_connection.Sink.IsAborted, Is.True);
        Assert.That(Counters.LingerAborts, Is.EqualTo(1));
        Connect();
        _connection.Send("nonsense\r\n");
        _connection.Acknowledge();
        Pass(1.9);
        Assert.That(_connection.Sink.IsAborted, Is.False);
        Pass(0.2);
        Assert.That(_connection.Sink.IsAborted, Is.True);
    }

    [Test]
    public void A_client_that_half_closes_gets_all_of_its_answers()
    {
        _connection.Send(Request + Request);
        _connection.FinishSending();
        Assert.That(Answer.ReadAll(_connection.Received()), Has.Count.EqualTo(2));
        Assert.That(_connection.Sink.IsFinished, Is.True);
        Assert.That(_connection.Sink.IsAborted, Is.False);
    }

    [Test]
    public void A_client_that_half_closes_within_a_request_gets_the_answers_before_it()
    {
        _connection.Send(Request + Request[..20]);
        _connection.FinishSending();
        Assert.That(Answer.ReadAll(_connection.Received()), Has.Count.EqualTo(1));
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
        List<Answer> answers = Answer.ReadAll(_connection.Received());
        Assert.That(answers.Select(a => a.Closes), Is.EqualTo(new[] { false, false, true }));
        Assert.That(_connection.Sink.IsFinished, Is.True);
    }

    private void Pass(double seconds) => _connection.Pass(TimeSpan.FromSeconds(seconds));
}
