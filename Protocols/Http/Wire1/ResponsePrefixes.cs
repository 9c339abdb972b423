using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// What answers of one second have in common: status line, Server, Date, Connection. Rendered once a second
/// into a pool frame, and queued by reference.
/// </summary>
internal sealed class ResponsePrefixes
{
    // Status line 30, Server 10 + name, Date 37, Connection 24.
    private const int LengthMax = 128 + HttpOptions.ServerNameLengthMax;

    private const int EndCount = 3;

    private readonly FramePool _pool;
    private readonly HttpOptions _options;
    private readonly ContentSlice[] _slices = new ContentSlice[2 * EndCount];
    private long _second = long.MinValue;
    private int _frame = -1;
    private int _frameUsed;

    public ResponsePrefixes(HttpOptions options, FramePool pool)
    {
        _options = options;
        _pool = pool;
    }

    /// <summary>
    /// The prefix of a 200 or 304 of a second (since 1970), as a slice to queue; false when no frame is free:
    /// write it instead.
    /// </summary>
    public bool TryGet(bool notModified, AnswerEnd end, long second, out ContentSlice slice)
    {
        if (second != _second)
        {
            Forget(second);
        }
        int index = (notModified ? EndCount : 0) + (int)end;
        slice = _slices[index];
        return slice.Length > 0 || TryRender(index, notModified ? 304 : 200, end, out slice);
    }

    /// <summary>Writes the prefix of any answer.</summary>
    public void Write(ref HeadWriter writer, int status, AnswerEnd end, long second)
    {
        writer.Write("HTTP/1.1 "u8);
        writer.Write(status);
        writer.Write(" "u8);
        writer.Write(StatusCodes.Phrase(status));
        if (_options.ServerName.Length > 0)
        {
            writer.Write("\r\nServer: "u8);
            writer.Write(_options.ServerName);
        }
        writer.Write("\r\nDate: "u8);
        writer.WriteDate(second);
        writer.Write(end switch
        {
            AnswerEnd.Close or AnswerEnd.CloseEndsContent => "\r\nConnection: close\r\n"u8,
            AnswerEnd.KeepAlive => "\r\nConnection: keep-alive\r\n"u8,
            _ => "\r\n"u8,
        });
    }

    private void Forget(long second)
    {
        // Those that have queued slices of the frame hold it until they are acknowledged.
        if (_frame >= 0)
        {
            _pool.Release(_frame);
        }
        _frame = -1;
        _frameUsed = 0;
        _second = second;
        Array.Clear(_slices);
    }

    private bool TryRender(int index, int status, AnswerEnd end, out ContentSlice slice)
    {
        slice = default;
        if (_frame < 0 && !_pool.TryRent(out _frame))
        {
            return false;
        }
        Span<byte> free = _pool.Bytes(_frame)[_frameUsed..];
        Span<byte> buffer = stackalloc byte[LengthMax];
        var writer = new HeadWriter(buffer);
        Write(ref writer, status, end, _second);
        if (!writer.Written.TryCopyTo(free))
        {
            return false;
        }
        slice = _pool.Slice(_frame, _frameUsed, writer.Length);
        _frameUsed += writer.Length;
        _slices[index] = slice;
        return true;
    }
}
