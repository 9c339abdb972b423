using System.Buffers;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>Percent-encoding (RFC 3986 §2.1) of what goes into Location and links.</summary>
internal static class PercentEncoding
{
    // pchar and slash, RFC 3986 §3.3, without the percent sign.
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create(
        "/-._~!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // Of those, what stands for itself in a document too, and in no first segment of a relative reference is
    // the end of a scheme (RFC 3986 §4.2).
    private static readonly SearchValues<byte> SegmentBytes = SearchValues.Create(
        "-._~!$()*+,;=@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEF"u8;

    /// <summary>
    /// Writes a decoded path, and returns its length in bytes, which is up to three times the path's.
    /// </summary>
    public static int WritePath(ReadOnlySpan<byte> path, Span<byte> destination) =>
        Write(path, PathBytes, destination);

    /// <summary>Writes a name as one segment; likewise.</summary>
    public static int WriteSegment(ReadOnlySpan<byte> name, Span<byte> destination) =>
        Write(name, SegmentBytes, destination);

    /// <summary>Most bytes that so many become.</summary>
    public static int LengthMax(int count) => 3 * count;

    private static int Write(ReadOnlySpan<byte> path, SearchValues<byte> plain, Span<byte> destination)
    {
        int length = 0;
        foreach (byte value in path)
        {
            if (plain.Contains(value))
            {
                destination[length++] = value;
                continue;
            }
            destination[length++] = (byte)'%';
            destination[length++] = Digits[value >> 4];
            destination[length++] = Digits[value & 15];
        }
        return length;
    }
}
