using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Writes answers as HTTP/1.1 has them (RFC 9112). A whole file is the prefix that all answers of a second
/// share, and one slice of its head and its bytes where they lie side by side.
/// </summary>
internal sealed class Http1Writer : IHttpWire
{
    private readonly FramePool _pool;
    private readonly ResponsePrefixes _prefixes;
    private readonly byte[] _scratch;

    /// <summary>Creates the writer of a shard.</summary>
    /// <param name="options">The server's name, and the longest target.</param>
    /// <param name="pool">The shard's frames; one of them holds what the answers of a second share.</param>
    public Http1Writer(HttpOptions options, FramePool pool)
    {
        _pool = pool;
        _prefixes = new ResponsePrefixes(options, pool);
        // The longest answer is a redirect, whose path and query come from the target with up to three bytes
        // for one.
        _scratch = new byte[(3 * options.TargetBytes) + 2048];
    }

    /// <inheritdoc/>
    public bool TryWrite(in HttpAnswer answer, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        if (answer.Text is { } text)
        {
            return TryWriteText(answer, text, end, unixSeconds, ref output);
        }
        ContentEntry entry = answer.Entry!;
        return answer.Status switch
        {
            304 => TrySend(true, entry.Http1.NotModified, default, end, unixSeconds, ref output),
            206 => TryWritePart(entry, answer.Part, end, unixSeconds, ref output),
            _ => TryWriteWhole(entry, answer.HasContent, end, unixSeconds, ref output),
        };
    }

    private bool TryWriteWhole(
        ContentEntry entry, bool hasContent, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        ContentSlice head = entry.Http1.Ok;
        ContentSlice body = entry.Body;
        if (!hasContent || body.Length == 0)
        {
            return TrySend(false, head, default, end, unixSeconds, ref output);
        }
        if (head.Region != body.Region || head.Offset + head.Length != body.Offset)
        {
            return TrySend(false, head, body, end, unixSeconds, ref output);
        }
        ContentSlice both = head with { Length = head.Length + body.Length };
        return TrySend(false, both, default, end, unixSeconds, ref output);
    }

    /// <summary>The shared prefix and one or two slices of the content.</summary>
    private bool TrySend(
        bool notModified,
        in ContentSlice first,
        in ContentSlice second,
        AnswerEnd end,
        long unixSeconds,
        ref StreamOutput output)
    {
        if (_prefixes.TryGet(notModified, end, unixSeconds, out ContentSlice prefix))
        {
            if (output.Room < 3 || !output.TryWriteContent(prefix))
            {
                return false;
            }
        }
        else
        {
            var writer = new HeadWriter(_scratch);
            _prefixes.Write(ref writer, notModified ? 304 : 200, end, unixSeconds);
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
        return true;
    }

    /// <summary>206 with a single part (RFC 9110 §15.3.7.1).</summary>
    private bool TryWritePart(
        ContentEntry entry, ByteRange range, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 206, end, unixSeconds);
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
        return true;
    }

    /// <summary>A text, or nothing but a head.</summary>
    private bool TryWriteText(
        in HttpAnswer answer, HttpText text, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, answer.Status, end, unixSeconds);
        if (!answer.Location.IsEmpty)
        {
            writer.Write("Location: "u8);
            writer.Write(answer.Location);
            writer.Write("\r\n"u8);
        }
        if (answer.Entry is { } entry)
        {
            // RFC 9110 §15.5.17: a 416 tells the length that there is.
            writer.Write("Content-Range: bytes */"u8);
            writer.Write(entry.Body.Length);
            writer.Write("\r\n"u8);
        }
        if (text.MediaType is { } mediaType)
        {
            writer.Write("Content-Type: "u8);
            writer.Write(mediaType);
            WriteLength(ref writer, text, end);
            writer.Write("\r\n"u8);
        }
        foreach (HttpField field in text.Fields)
        {
            writer.WriteField(field.Name, field.Value);
        }
        writer.Write("\r\n"u8);
        if (answer.HasContent && !text.IsPulled)
        {
            writer.Write(text.Content.Span);
        }
        return TryWrite(writer.Written, 0, ref output);
    }

    private static void WriteLength(ref HeadWriter writer, HttpText text, AnswerEnd end)
    {
        if (text.Body is null)
        {
            writer.Write("\r\nContent-Length: "u8);
            writer.Write(text.Content.Length);
        }
        else if (end != AnswerEnd.CloseEndsContent)
        {
            writer.Write("\r\nTransfer-Encoding: chunked"u8);
        }
    }

    /// <summary>
    /// Writes generated bytes when they and <paramref name="slices"/> more slices have room.
    /// </summary>
    private bool TryWrite(ReadOnlySpan<byte> bytes, int slices, ref StreamOutput output)
    {
        int room = (bytes.Length / _pool.FrameLength) + 2 + slices;
        return output.Room >= room && output.TryWrite(bytes);
    }

    private static void Queue(in ContentSlice slice, ref StreamOutput output)
    {
        bool taken = output.TryWriteContent(slice);
        Invariant.Assert(taken, "a queue with room takes a slice");
    }
}
