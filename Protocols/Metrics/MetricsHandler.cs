using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Answers with metrics and health: <c>/metrics</c>, <c>/connections</c>, <c>/healthz</c> (the shard answers)
/// and <c>/readyz</c> (and serves content). Whatever is wrong with a request ends the connection after its
/// answer.
/// </summary>
/// <param name="source">What there is to tell.</param>
/// <param name="pages">Has pages of connections filled.</param>
internal sealed class MetricsHandler(IMetricsSource source, IConnectionPages pages) : IHttpHandler
{
    private const string Json = "application/json";
    private const string PlainText = "text/plain; charset=utf-8";
    private const string Exposition = "text/plain; version=0.0.4; charset=utf-8";

    // What is told is of this moment.
    private static readonly HttpField[] Fields = [new("Cache-Control", "no-store")];

    private static readonly HttpText Refusal = new(PlainText, default, Fields);
    private static readonly HttpText NotAllowed =
        Refusal with { Fields = [.. Fields, new("Allow", "GET, HEAD")] };

    private static readonly HttpText Alive = Plain("ok\n"u8);
    private static readonly HttpText Ready = Plain("ready\n"u8);
    private static readonly HttpText NotReady = Plain("not ready\n"u8);
    private static readonly HttpText Nothing =
        Plain("/metrics, /connections, /healthz and /readyz are here\n"u8);

    /// <inheritdoc/>
    public void Decide(
        scoped in HttpRequest request, Instant now, long unixSeconds, out HttpAnswer answer)
    {
        RequestFault fault = request.Refusal;
        if (fault == RequestFault.None)
        {
            fault = FaultOf(request.Method);
        }
        if (fault == RequestFault.None)
        {
            Find(request, out answer);
        }
        else
        {
            Refuse(fault, request, out answer);
        }
    }

    /// <inheritdoc/>
    public void Refuse(RequestFault fault, scoped in HttpRequest request, out HttpAnswer answer) =>
        answer = new HttpAnswer
        {
            Status = fault.Status(),
            Fault = fault,
            Text = fault.Status() == 405 ? NotAllowed : Refusal,
            IsLast = true,
        };

    private static RequestFault FaultOf(RequestMethod method) => method switch
    {
        RequestMethod.Get or RequestMethod.Head => RequestFault.None,
        RequestMethod.Unknown => RequestFault.MethodUnknown,
        _ => RequestFault.MethodNotAllowed,
    };

    private void Find(scoped in HttpRequest request, out HttpAnswer answer)
    {
        if (request.Path.SequenceEqual("/connections"u8))
        {
            List(request, out answer);
            return;
        }
        (int status, HttpText text) = request.Path switch
        {
            var path when path.SequenceEqual("/metrics"u8) =>
                (200, new HttpText(Exposition, source.Render(), Fields)),
            var path when path.SequenceEqual("/healthz"u8) => (200, Alive),
            var path when path.SequenceEqual("/readyz"u8) => source.IsReady ? (200, Ready) : (503, NotReady),
            _ => (404, Nothing),
        };
        answer = new HttpAnswer
        {
            Status = status,
            Text = text,
            HasContent = request.Method != RequestMethod.Head,
        };
    }

    private void List(scoped in HttpRequest request, out HttpAnswer answer)
    {
        bool prefersJson = AcceptField.PrefersJson(request.Accept);
        if (ConnectionQuery.TryParse(request.Query, prefersJson, out string fault) is { } query)
        {
            var body = new ConnectionListing(query, pages);
            answer = new HttpAnswer
            {
                Status = 200,
                Text = new HttpText(query.IsJson ? Json : PlainText, default, Fields) { Body = body },
                HasContent = request.Method != RequestMethod.Head,
            };
            return;
        }
        Refuse(RequestFault.BadQuery, request, out answer);
        answer.Text = Refusal with { Content = Encoding.ASCII.GetBytes(fault + "\n") };
        answer.HasContent = request.Method != RequestMethod.Head;
    }

    private static HttpText Plain(ReadOnlySpan<byte> text) => new(PlainText, text.ToArray(), Fields);
}
