using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>Answers with the files of the content.</summary>
internal sealed class ContentHandler : IHttpHandler
{
    private static readonly HttpField Allow = new("Allow", "GET, HEAD, OPTIONS");

    // RFC 9110 §10.2.1.
    private static readonly HttpField[] OptionsFields = [Allow];

    private static readonly HttpField[] DocumentFields =
        [new("Vary", "Accept"), new("X-Content-Type-Options", "nosniff")];

    private static readonly HttpField[] NotAllowedFields = [Allow, .. DocumentFields];

    // RFC 9110 §10.2.3: in seconds.
    private static readonly HttpField[] UnavailableFields = [new("Retry-After", "1"), .. DocumentFields];

    private readonly IContentSource _content;
    private readonly byte[] _path;
    private readonly byte[] _location;

    /// <summary>Creates the handler of one shard.</summary>
    /// <param name="options">The longest target that it is given.</param>
    /// <param name="content">The shard's view of the content.</param>
    public ContentHandler(HttpOptions options, IContentSource content)
    {
        _content = content;
        _path = new byte[options.TargetBytesMax];
        // Up to three bytes for one of the path, a slash, and the query as it came.
        _location = new byte[(3 * options.TargetBytesMax) + 1];
    }

    /// <inheritdoc/>
    public HttpDecision Decide(scoped in HttpRequest request, Instant now, long unixSeconds)
    {
        RequestFault fault = request.Refusal;
        if (fault == RequestFault.None)
        {
            fault = FaultOf(request.Method);
        }
        if (fault != RequestFault.None)
        {
            return HttpDecision.Of(Refuse(fault, request));
        }
        if (request.Method == RequestMethod.Options)
        {
            return HttpDecision.Of(new HttpAnswer { Status = 204, Fields = OptionsFields });
        }
        if (CanonicalPath.TryMake(request.Path, _path, out int length) != CanonicalPathResult.Ok)
        {
            return HttpDecision.Of(Refuse(RequestFault.BadPath, request));
        }
        ContentGeneration generation = _content.Current;
        if (generation.Find(_path.AsSpan(0, length)) is not { } entry)
        {
            return HttpDecision.Of(Refuse(RequestFault.NotFound, request));
        }
        // The next generation tells what has become of a file that is not what its entry says.
        return entry.MayChange && !_content.IsCurrent(entry, request.Peer, now)
            ? HttpDecision.Later(generation.Number)
            : HttpDecision.Of(entry.Kind == ContentKind.DirectoryRedirect ? Redirect(request, length)
                : request.IsConditional ? Conditional(entry, request, unixSeconds)
                : Whole(entry, request));
    }

    /// <inheritdoc/>
    public HttpAnswer Refuse(RequestFault fault, scoped in HttpRequest request) =>
        Document(fault.Status(), fault, request);

    private static RequestFault FaultOf(RequestMethod method) => method switch
    {
        RequestMethod.Get or RequestMethod.Head or RequestMethod.Options => RequestFault.None,
        RequestMethod.Unknown => RequestFault.MethodUnknown,
        _ => RequestFault.MethodNotAllowed,
    };

    /// <summary>
    /// 308 to the name with the slash. The reference is made from the canonical path, which begins with one
    /// slash, so that no target can make it lead to another host (RFC 3986 §4.2).
    /// </summary>
    private HttpAnswer Redirect(scoped in HttpRequest request, int pathLength)
    {
        int length = PercentEncoding.WritePath(_path.AsSpan(0, pathLength), _location);
        _location[length++] = (byte)'/';
        request.Query.CopyTo(_location.AsSpan(length));
        length += request.Query.Length;
        return Document(308, RequestFault.None, request, _location.AsSpan(0, length));
    }

    private static HttpAnswer Conditional(ContentEntry entry, scoped in HttpRequest request, long unixSeconds)
    {
        switch (Preconditions.Evaluate(request, entry, unixSeconds))
        {
            case PreconditionResult.Failed:
                return Document(412, RequestFault.PreconditionFailed, request);
            case PreconditionResult.NotModified:
                return new HttpAnswer { Status = 304, Entry = entry };
        }
        // RFC 9110 §14.2: Range is defined for GET alone.
        if (request.Method == RequestMethod.Get
            && request.HasOnce(FieldName.Range)
            && Preconditions.RangeApplies(request, entry, unixSeconds))
        {
            switch (RangeRequest.Evaluate(request.Range, entry.Body.Length, out ByteRange range))
            {
                case RangeResult.Part:
                    return new HttpAnswer { Status = 206, Entry = entry, Part = range, HasContent = true };
                case RangeResult.NotSatisfiable:
                    return Document(416, RequestFault.RangeNotSatisfiable, request, entry: entry);
            }
        }
        return Whole(entry, request);
    }

    private static HttpAnswer Whole(ContentEntry entry, scoped in HttpRequest request) =>
        new() { Status = 200, Entry = entry, HasContent = request.Method != RequestMethod.Head };

    /// <summary>What is no file: the document of a status code, as Accept asks for it.</summary>
    private static HttpAnswer Document(
        int status,
        RequestFault fault,
        scoped in HttpRequest request,
        ReadOnlySpan<byte> location = default,
        ContentEntry? entry = null)
    {
        bool json = AcceptField.PrefersJson(request.Accept);
        return new HttpAnswer
        {
            Status = status,
            Fault = fault,
            Entry = entry,
            Location = location,
            MediaType = json ? ErrorDocuments.Json : ErrorDocuments.Html,
            Text = ErrorDocuments.Of(status, json),
            Fields = status switch
            {
                405 => NotAllowedFields,
                503 => UnavailableFields,
                _ => DocumentFields,
            },
            HasContent = request.Method != RequestMethod.Head,
        };
    }
}
