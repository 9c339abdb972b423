using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Metrics;

/// <summary>Requests, and what is decided about them; no byte of an answer is written.</summary>
internal sealed class MetricsHandlerTests : IMetricsSource
{
    public bool IsReady { get; private set; }

    public ReadOnlyMemory<byte> Render() => "a 1\n"u8.ToArray();

    [TestCase("/metrics", true, 200, "a 1\n")]
    [TestCase("/metrics", false, 200, "a 1\n")]
    [TestCase("/healthz", false, 200, "ok\n")]
    [TestCase("/readyz", true, 200, "ready\n")]
    [TestCase("/readyz", false, 503, "not ready\n")]
    [TestCase("/", true, 404, "/metrics, /connections, /healthz and /readyz are here\n")]
    public void A_path_has_its_text_and_the_connection_goes_on(
        string path, bool isReady, int status, string text)
    {
        IsReady = isReady;
        foreach (bool isGet in (bool[])[true, false])
        {
            HttpRequest request = new()
            {
                Method = isGet ? RequestMethod.Get : RequestMethod.Head,
                Path = Encoding.ASCII.GetBytes(path),
            };
            HttpAnswer answer = Decide(request);
            Assert.That((answer.Status, answer.Fault), Is.EqualTo((status, RequestFault.None)));
            Assert.That(Encoding.ASCII.GetString(answer.Text!.Content.Span), Is.EqualTo(text));
            Assert.That((answer.HasContent, answer.IsLast), Is.EqualTo((isGet, false)));
        }
    }

    [TestCase("Options", "None", 405, true)]
    [TestCase("NotAllowed", "None", 405, true)]
    [TestCase("Unknown", "None", 501, false)]
    [TestCase("Get", "MissingHost", 400, false)]
    [TestCase("NotAllowed", "Misdirected", 421, false)]
    public void A_refusal_has_no_text_and_is_the_last_answer(
        string method, string refusal, int status, bool tellsWhatIsAllowed)
    {
        HttpRequest request = new()
        {
            Method = Enum.Parse<RequestMethod>(method),
            Refusal = Enum.Parse<RequestFault>(refusal),
            Path = "/metrics"u8,
        };
        HttpAnswer answer = Decide(request);
        Assert.That((answer.Status, answer.IsLast), Is.EqualTo((status, true)));
        Assert.That(answer.Text!.Content.IsEmpty);
        Assert.That(
            answer.Text.Fields.Contains(new HttpField("Allow", "GET, HEAD")), Is.EqualTo(tellsWhatIsAllowed));
    }

    [TestCase("Get", true)]
    [TestCase("Head", false)]
    public void A_listing_is_made_while_it_is_sent_and_not_before(string method, bool hasContent)
    {
        ConnectionRows rows = new(1);
        RequestMethod parsed = Enum.Parse<RequestMethod>(method);
        HttpRequest request = new() { Method = parsed, Path = "/connections"u8 };
        new MetricsHandler(this, rows).Decide(request, Instant.Zero, 0, out HttpAnswer answer);

        Assert.That(
            (answer.Status, answer.HasContent, answer.IsLast), Is.EqualTo((200, hasContent, false)));
        Assert.That(answer.Text!.Body, Is.Not.Null);
        Assert.That(rows.Asked, Is.Empty);
    }

    [Test]
    public void A_query_that_is_wrong_is_refused_with_what_is_right()
    {
        HttpRequest request = new()
        {
            Method = RequestMethod.Get,
            Path = "/connections"u8,
            Query = "?limit=x"u8,
        };
        HttpAnswer answer = Decide(request);

        Assert.That((answer.Status, answer.Fault), Is.EqualTo((400, RequestFault.BadQuery)));
        Assert.That(
            Encoding.ASCII.GetString(answer.Text!.Content.Span),
            Is.EqualTo("limit is a number from 1 to 100000: 'x'.\n"));
    }

    private HttpAnswer Decide(scoped in HttpRequest request)
    {
        MetricsHandler handler = new(this, new ConnectionRows(1));
        handler.Decide(request, Instant.Zero, 0, out HttpAnswer answer);
        return answer;
    }
}
