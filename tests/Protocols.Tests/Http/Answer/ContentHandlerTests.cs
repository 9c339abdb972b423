using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http.Answer;

/// <summary>Requests, and what is decided about them; no byte of an answer is written.</summary>
internal sealed class ContentHandlerTests
{
    private const string Html = "text/html; charset=utf-8";
    private const string Json = "application/json";

    [TestCase("GET /file.txt", "", 200, "/file.txt", true)]
    [TestCase("GET /%66ile.txt?q", "", 200, "/file.txt", true)]
    [TestCase("GET //x/..//file.txt", "", 200, "/file.txt", true)]
    [TestCase("HEAD /file.txt", "", 200, "/file.txt", false)]
    [TestCase("HEAD /file.txt", "Range: bytes=0-1\r\n", 200, "/file.txt", false)]
    [TestCase("GET /", "", 200, "/index.html", true)]
    [TestCase("GET /empty.bin", "Range: bytes=-1\r\n", 200, "/empty.bin", true)]
    [TestCase("GET /weak.txt", "Range: bytes=0-1\r\n", 200, "/weak.txt", true)]
    [TestCase("GET /file.txt", "If-None-Match: \"tag\"\r\n", 304, "/file.txt", false)]
    [TestCase("GET /file.txt", "If-None-Match: \"a\"\r\nIf-None-Match: \"tag\"\r\n", 304, "/file.txt", false)]
    [TestCase("HEAD /file.txt", "If-Modified-Since: " + TestSite.Modified + "\r\n", 304, "/file.txt", false)]
    [TestCase("GET /file.txt", "Range: bytes=5-\r\nIf-Range: \"other\"\r\n", 200, "/file.txt", true)]
    public void A_file_is_answered_whole_or_not_at_all(
        string line, string fields, int status, string path, bool hasContent)
    {
        HttpAnswer answer = Decide(line, fields);
        Assert.That((answer.Status, answer.Fault), Is.EqualTo((status, RequestFault.None)));
        Assert.That((answer.Entry!.Path, answer.HasContent), Is.EqualTo((path, hasContent)));
        Assert.That((answer.Text, answer.IsLast), Is.EqualTo(((HttpText?)null, false)));
    }

    [TestCase("bytes=0-0", 0, 0)]
    [TestCase("bytes=5-", 5, 19)]
    [TestCase("bytes=-2", 18, 19)]
    [TestCase("bytes=10-99", 10, 19)]
    public void A_range_is_answered_with_its_first_and_last_byte(string range, int first, int last)
    {
        HttpAnswer answer = Decide("GET /file.txt", $"Range: {range}\r\n");
        Assert.That((answer.Status, answer.HasContent), Is.EqualTo((206, true)));
        Assert.That(answer.Part, Is.EqualTo(new ByteRange(first, last)));
    }

    [TestCase("GET /dir", "/dir/")]
    [TestCase("HEAD /x/../dir?//evil", "/dir/?//evil")]
    [TestCase("GET /a%20dir/%C3%A9?%E9", "/a%20dir/%C3%A9/?%E9")]
    [TestCase("GET http://evil.example//dir", "/dir/")]
    public void A_directory_is_answered_with_its_place_on_the_same_host(string line, string location)
    {
        HttpAnswer answer = Decide(line);
        Assert.That((answer.Status, answer.Fault), Is.EqualTo((301, RequestFault.None)));
        Assert.That(Encoding.ASCII.GetString(answer.Location), Is.EqualTo(location));
        Assert.That(answer.HasContent, Is.EqualTo(line.StartsWith('G')));
    }

    [TestCase("GET /missing", "", 404, "NotFound", Html)]
    [TestCase("GET /missing", "Accept: application/json\r\n", 404, "NotFound", Json)]
    [TestCase("GET /%2e%2e/x", "", 400, "BadPath", Html)]
    [TestCase("POST /file.txt", "", 405, "MethodNotAllowed", Html)]
    [TestCase("BREW /file.txt", "Accept: application/json\r\n", 501, "MethodUnknown", Json)]
    [TestCase("GET https://a/", "", 421, "Misdirected", Html)]
    [TestCase("BREW https://a/", "", 421, "Misdirected", Html)]
    [TestCase("GET /file.txt", "Expect: tea\r\n", 417, "ExpectationFailed", Html)]
    [TestCase("GET /file.txt", "Host: b\r\n", 400, "RepeatedHost", Html)]
    [TestCase("GET /file.txt", "If-Match: \"other\"\r\n", 412, "PreconditionFailed", Html)]
    [TestCase("GET /file.txt", "Range: bytes=20-\r\n", 416, "RangeNotSatisfiable", Html)]
    public void A_refusal_has_its_reason_and_a_document_as_accept_asks(
        string line, string fields, int status, string fault, string mediaType)
    {
        HttpAnswer answer = Decide(line, fields);
        Assert.That((answer.Status, answer.Fault.ToString()), Is.EqualTo((status, fault)));
        Assert.That(answer.Text!.MediaType, Is.EqualTo(mediaType));
        Assert.That(Encoding.ASCII.GetString(answer.Text.Content.Span), Does.Contain($"{status}"));
        Assert.That(answer.Text.IsPulled, Is.False);
        Assert.That(answer.Entry is not null, Is.EqualTo(status == 416), "416 tells the length");
        Assert.That(answer.IsLast, Is.False);
    }

    [TestCase("OPTIONS *", 204)]
    [TestCase("OPTIONS /missing", 204)]
    [TestCase("DELETE /", 405)]
    public void What_may_be_done_is_told_to_who_asks_and_to_who_may_not(string line, int status)
    {
        HttpAnswer answer = Decide(line);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Text!.Fields[0], Is.EqualTo(new HttpField("Allow", "GET, HEAD, OPTIONS")));
        Assert.That(answer.Text.MediaType is null, Is.EqualTo(status == 204));
    }

    [TestCase("")]
    [TestCase("If-None-Match: \"old\"\r\n")]
    [TestCase("Range: bytes=0-1\r\n")]
    public void A_file_that_has_changed_is_decided_later(string fields)
    {
        var site = new TestSite { IsLargeCurrent = false };
        HttpAnswer decision = Decide("GET /large.bin", fields, site);
        Assert.That((decision.IsLater, decision.Ticket), Is.EqualTo((true, site.Current.Number)));
        site.ReplaceLarge();
        decision = Decide("GET /large.bin", fields, site);
        Assert.That(decision.IsLater, Is.False);
        Assert.That(Encoding.ASCII.GetString(decision.Entry!.EntityTag), Is.EqualTo("\"new\""));
    }

    private static HttpAnswer Decide(string line, string fields = "", TestSite? site = null)
    {
        var options = new HttpOptions();
        byte[] bytes = Encoding.Latin1.GetBytes($"{line} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        Assert.That(Http1Parser.Parse(bytes, options, out RequestHead head), Is.EqualTo(RequestFault.None));
        var handler = new ContentHandler(options, site ?? new TestSite());
        handler.Decide(head.Request, Instant.Zero, TestSite.NowUnixSeconds, out HttpAnswer answer);
        return answer;
    }
}
