using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Writes answers as HTTP/1.1 has them (RFC 9112). A whole file is the prefix that all answers of a second
/// share that have the same rules, and one slice of its head and its bytes where they lie side by side.
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
        // for one, with what rules say.
        _scratch = new byte[(3 * options.TargetBytes) + FieldBlock.BytesMax + 2048];
    }

    /// <inheritdoc/>
    public bool TryWrite(in HttpAnswer answer, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        if (answer.Text is { } text)
        {
            return TryWriteText(answer, text, end, unixSeconds, ref output);
        }
        ContentEntry entry = answer.Entry!;
        FieldBlock block = answer.Block ?? FieldBlock.Bare;
        return answer.Status switch
        {
            304 => TrySend(true, block, entry.Http1.NotModified, default, end, unixSeconds, ref output),
            206 => TryWritePart(entry, block, answer.Part, end, unixSeconds, ref output),
            _ => TryWriteWhole(entry, block, answer.HasContent, end, unixSeconds, ref output),
        };
    }

    private bool TryWriteWhole(
        ContentEntry entry,
        FieldBlock block,
        bool hasContent,
        AnswerEnd end,
        long unixSeconds,
        ref StreamOutput output)
    {
        ContentSlice head = entry.Http1.Ok;
        ContentSlice body = entry.Body;
        if (!hasContent || body.Length == 0)
        {
            return TrySend(false, block, head, default, end, unixSeconds, ref output);
        }
        if (!Adjoins(head, body))
        {
            return TrySend(false, block, head, body, end, unixSeconds, ref output);
        }
        ContentSlice both = head with { Length = head.Length + body.Length };
        return TrySend(false, block, both, default, end, unixSeconds, ref output);
    }

    /// <summary>The shared prefix and one or two slices of the content.</summary>
    private bool TrySend(
        bool notModified,
        FieldBlock block,
        in ContentSlice first,
        in ContentSlice second,
        AnswerEnd end,
        long unixSeconds,
        ref StreamOutput output)
    {
        if (_prefixes.TryGet(notModified, block, end, unixSeconds, out ContentSlice prefix))
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
            writer.Write(notModified ? block.NotModified : block.Whole);
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

    /// <summary>
    /// 206 with a single part (RFC 9110 §15.3.7.1): its own length, and the rest of the file's head as it is.
    /// </summary>
    private bool TryWritePart(
        ContentEntry entry,
        FieldBlock block,
        ByteRange range,
        AnswerEnd end,
        long unixSeconds,
        ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, 206, end, unixSeconds);
        writer.Write(block.Whole);
        writer.Write("Content-Range: bytes "u8);
        writer.Write(range.First);
        writer.Write("-"u8);
        writer.Write(range.Last);
        writer.Write("/"u8);
        writer.Write(entry.Body.Length);
        writer.Write("\r\n"u8);
        ResponseHeads.WriteLength(ref writer, range.Length);
        if (!TryWrite(writer.Written, 2, ref output))
        {
            return false;
        }
        ContentSlice head = ResponseHeads.AfterLength(entry.Http1.Ok, entry.Body.Length);
        ContentSlice part = entry.Body.Part(range.First, range.Length);
        if (Adjoins(head, part))
        {
            Queue(head with { Length = head.Length + part.Length }, ref output);
            return true;
        }
        Queue(head, ref output);
        Queue(part, ref output);
        return true;
    }

    private static bool Adjoins(in ContentSlice first, in ContentSlice second) =>
        first.Region == second.Region && first.Offset + first.Length == second.Offset;

    /// <summary>A text, a file that stands for one, or nothing but a head.</summary>
    private bool TryWriteText(
        in HttpAnswer answer, HttpText text, AnswerEnd end, long unixSeconds, ref StreamOutput output)
    {
        var writer = new HeadWriter(_scratch);
        _prefixes.Write(ref writer, answer.Status, end, unixSeconds);
        if (answer.Block is { } block)
        {
            writer.Write(block.Whole);
        }
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
        if ((answer.Page?.MediaType ?? text.MediaType) is { } mediaType)
        {
            writer.Write("Content-Type: "u8);
            writer.Write(mediaType);
            writer.Write("\r\n"u8);
            WriteLength(ref writer, answer.Page, text, end);
        }
        foreach (HttpField field in text.Fields)
        {
            writer.WriteField(field.Name, field.Value);
        }
        writer.Write("\r\n"u8);
        if (answer.Page is { } page)
        {
            return TryWritePage(writer.Written, page, answer.HasContent, ref output);
        }
        if (answer.HasContent && !text.IsPulled)
        {
            writer.Write(text.Content.Span);
        }
        return TryWrite(writer.Written, 0, ref output);
    }

    private bool TryWritePage(
        ReadOnlySpan<byte> head, ContentEntry page, bool hasContent, ref StreamOutput output)
    {
        if (!TryWrite(head, 1, ref output))
        {
            return false;
        }
        if (hasContent && page.Body.Length > 0)
        {
            Queue(page.Body, ref output);
        }
        return true;
    }

    private static void WriteLength(
        ref HeadWriter writer, ContentEntry? page, HttpText text, AnswerEnd end)
    {
        if (page is not null)
        {
            ResponseHeads.WriteLength(ref writer, page.Body.Length);
        }
        else if (text.Body is null)
        {
            ResponseHeads.WriteLength(ref writer, text.Content.Length);
        }
        else if (end != AnswerEnd.CloseEndsContent)
        {
            writer.Write("Transfer-Encoding: chunked\r\n"u8);
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
