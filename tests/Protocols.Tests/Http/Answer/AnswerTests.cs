using Straightwire.Protocols.Http;

namespace Straightwire.Protocols.Tests.Http.Answer;

internal sealed class AnswerTests
{
    [Test]
    public void A_get_is_answered_with_the_file_and_all_that_is_known_about_it()
    {
        var connection = new TestConnection(new TestSite());
        connection.Send("GET /file.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.That(connection.Received(), Is.EqualTo(
            "HTTP/1.1 200 OK\r\nServer: Straightwire\r\nDate: " + TestSite.Now + "\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-cache\r\n"
            + "X-Content-Type-Options: nosniff\r\nReferrer-Policy: strict-origin-when-cross-origin\r\n"
            + "X-Frame-Options: SAMEORIGIN\r\nCross-Origin-Opener-Policy: same-origin\r\n"
            + "Content-Length: 20\r\n"
            + "Last-Modified: " + TestSite.Modified + "\r\nETag: \"tag\"\r\n"
            + "Accept-Ranges: bytes\r\n\r\n" + TestSite.Text));
    }

    [TestCase("/file.txt")]
    [TestCase("/missing")]
    [TestCase("/dir")]
    public void A_head_has_the_fields_of_the_get_and_no_content(string path)
    {
        string get = Fetch($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        string head = Fetch($"HEAD {path} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-\r\n\r\n");
        Assert.That(head, Is.EqualTo(get[..(get.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)]));
    }

    [TestCase("/dir", "/dir/")]
    [TestCase("/dir?a=1&b=%20", "/dir/?a=1&b=%20")]
    [TestCase("//dir", "/dir/")]
    [TestCase("/x/../dir?//evil", "/dir/?//evil")]
    [TestCase("/a%20dir/%C3%A9?%E9", "/a%20dir/%C3%A9/?%E9")]
    [TestCase("http://evil.example/dir", "/dir/")]
    public void A_directory_redirects_to_its_slash_on_the_same_host(string target, string location)
    {
        ParsedAnswer answer = Get(target);
        Assert.That(answer.Status, Is.EqualTo(301));
        Assert.That(answer.Fields["Location"], Is.EqualTo(location));
        Assert.That(Get("/").Body, Is.EqualTo("<p>index"));
    }

    [TestCase("", false)]
    [TestCase("Accept: */*\r\n", false)]
    [TestCase("Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", false)]
    [TestCase("Accept: application/json\r\n", true)]
    [TestCase("Accept: application/json, text/plain, */*\r\n", true)]
    [TestCase("Accept: Application/Problem+JSON;v=1;Q=0.5\r\n", true)]
    [TestCase("Accept: application/json;q=0\r\n", false)]
    [TestCase("Accept: application/json;q=0.4, text/html;q=0.45\r\n", false)]
    [TestCase("Accept: ,;q=,application/json;q=\r\n", true)]
    public void Errors_are_html_or_json_by_accept(string field, bool json)
    {
        ParsedAnswer answer = Get("/missing", field);
        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(answer.Fields["Content-Type"], Does.StartWith(json ? "application/json" : "text/html"));
        Assert.That(answer.Body, json
            ? Is.EqualTo("{\"status\":404,\"title\":\"Not Found\"}\n")
            : Does.Contain("<h1>404 Not Found</h1>"));
        Assert.That(answer.Fields["Vary"], Is.EqualTo("Accept"));
    }

    [TestCase("bytes=0-0", 206, "0", "bytes 0-0/20")]
    [TestCase("bytes=3-5", 206, "345", "bytes 3-5/20")]
    [TestCase("Bytes= 3-5 ", 206, "345", "bytes 3-5/20")]
    [TestCase("bytes=18-", 206, "ij", "bytes 18-19/20")]
    [TestCase("bytes=-2", 206, "ij", "bytes 18-19/20")]
    [TestCase("bytes=-30", 206, TestSite.Text, "bytes 0-19/20")]
    [TestCase("bytes=10-99999999999999999999", 206, "abcdefghij", "bytes 10-19/20")]
    [TestCase("bytes=-99999999999999999999", 206, TestSite.Text, "bytes 0-19/20")]
    [TestCase("bytes=20-", 416, null, "bytes */20")]
    [TestCase("bytes=99999999999999999999-", 416, null, "bytes */20")]
    [TestCase("bytes=-0", 416, null, "bytes */20")]
    [TestCase("bytes=0-0,5-5", 200, TestSite.Text, null)]
    [TestCase("bytes=5-3", 200, TestSite.Text, null)]
    [TestCase("bytes=", 200, TestSite.Text, null)]
    [TestCase("bytes=-", 200, TestSite.Text, null)]
    [TestCase("bytes=a-", 200, TestSite.Text, null)]
    [TestCase("bytes=--1", 200, TestSite.Text, null)]
    [TestCase("bytes=1 - 2", 200, TestSite.Text, null)]
    [TestCase("bytes 0-1", 200, TestSite.Text, null)]
    [TestCase("lines=0-1", 200, TestSite.Text, null)]
    [TestCase("bytes=0-1,", 206, "01", "bytes 0-1/20")]
    [TestCase("bytes= ,, 0-1 ,\t,", 206, "01", "bytes 0-1/20")]
    [TestCase("bytes=,20-,", 416, null, "bytes */20")]
    [TestCase("bytes=, ,", 200, TestSite.Text, null)]
    [TestCase("bytes=0-1\r\nRange: bytes=2-3", 200, TestSite.Text, null)]
    public void A_range_is_answered_with_its_part(
        string range, int status, string? body, string? contentRange)
    {
        ParsedAnswer answer = Get("/file.txt", $"Range: {range}\r\n");
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Fields.GetValueOrDefault("Content-Range"), Is.EqualTo(contentRange));
        Assert.That(body is null || answer.Body == body, Is.True);
        Assert.That(answer.Fields.ContainsKey("ETag"), Is.EqualTo(status != 416));
    }

    [TestCase("bytes=0-", 200)]
    [TestCase("bytes=0-5", 416)]
    [TestCase("bytes=1-", 416)]
    [TestCase("bytes=-1", 200)]
    public void An_empty_file_has_no_parts(string range, int status) =>
        Assert.That(Get("/empty.bin", $"Range: {range}\r\n").Status, Is.EqualTo(status));

    [TestCase("If-Range: \"tag\"\r\n", 206)]
    [TestCase("If-Range: " + TestSite.Modified + "\r\n", 206)]
    [TestCase("If-Range: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 206)]
    [TestCase("If-Range: \"other\"\r\n", 200)]
    [TestCase("If-Range: W/\"tag\"\r\n", 200)]
    [TestCase("If-Range: \"tag\", \"other\"\r\n", 200)]
    [TestCase("If-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n", 200)]
    [TestCase("If-Range: \r\n", 200)]
    [TestCase("If-Range: \"tag\"\r\nIf-Range: \"tag\"\r\n", 200)]
    public void If_range_holds_only_for_exactly_this_representation(string field, int status) =>
        Assert.That(Get("/file.txt", field + "Range: bytes=0-1\r\n").Status, Is.EqualTo(status));

    [TestCase("If-None-Match: \"tag\"", 304)]
    [TestCase("If-None-Match: W/\"tag\"", 304)]
    [TestCase("If-None-Match: *", 304)]
    [TestCase("If-None-Match: \"a,b\", W/\"c\" ,, \"tag\"", 304)]
    [TestCase("If-None-Match: \"a\"\r\nIf-None-Match: \"tag\"", 304)]
    [TestCase("If-None-Match: \"tag", 200)]
    [TestCase("If-None-Match: tag", 200)]
    [TestCase("If-None-Match: \"a,\"tag\"", 200)]
    [TestCase("If-None-Match: \"other\"", 200)]
    [TestCase("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 304)]
    [TestCase("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", 304)]
    [TestCase("If-Modified-Since: Sun Nov  6 08:49:38 1994", 200)]
    [TestCase("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200)]
    [TestCase("If-Modified-Since: yesterday", 200)]
    [TestCase("If-Match: \"tag\"", 200)]
    [TestCase("If-Match: *", 200)]
    [TestCase("If-Match: , ,\t\"a\",, \"tag\" ,", 200)]
    [TestCase("If-Match: , ,", 412)]
    [TestCase("If-None-Match: ,, \"tag\",", 304)]
    [TestCase("If-Match: \"a\"\r\nIf-Match: \"tag\"", 200)]
    [TestCase("If-Match: W/\"tag\"", 412)]
    [TestCase("If-Match: \"other\"", 412)]
    [TestCase("If-Match:", 412)]
    [TestCase("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200)]
    [TestCase("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 412)]
    [TestCase("If-Unmodified-Since: tomorrow", 200)]
    // The order of RFC 9110 §13.2.2.
    [TestCase("If-Match: \"tag\"\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 200)]
    [TestCase("If-Match: \"other\"\r\nIf-None-Match: \"tag\"", 412)]
    [TestCase("If-Match: \"tag\"\r\nIf-None-Match: \"tag\"", 304)]
    [TestCase("If-None-Match: \"other\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", 200)]
    [TestCase("If-None-Match: \"tag\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT", 304)]
    [TestCase("If-None-Match: \"tag\"\r\nRange: bytes=0-1", 304)]
    [TestCase("If-None-Match: \"other\"\r\nRange: bytes=0-1", 206)]
    [TestCase("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\nRange: bytes=0-1", 412)]
    public void Preconditions_are_evaluated_in_their_order(string fields, int status)
    {
        ParsedAnswer get = Get("/file.txt", fields + "\r\n");
        Assert.That(get.Status, Is.EqualTo(status));
        Assert.That(get.Fields.ContainsKey("ETag"), Is.EqualTo(status != 412));
        Assert.That(get.Fields.ContainsKey("Content-Length"), Is.EqualTo(status != 304));
        // RFC 9110 §13.2.1: they have no say where the answer would be no success.
        Assert.That(Get("/missing", fields + "\r\n").Status, Is.EqualTo(404));
    }

    [TestCase("HTTP/1.1", "", null, false)]
    [TestCase("HTTP/1.1", "Connection: keep-alive\r\n", null, false)]
    [TestCase("HTTP/1.1", "connection: x, CLOSE\r\n", "close", true)]
    [TestCase("HTTP/1.1", "Connection: x\r\nConnection: close\r\n", "close", true)]
    [TestCase("HTTP/1.0", "", "close", true)]
    [TestCase("HTTP/1.0", "CONNECTION: Keep-Alive\r\n", "keep-alive", false)]
    [TestCase("HTTP/1.0", "Connection: keep-alive, close\r\n", "close", true)]
    public void The_connection_persists_as_version_and_field_say(
        string version, string field, string? expected, bool ends)
    {
        var connection = new TestConnection(new TestSite());
        connection.Send($"GET /file.txt {version}\r\nHost: a\r\n{field}\r\n");
        connection.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Received());
        Assert.That(answers[0].Fields.GetValueOrDefault("Connection"), Is.EqualTo(expected));
        Assert.That(connection.Sink.IsFinished, Is.EqualTo(ends));
        Assert.That(answers, Has.Count.EqualTo(ends ? 1 : 2));
        Assert.That(connection.PendingCount, Is.Zero);
    }

    [Test]
    public void An_expected_100_gets_the_final_status_at_once_and_the_connection_ends()
    {
        var connection = new TestConnection(new TestSite());
        connection.Send("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
        ParsedAnswer answer = ParsedAnswer.ReadAll(connection.Received()).Single();
        Assert.That((answer.Status, answer.Closes), Is.EqualTo((405, true)));
        Assert.That(connection.Sink.IsFinished, Is.True);
    }

    [Test]
    public void The_date_is_that_of_the_second_in_which_the_answer_is_queued()
    {
        var connection = new TestConnection(new TestSite());
        connection.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Pass(TimeSpan.FromSeconds(1));
        connection.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Received());
        Assert.That(answers[0].Fields["Date"], Is.EqualTo(TestSite.Now), "frames in flight do not change");
        Assert.That(answers[1].Fields["Date"], Is.EqualTo("Wed, 01 Jan 2025 00:00:01 GMT"));
    }

    [Test]
    public void The_server_need_not_say_its_name()
    {
        var connection = new TestConnection(new TestSite(new HttpOptions { ServerName = "" }));
        connection.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        List<ParsedAnswer> answers = ParsedAnswer.ReadAll(connection.Received());
        Assert.That(answers, Has.Count.EqualTo(2));
        Assert.That(answers.Exists(a => a.Fields.ContainsKey("Server")), Is.False);
    }

    private static ParsedAnswer Get(string target, string fields = "") =>
        ParsedAnswer.ReadAll(Fetch($"GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")).Single();

    private static string Fetch(string request) =>
        new TestConnection(new TestSite()).Send(request).Received();
}
