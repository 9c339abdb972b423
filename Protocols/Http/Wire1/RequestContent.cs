using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>How far the content of a request has come.</summary>
internal enum ContentProgress : byte
{
    /// <summary>More bytes belong to it.</summary>
    NeedsMore,

    /// <summary>The next byte is the next request's.</summary>
    Done,

    /// <summary>The chunk framing is broken.</summary>
    Malformed,

    /// <summary>It is longer than what is read and dropped.</summary>
    TooLarge,
}

/// <summary>
/// Passes over the content of a request (RFC 9112 §6, §7.1), in pieces of any size, to find what comes after
/// it.
/// </summary>
internal struct RequestContent
{
    private enum State : byte
    {
        Data,
        SizeStart,
        Size,
        SizeWhitespace,
        NameStart,
        Name,
        NameWhitespace,
        ValueStart,
        Value,
        Quoted,
        QuotedPair,
        AfterQuoted,
        ValueWhitespace,
        SizeLineFeed,
        DataCarriageReturn,
        DataLineFeed,
        TrailerStart,
        TrailerName,
        Trailer,
        TrailerLineFeed,
        EndLineFeed,
        Done,
    }

    private State _state;
    private bool _isChunked;
    private byte _digits;
    private long _remaining;
    private long _allowed;

    /// <summary>Whether the next byte is the next request's.</summary>
    public readonly bool IsDone => _state == State.Done;

    /// <summary>Begins content of known length in bytes.</summary>
    public static RequestContent OfLength(long length) =>
        new() { _state = length == 0 ? State.Done : State.Data, _remaining = length, _allowed = length };

    /// <summary>
    /// Begins chunked content of up to <paramref name="bytesMax"/> bytes, framing included.
    /// </summary>
    public static RequestContent Chunked(long bytesMax) =>
        new() { _state = State.SizeStart, _isChunked = true, _allowed = bytesMax };

    /// <summary>Passes over what belongs to the content at the start of <paramref name="bytes"/>.</summary>
    public ContentProgress Advance(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (_state != State.Done && used < bytes.Length)
        {
            if (_allowed == 0)
            {
                return ContentProgress.TooLarge;
            }
            int step = 1;
            if (_state == State.Data)
            {
                step = (int)Math.Min(Math.Min(_remaining, _allowed), bytes.Length - used);
                _remaining -= step;
                if (_remaining == 0)
                {
                    _state = _isChunked ? State.DataCarriageReturn : State.Done;
                }
            }
            else
            {
                ContentProgress progress = Frame(bytes[used]);
                if (progress != ContentProgress.NeedsMore)
                {
                    return progress;
                }
            }
            used += step;
            _allowed -= step;
        }
        return _state == State.Done ? ContentProgress.Done : ContentProgress.NeedsMore;
    }

    /// <summary>One byte of the chunk framing.</summary>
    private ContentProgress Frame(byte value)
    {
        switch (_state)
        {
            case State.SizeStart:
                _remaining = 0;
                _digits = 0;
                return SizeDigit(value) ? Enter(State.Size) : ContentProgress.Malformed;
            case State.Size:
                return SizeDigit(value)
                    ? ContentProgress.NeedsMore
                    : AfterPart(value, State.SizeWhitespace);
            case State.SizeLineFeed:
                return _remaining > _allowed
                    ? ContentProgress.TooLarge
                    : Expect(value, '\n', _remaining == 0 ? State.TrailerStart : State.Data);
            case State.DataCarriageReturn:
                return Expect(value, '\r', State.DataLineFeed);
            case State.DataLineFeed:
                return Expect(value, '\n', State.SizeStart);
            case State.TrailerStart:
                // A trailer line (RFC 9112 §7.1.2) begins with its field's name, never with whitespace.
                return value == '\r' ? Enter(State.EndLineFeed) : Token(value, State.TrailerName);
            case State.TrailerName:
                return value == ':' ? Enter(State.Trailer) : Token(value, State.TrailerName);
            case State.Trailer:
                return value == '\r' ? Enter(State.TrailerLineFeed) : InLine(value, State.Trailer);
            case State.TrailerLineFeed:
                return Expect(value, '\n', State.TrailerStart);
            case State.EndLineFeed:
                return Expect(value, '\n', State.Done);
            default:
                return Extension(value);
        }
    }

    /// <summary>
    /// One byte of chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), RFC 9112
    /// §7.1.1. Extensions mean nothing here, but where two readers differ about their grammar they differ
    /// about where the chunk begins.
    /// </summary>
    private ContentProgress Extension(byte value)
    {
        bool isWhitespace = value is (byte)' ' or (byte)'\t';
        switch (_state)
        {
            case State.SizeWhitespace or State.ValueWhitespace:
                // No whitespace stands before CRLF: only before an extension.
                return isWhitespace ? ContentProgress.NeedsMore : Expect(value, ';', State.NameStart);
            case State.NameStart:
                return isWhitespace ? ContentProgress.NeedsMore : Token(value, State.Name);
            case State.Name:
                return value == '=' ? Enter(State.ValueStart)
                    : IsToken(value) ? ContentProgress.NeedsMore
                    : AfterPart(value, State.NameWhitespace);
            case State.NameWhitespace:
                return isWhitespace ? ContentProgress.NeedsMore
                    : value == '=' ? Enter(State.ValueStart)
                    : Expect(value, ';', State.NameStart);
            case State.ValueStart:
                return isWhitespace ? ContentProgress.NeedsMore
                    : value == '"' ? Enter(State.Quoted)
                    : Token(value, State.Value);
            case State.Value:
                return IsToken(value) ? ContentProgress.NeedsMore : AfterPart(value, State.ValueWhitespace);
            case State.Quoted:
                return value == '"' ? Enter(State.AfterQuoted)
                    : InLine(value, value == '\\' ? State.QuotedPair : State.Quoted);
            case State.QuotedPair:
                return InLine(value, State.Quoted);
            default:
                return AfterPart(value, State.ValueWhitespace);
        }
    }

    private ContentProgress Enter(State state)
    {
        _state = state;
        return ContentProgress.NeedsMore;
    }

    private ContentProgress Expect(byte value, char expected, State next) =>
        value == expected ? Enter(next) : ContentProgress.Malformed;

    /// <summary>chunk-size = 1*HEXDIG; 15 digits and their zeros are more than any limit here.</summary>
    private bool SizeDigit(byte value)
    {
        if (!char.IsAsciiHexDigit((char)value) || _digits == 15)
        {
            return false;
        }
        _digits++;
        _remaining = (_remaining << 4) | (uint)(value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10);
        return true;
    }

    /// <summary>What may follow a size, an extension's name or its value.</summary>
    private ContentProgress AfterPart(byte value, State whitespace) => value switch
    {
        (byte)'\r' => Enter(State.SizeLineFeed),
        (byte)';' => Enter(State.NameStart),
        (byte)' ' or (byte)'\t' => Enter(whitespace),
        _ => ContentProgress.Malformed,
    };

    private static bool IsToken(byte value) => FieldSyntax.TokenBytes.Contains(value);

    private ContentProgress Token(byte value, State next) =>
        IsToken(value) ? Enter(next) : ContentProgress.Malformed;

    private ContentProgress InLine(byte value, State next) =>
        value is (< (byte)' ' and not (byte)'\t') or 0x7F ? ContentProgress.Malformed : Enter(next);
}
