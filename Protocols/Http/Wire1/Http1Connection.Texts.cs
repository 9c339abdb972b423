using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>Texts that are too long to go with their head, and those whose length nobody knows.</summary>
internal sealed partial class Http1Connection
{
    // A text goes out in pieces, so that a small pool is no obstacle.
    private const int TextPieceLength = 512;

    // Of a body no more is queued than keeps a path busy, since nobody else has its frames meanwhile.
    private const int BodyAheadMax = 65_536;

    // What is still to be written of a text, what comes after it, and how long the peer has then to finish.
    private ReadOnlyMemory<byte> _text;
    private Phase _afterText;
    private Duration _patience;

    // What makes the text while it is written, if it is not there; whether it goes out in chunks.
    private IHttpBody? _body;
    private bool _isChunked;

    // Whether more of the body is waited for, and not for room.
    private bool _isBodyAwaited;

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
        _isBodyAwaited = false;
        while (!body.IsComplete)
        {
            if (output.Unacknowledged > BodyAheadMax - BodyPiece.Length)
            {
                output.WaitForAcknowledgement();
                return false;
            }
            ReadOnlySpan<byte> piece = server.Piece.Fill(body, _isChunked);
            if (piece.IsEmpty)
            {
                _isBodyAwaited = !body.IsComplete;
                break;
            }
            if (!output.TryWrite(piece))
            {
                body.SetBack();
                return false;
            }
        }
        return !_isBodyAwaited && (!_isChunked || output.TryWrite("0\r\n\r\n"u8));
    }

    /// <summary>
    /// Whether the connection waits for nothing but more of a body, and the peer has all that there was.
    /// </summary>
    private bool WaitsForBody(in StreamOutput output) =>
        _phase == Phase.Text && _body is not null && _isBodyAwaited && output.Unacknowledged == 0;
}
