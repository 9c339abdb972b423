using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http;

/// <summary>What became of an answer.</summary>
internal enum AnswerResult : byte
{
    /// <summary>It is queued.</summary>
    Queued,

    /// <summary>It has to wait for room in the send queue, or for a frame.</summary>
    NoRoom,

    /// <summary>It has to wait for another generation of the content.</summary>
    Later,
}

/// <summary>
/// Finds the answer to a request and queues it, whole or not at all: false means that it has to wait for
/// room. One per shard; nothing here belongs to a connection.
/// </summary>
internal sealed class HttpAnswers
{
    private readonly HttpOptions _options;
    private readonly IContentSource _content;
    private readonly FramePool _pool;
    private readonly WallClock _clock;
    private readonly HttpCounters _counters;
    private readonly ResponsePrefixes _prefixes;
    private readonly byte[] _path;
    private readonly byte[] _scratch;

    public HttpAnswers(
        HttpOptions options, IContentSource content, FramePool pool, WallClock clock, HttpCounters counters)
    {
        _options = options;
        _content = content;
        _pool = pool;
        _clock = clock;
        _counters = counters;
        _prefixes = new ResponsePrefixes(options, pool);
        _path = new byte[options.TargetBytesMax];
        // The longest answer is a redirect, whose path and query come from the target with up to three bytes
        // for one.
        _scratch = new byte[(3 * options.TargetBytesMax) + 2048];
    }

    /// <summary>
    /// Answers a request whose head is complete. <paramref name="mayWait"/>: it may be asked again when the
    /// content has changed; else a file that changes is a 503.
    /// </summary>
    public AnswerResult Answer(
        in HttpRequest request,
        Ipv4Address peer,
        Persistence persistence,
        bool mayWait,
        ref StreamOutput output)
    {
        ContentEntry? entry = null;
        RequestFault fault = request.Refusal;
        if (fault == RequestFault.None && request.Method != RequestMethod.Options)
        {
            fault = Find(request, out entry);
            if (entry is { MayChange: true } && !_content.IsCurrent(entry, peer, output.Now))
            {
                if (mayWait)
                {
                    return AnswerResult.Later;
                }
                fault = RequestFault.ContentChanging;
            }
        }
        return fault != RequestFault.None ? ResultOf(TryRefuse(fault, request, persistence, ref output))
            : entry is null ? ResultOf(TryAnswerOptions(persistence, ref output))
            : ResultOf(TryAnswer(entry, request, persistence, ref output));
    }

    private RequestFault Find(in HttpRequest request, out ContentEntry? entry)
    {
        entry = null;
        if (CanonicalPath.TryMake(request.Path, _path, out int length) != CanonicalPathResult.Ok)
        {
            return RequestFault.BadPath;
        }
        entry = _content.Current.Find(_path.AsSpan(0, length));
        return entry is null ? RequestFault.NotFound : RequestFault.None;
    }

    private static AnswerResult ResultOf(bool isQueued) =>
        isQueued ? AnswerResult.Queued : AnswerResult.NoRoom;

    private bool TryAnswer(
        ContentEntry entry, in HttpRequest request, Persistence persistence, ref StreamOutput output)
    {
        if (entry.Kind == ContentKind.DirectoryRedirect)
        {
            return TryRedirect(entry, request, persistence, ref output);
        }
        return !request.IsConditional
            ? TryAnswerWhole(entry, request, persistence, ref output)
            : TryAnswerConditional(entry, request, persistence, ref output);
    }

    /// <summary>
    /// Answers a request that is refused, with an error document and what else its status owes.
    /// </summary>
    public bool TryRefuse(
        RequestFault fault, in HttpRequest request, Persistence persistence, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        int status = fault.Status();
        _prefixes.Write(ref writer, status, persistence, _clock.UnixSeconds(output.Now));
        if (status == 405)
        {
            WriteAllow(ref writer);
        }
        else if (status == 503)
        {
            // RFC 9110 §10.2.3: in seconds.
            writer.Write("Retry-After: 1\r\n"u8);
        }
        bool json = AcceptField.PrefersJson(request.Accept);
        ErrorResponses.Write(ref writer, status, json, request.Method != RequestMethod.Head);
        if (!TryWrite(writer.Written, 0, ref output))
        {
            return false;
        }
        _counters.Of(fault)++;
        _counters.CountAnswer(status);
        return true;
    }

    private bool TryAnswerOptions(Persistence persistence, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 204, persistence, _clock.UnixSeconds(output.Now));
        WriteAllow(ref writer);
        writer.Write("\r\n"u8);
        return TryWriteCounted(ref writer, 204, ref output);
    }

    /// <summary>
    /// 308 to the name with the slash. The reference is made from the canonical path, which begins with one
    /// slash, so that no target can make it lead to another host (RFC 3986 §4.2).
    /// </summary>
    private bool TryRedirect(
        ContentEntry entry, in HttpRequest request, Persistence persistence, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 308, persistence, _clock.UnixSeconds(output.Now));
        writer.Write("Location: "u8);
        int length = Encoding.UTF8.GetBytes(entry.Path, _path);
        PercentEncoding.WritePath(ref writer, _path.AsSpan(0, length));
        writer.Write("/"u8);
        writer.Write(request.Query);
        writer.Write("\r\n"u8);
        bool json = AcceptField.PrefersJson(request.Accept);
        ErrorResponses.Write(ref writer, 308, json, request.Method != RequestMethod.Head);
        return TryWriteCounted(ref writer, 308, ref output);
    }

    private bool TryAnswerConditional(
        ContentEntry entry, in HttpRequest request, Persistence persistence, ref StreamOutput output)
    {
        long now = _clock.UnixSeconds(output.Now);
        switch (Preconditions.Evaluate(request, entry, now))
        {
            case PreconditionResult.Failed:
                return TryRefuse(RequestFault.PreconditionFailed, request, persistence, ref output);
            case PreconditionResult.NotModified:
                return TrySend(true, entry.Http1.NotModified, default, persistence, ref output);
        }
        // RFC 9110 §14.2: Range is defined for GET alone.
        if (request.Method == RequestMethod.Get
            && request.HasOnce(FieldName.Range)
            && Preconditions.RangeApplies(request, entry, now))
        {
            switch (RangeRequest.Evaluate(request.Range, entry.Body.Length, out ByteRange range))
            {
                case RangeResult.Part:
                    return TryAnswerPart(entry, range, persistence, now, ref output);
                case RangeResult.NotSatisfiable:
                    return TryRefuseRange(entry, request, persistence, now, ref output);
            }
        }
        return TryAnswerWhole(entry, request, persistence, ref output);
    }

    private bool TryAnswerWhole(
        ContentEntry entry, in HttpRequest request, Persistence persistence, ref StreamOutput output)
    {
        if (request.Method == RequestMethod.Head || entry.Body.Length == 0)
        {
            return TrySend(false, entry.Http1.Ok, default, persistence, ref output);
        }
        ContentSlice fields = entry.Http1.Ok;
        ContentSlice body = entry.Body;
        return fields.Region == body.Region && fields.Offset + fields.Length == body.Offset
            ? TrySend(
                false, fields with { Length = fields.Length + body.Length }, default, persistence, ref output)
            : TrySend(false, fields, body, persistence, ref output);
    }

    /// <summary>The shared prefix and one or two slices of the content.</summary>
    private bool TrySend(
        bool notModified,
        in ContentSlice first,
        in ContentSlice second,
        Persistence persistence,
        ref StreamOutput output)
    {
        long now = _clock.UnixSeconds(output.Now);
        if (_prefixes.TryGet(notModified, persistence, now, out ContentSlice prefix))
        {
            if (output.Room < 3 || !output.TryWriteContent(prefix))
            {
                _counters.WaitsForRoom++;
                return false;
            }
        }
        else
        {
            var writer = new HeadWriter(_scratch);
            _prefixes.Write(ref writer, notModified ? 304 : 200, persistence, now);
            if (!TryWrite(writer.Written, 2, ref output))
            {
                return false;
            }
        }
        Queue(first, ref output);
        if (second.Length > 0)
        {
            Queue(second, ref output);
        }
        _counters.CountAnswer(notModified ? 304 : 200);
        return true;
    }

    /// <summary>206 with a single part (RFC 9110 §15.3.7.1).</summary>
    private bool TryAnswerPart(
        ContentEntry entry, ByteRange range, Persistence persistence, long now, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 206, persistence, now);
        writer.Write("Content-Range: bytes "u8);
        writer.Write(range.First);
        writer.Write("-"u8);
        writer.Write(range.Last);
        writer.Write("/"u8);
        writer.Write(entry.Body.Length);
        writer.Write("\r\n"u8);
        ResponseHeads.WriteRepresentation(
            ref writer, entry.MediaType, entry.EntityTag, entry.ModifiedUnixSeconds, range.Length);
        writer.Write("\r\n"u8);
        if (!TryWrite(writer.Written, 1, ref output))
        {
            return false;
        }
        Queue(entry.Body.Part(range.First, range.Length), ref output);
        _counters.CountAnswer(206);
        return true;
    }

    /// <summary>416 with the current length (RFC 9110 §15.5.17).</summary>
    private bool TryRefuseRange(
        ContentEntry entry,
        in HttpRequest request,
        Persistence persistence,
        long now,
        ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 416, persistence, now);
        writer.Write("Content-Range: bytes */"u8);
        writer.Write(entry.Body.Length);
        writer.Write("\r\n"u8);
        ErrorResponses.Write(ref writer, 416, AcceptField.PrefersJson(request.Accept), withContent: true);
        if (!TryWriteCounted(ref writer, 416, ref output))
        {
            return false;
        }
        _counters.RangeNotSatisfiable++;
        return true;
    }

    /// <summary>RFC 9110 §10.2.1.</summary>
    private static void WriteAllow(ref HeadWriter writer) => writer.Write("Allow: GET, HEAD, OPTIONS\r\n"u8);

    private bool TryWriteCounted(ref HeadWriter writer, int status, ref StreamOutput output)
    {
        if (!TryWrite(writer.Written, 0, ref output))
        {
            return false;
        }
        _counters.CountAnswer(status);
        return true;
    }

    /// <summary>
    /// Writes generated bytes when they and <paramref name="slices"/> more slices have room.
    /// </summary>
    private bool TryWrite(ReadOnlySpan<byte> bytes, int slices, ref StreamOutput output)
    {
        int room = (bytes.Length / _pool.FrameLength) + 2 + slices;
        if (output.Room >= room && output.TryWrite(bytes))
        {
            return true;
        }
        _counters.WaitsForRoom++;
        return false;
    }

    private static void Queue(in ContentSlice slice, ref StreamOutput output)
    {
        bool taken = output.TryWriteContent(slice);
        Invariant.Assert(taken, "a queue with room takes a slice");
    }
}
