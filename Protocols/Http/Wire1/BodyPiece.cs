using System.Buffers.Text;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Memory for a piece of a body and what HTTP/1.1 has around it: one for all connections of a shard, since
/// nothing stays in it between two calls.
/// </summary>
internal sealed class BodyPiece
{
    // Four digits and CRLF before a chunk, and CRLF behind it (RFC 9112 §7.1).
    private const int Before = 6;
    private const int Behind = 2;

    /// <summary>Most bytes of a piece with what is around it.</summary>
    public const int Length = Before + IHttpBody.PieceLength + Behind;

    private readonly byte[] _bytes = new byte[Length];

    /// <summary>The next piece of a body, as a chunk or as it is; empty when there is none.</summary>
    public ReadOnlySpan<byte> Fill(IHttpBody body, bool isChunk)
    {
        int count = body.Fill(_bytes.AsSpan(Before, IHttpBody.PieceLength));
        if (count == 0 || !isChunk)
        {
            return _bytes.AsSpan(Before, count);
        }
        Span<byte> size = stackalloc byte[Before];
        bool fits = Utf8Formatter.TryFormat(count, size, out int digits, 'x');
        Invariant.Assert(fits && digits <= Before - 2, "a chunk has room for its size");
        int start = Before - 2 - digits;
        size[..digits].CopyTo(_bytes.AsSpan(start));
        "\r\n"u8.CopyTo(_bytes.AsSpan(Before - 2));
        "\r\n"u8.CopyTo(_bytes.AsSpan(Before + count));
        return _bytes.AsSpan(start, Before - start + count + Behind);
    }
}
