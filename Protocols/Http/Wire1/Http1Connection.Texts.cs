using System.Buffers.Text;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>Texts that are too long to go with their head, and those whose length nobody knows.</summary>
internal sealed partial class Http1Connection
{
    // A text goes out in pieces, so that a small pool is no obstacle.
    private const int TextPieceLength = 512;

    // chunk-size CRLF, and CRLF behind the chunk (RFC 9112 §7.1).
    private const int ChunkOverhead = 8 + 2 + 2;

    // What is still to be written of a text, what comes after it, and how long the peer has then to finish.
    private ReadOnlyMemory<byte> _text;
    private Phase _afterText;
    private Duration _patience;

    // What makes the text while it is written, if it is not there; whether it goes out in chunks.
    private IHttpBody? _body;
    private bool _isChunked;

    private void BeginText(
        HttpText text, bool endsContent, Phase next, Duration patience, ref StreamOutput output)
    {
        (_phase, _text, _afterText, _patience) = (Phase.Text, text.Content, next, patience);
        (_body, _isChunked) = (text.Body, !endsContent);
        _body?.Begin(_id);
        WriteText(ref output);
    }

    private void WriteText(ref StreamOutput output)
    {
        if (_body is { } body ? !TryWriteBody(body, ref output) : !TryWriteText(ref output))
        {
            ActAt(output.Now + _options.IdleTimeout, ref output);
            return;
        }
        _text = default;
        _body = null;
        GoOn(_afterText, _patience, ref output);
    }

    private bool TryWriteText(ref StreamOutput output)
    {
        while (!_text.IsEmpty)
        {
            int length = Math.Min(TextPieceLength, _text.Length);
            if (!output.TryWrite(_text.Span[..length]))
            {
                return false;
            }
            _text = _text[length..];
        }
        return true;
    }

    /// <summary>Writes what there is of a body; whether that was all of it.</summary>
    private bool TryWriteBody(IHttpBody body, ref StreamOutput output)
    {
        while (!body.Ready.IsEmpty)
        {
            ReadOnlySpan<byte> piece = body.Ready[..Math.Min(TextPieceLength, body.Ready.Length)];
            if (!(_isChunked ? TryWriteChunk(piece, ref output) : output.TryWrite(piece)))
            {
                return false;
            }
            body.Take(piece.Length);
        }
        return body.IsComplete && (!_isChunked || output.TryWrite("0\r\n\r\n"u8));
    }

    // All or nothing, since a chunk's size is told before its bytes.
    private static bool TryWriteChunk(ReadOnlySpan<byte> piece, ref StreamOutput output)
    {
        Span<byte> chunk = stackalloc byte[TextPieceLength + ChunkOverhead];
        bool fits = Utf8Formatter.TryFormat(piece.Length, chunk, out int length, 'x');
        Invariant.Assert(fits, "a chunk has room for its size");
        "\r\n"u8.CopyTo(chunk[length..]);
        piece.CopyTo(chunk[(length + 2)..]);
        length += 2 + piece.Length;
        "\r\n"u8.CopyTo(chunk[length..]);
        return output.TryWrite(chunk[..(length + 2)]);
    }

    /// <summary>
    /// Whether the connection waits for nothing but more of a body, and the peer has all that there was.
    /// </summary>
    private bool WaitsForBody(in StreamOutput output) =>
        _phase == Phase.Text && _body is { IsComplete: false } body && body.Ready.IsEmpty
        && output.Unacknowledged == 0;
}
