using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// What answers of one second have in common: status line, Server, Date, Connection, and what rules say of
/// the file. Rendered once a second into pool frames, and queued by reference.
/// </summary>
internal sealed class ResponsePrefixes
{
    /// <summary>Frames that are held for one second at most; what finds no place is written anew.</summary>
    public const int FrameMax = 8;

    // Status line 30, Server 10 + name, Date 37, Connection 24.
    private const int LengthMax = 128 + HttpOptions.ServerNameLengthMax;

    private const int EndCount = 3;
    private const int PlaceSize = 2 * EndCount;

    // Blocks that have a place in one second.
    private const int PlaceCount = 64;

    private readonly FramePool _pool;
    private readonly HttpOptions _options;
    private readonly ContentSlice[] _slices = new ContentSlice[PlaceCount * PlaceSize];
    private readonly FieldBlock?[] _blocks = new FieldBlock?[PlaceCount];
    private readonly int[] _frames = new int[FrameMax];
    private readonly byte[] _scratch = new byte[LengthMax + FieldBlock.BytesMax];
    private long _second = long.MinValue;
    private int _frameCount;
    private int _frameUsed;

    public ResponsePrefixes(HttpOptions options, FramePool pool)
    {
        _options = options;
        _pool = pool;
    }

    /// <summary>
    /// The prefix of a 200 or 304 of a second (since 1970), as a slice to queue; false when there is no place
    /// or no frame for it: write it instead.
    /// </summary>
    public bool TryGet(
        bool notModified, FieldBlock block, AnswerEnd end, long second, out ContentSlice slice)
    {
        if (second != _second)
        {
            Forget(second);
        }
        int place = block.Number & (PlaceCount - 1);
        if (!ReferenceEquals(_blocks[place], block))
        {
            if (_blocks[place] is not null)
            {
                slice = default;
                return false;
            }
            _blocks[place] = block;
        }
        int index = (place * PlaceSize) + (notModified ? EndCount : 0) + (int)end;
        slice = _slices[index];
        return slice.Length > 0 || TryRender(index, notModified, block, end, out slice);
    }

    /// <summary>Writes the prefix of any answer, without what rules say.</summary>
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
        // Those that have queued slices of the frames hold them until they are acknowledged.
        for (int i = 0; i < _frameCount; i++)
        {
            _pool.Release(_frames[i]);
        }
        _frameCount = 0;
        _second = second;
        Array.Clear(_slices);
        Array.Clear(_blocks);
    }

    private bool TryRender(
        int index, bool notModified, FieldBlock block, AnswerEnd end, out ContentSlice slice)
    {
        slice = default;
        var writer = new HeadWriter(_scratch);
        Write(ref writer, notModified ? 304 : 200, end, _second);
        writer.Write(notModified ? block.NotModified : block.Whole);
        if (!TryReserve(writer.Length, out int frame))
        {
            return false;
        }
        writer.Written.CopyTo(_pool.Bytes(frame)[_frameUsed..]);
        slice = _pool.Slice(frame, _frameUsed, writer.Length);
        _frameUsed += writer.Length;
        _slices[index] = slice;
        return true;
    }

    private bool TryReserve(int length, out int frame)
    {
        frame = _frameCount > 0 ? _frames[_frameCount - 1] : -1;
        if (frame >= 0 && _pool.Bytes(frame).Length - _frameUsed >= length)
        {
            return true;
        }
        if (length > _pool.FrameLength || _frameCount == FrameMax || !_pool.TryRent(out frame))
        {
            return false;
        }
        _frames[_frameCount++] = frame;
        _frameUsed = 0;
        return true;
    }
}
