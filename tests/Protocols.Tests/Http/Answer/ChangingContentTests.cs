using Straightwire.Protocols.Http;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http.Answer;

/// <summary>Files that change while they are asked for, and what their validators are worth.</summary>
internal sealed class ChangingContentTests
{
    private const string Get = "GET /large.bin HTTP/1.1\r\nHost: a\r\n";

    [TestCase("")]
    [TestCase("If-None-Match: \"old\"\r\n")]
    [TestCase("If-Match: \"new\"\r\n")]
    [TestCase("Range: bytes=0-9\r\nIf-Range: \"old\"\r\n")]
    public void A_request_for_a_file_that_has_changed_waits_for_what_it_is_now(string fields)
    {
        TestSite site = ChangedSite();
        var connection = new TestConnection(site);
        connection.Send(Get + fields + "\r\n");
        Assert.That(connection.Received(), Is.Empty);
        site.Service.BeginPass(Instant.Zero);
        Assert.That(site.Network.Notices, Is.Zero, "Nothing is new yet.");
        site.ReplaceLarge();
        site.Service.BeginPass(Instant.Zero);
        Assert.That(site.Network.Notices, Is.EqualTo(1));
        connection.Notify();
        ParsedAnswer answer = ParsedAnswer.ReadAll(connection.Received()).Single();
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Fields["ETag"], Is.EqualTo("\"new\""));
        Assert.That(connection.PendingCount, Is.Zero);
        Assert.That(site.Service.Counters.WaitsForContent, Is.EqualTo(1));
    }

    [Test]
    public void A_file_that_is_not_read_anew_within_100_ms_is_a_503_and_the_connection_goes_on()
    {
        TestSite site = ChangedSite();
        var connection = new TestConnection(site);
        connection.Send(Get + "\r\n");
        connection.Pass(TimeSpan.FromMilliseconds(99));
        Assert.That(site.Network.Notices, Is.Zero);
        connection.Pass(TimeSpan.FromMilliseconds(1));
        Assert.That(site.Network.Notices, Is.EqualTo(1));
        connection.Notify();
        ParsedAnswer answer = ParsedAnswer.ReadAll(connection.Received()).Single();
        Assert.That(answer.Status, Is.EqualTo(503));
        Assert.That(answer.Fields["Retry-After"], Is.EqualTo("1"));
        Assert.That(answer.Fields.ContainsKey("ETag"), Is.False);
        Assert.That(site.Service.Counters.Of(RequestFault.ContentChanging), Is.EqualTo(1));
        Assert.That(connection.IsEnded, Is.False);
        site.ReplaceLarge();
        connection.Send(Get + "\r\n");
        Assert.That(connection.Received(), Does.EndWith("new"));
    }

    [Test]
    public void Requests_behind_one_that_waits_are_answered_after_it()
    {
        TestSite site = ChangedSite();
        var connection = new TestConnection(site);
        connection.Send("GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n" + Get + "\r\n"
            + "GET /empty.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Received(), Does.EndWith(TestSite.Text));
        site.ReplaceLarge();
        connection.Notify();
        string[] heads = connection.Received().Split("HTTP/1.1 ")[2..];
        Assert.That(heads, Has.Length.EqualTo(2));
        Assert.That(heads[0], Does.EndWith("new"));
        Assert.That(heads[1], Does.Contain("Content-Length: 0"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_request_that_waits_is_answered_when_nothing_comes_after_it(bool isDrained)
    {
        TestSite site = ChangedSite();
        var connection = new TestConnection(site);
        connection.Send(Get + "\r\n");
        if (isDrained)
        {
            connection.Drain();
        }
        else
        {
            connection.FinishSending();
        }
        Assert.That(connection.IsEnded, Is.False);
        site.ReplaceLarge();
        connection.Notify();
        Assert.That(connection.Received(), Does.EndWith("new"));
        Assert.That(connection.IsEnded, Is.True);
    }

    [Test]
    public void A_connection_that_waits_is_told_once_however_often_it_asks()
    {
        TestSite site = ChangedSite();
        var connection = new TestConnection(site);
        connection.Send(Get + "\r\n");
        connection.Send("GET / HTTP/1.1\r\n");
        connection.Send("Host: a\r\n\r\n");
        site.ReplaceLarge();
        site.Service.BeginPass(Instant.Zero);
        Assert.That(site.Network.Notices, Is.EqualTo(1));
    }

    [TestCase("Range: bytes=0-1", 200)]
    [TestCase("Range: bytes=99-", 200)]
    [TestCase("Range: bytes=0-1\r\nIf-Range: \"weak\"", 200)]
    [TestCase("Range: bytes=0-1\r\nIf-Range: W/\"weak\"", 200)]
    [TestCase("If-Match: \"weak\"", 412)]
    [TestCase("If-Match: W/\"weak\"", 412)]
    [TestCase("If-Match: *", 200)]
    [TestCase("If-None-Match: W/\"weak\"", 304)]
    [TestCase("If-None-Match: \"weak\"", 304)]
    public void A_weak_tag_is_compared_as_one_and_no_part_is_sent(string fields, int status)
    {
        ParsedAnswer answer = Fetch("/weak.txt", fields);
        Assert.That(answer.Status, Is.EqualTo(status));
        if (status < 400)
        {
            Assert.That(answer.Fields["ETag"], Is.EqualTo("W/\"weak\""));
        }
        if (status == 200)
        {
            Assert.That(answer.Fields["Accept-Ranges"], Is.EqualTo("none"));
            Assert.That(answer.Body, Is.EqualTo(TestSite.Text));
        }
    }

    [TestCase("If-Modified-Since: Thu, 01 Jan 1970 00:00:01 GMT", 200)]
    [TestCase("If-Modified-Since: Wed, 01 Jan 2025 00:00:00 GMT", 200)]
    [TestCase("If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", 200)]
    [TestCase("Range: bytes=0-1\r\nIf-Range: Thu, 01 Jan 1970 00:00:01 GMT", 200)]
    [TestCase("Range: bytes=0-1\r\nIf-Range: \"tag\"", 206)]
    [TestCase("If-None-Match: \"tag\"", 304)]
    public void A_time_of_the_epoch_is_no_date_to_compare_with(string fields, int status)
    {
        ParsedAnswer answer = Fetch("/undated.txt", fields);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Fields.ContainsKey("Last-Modified"), Is.False);
        Assert.That(answer.Fields["ETag"], Is.EqualTo("\"tag\""));
    }

    private static TestSite ChangedSite() => new() { IsLargeCurrent = false };

    private static ParsedAnswer Fetch(string path, string fields)
    {
        var connection = new TestConnection(new TestSite());
        connection.Send($"GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
        return ParsedAnswer.ReadAll(connection.Received()).Single();
    }
}
