using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// Answers with metrics and health: <c>/metrics</c>, <c>/healthz</c> (the shard answers) and <c>/readyz</c>
/// (and serves content). Whatever is wrong with a request ends the connection after its answer.
/// </summary>
internal sealed class MetricsHandler(IMetricsSource source) : IHttpHandler
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string Exposition = "text/plain; version=0.0.4; charset=utf-8";

    // What is told is of this moment.
    private static readonly HttpField[] Fields = [new("Cache-Control", "no-store")];

    private static readonly HttpField[] NotAllowedFields = [.. Fields, new("Allow", "GET, HEAD")];

    private static readonly byte[] Alive = [.. "ok\n"u8];
    private static readonly byte[] Ready = [.. "ready\n"u8];
    private static readonly byte[] NotReady = [.. "not ready\n"u8];
    private static readonly byte[] Nothing = [.. "/metrics, /healthz and /readyz are here\n"u8];

    /// <inheritdoc/>
    public HttpDecision Decide(scoped in HttpRequest request, Instant now, long unixSeconds)
    {
        RequestFault fault = request.Refusal;
        if (fault == RequestFault.None)
        {
            fault = FaultOf(request.Method);
        }
        return HttpDecision.Of(fault == RequestFault.None ? Find(request) : Refuse(fault, request));
    }

    /// <inheritdoc/>
    public HttpAnswer Refuse(RequestFault fault, scoped in HttpRequest request) => new()
    {
        Status = fault.Status(),
        Fault = fault,
        MediaType = PlainText,
        Fields = fault.Status() == 405 ? NotAllowedFields : Fields,
        IsLast = true,
    };

    private static RequestFault FaultOf(RequestMethod method) => method switch
    {
        RequestMethod.Get or RequestMethod.Head => RequestFault.None,
        RequestMethod.Unknown => RequestFault.MethodUnknown,
        _ => RequestFault.MethodNotAllowed,
    };

    private HttpAnswer Find(scoped in HttpRequest request) => request.Path switch
    {
        var path when path.SequenceEqual("/metrics"u8) => Text(200, source.Render(), request, Exposition),
        var path when path.SequenceEqual("/healthz"u8) => Text(200, Alive, request),
        var path when path.SequenceEqual("/readyz"u8) =>
            source.IsReady ? Text(200, Ready, request) : Text(503, NotReady, request),
        _ => Text(404, Nothing, request),
    };

    private static HttpAnswer Text(
        int status,
        ReadOnlyMemory<byte> text,
        scoped in HttpRequest request,
        string mediaType = PlainText) => new()
        {
            Status = status,
            MediaType = mediaType,
            Text = text,
            Fields = Fields,
            HasContent = request.Method != RequestMethod.Head,
        };
}
