using System.Buffers;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>Percent-encoding (RFC 3986 §2.1) of what goes into Location.</summary>
internal static class PercentEncoding
{
    // pchar and slash, RFC 3986 §3.3, without the percent sign.
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create(
        "/-._~!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEF"u8;

    /// <summary>
    /// Writes a decoded path, and returns its length in bytes, which is up to three times the path's.
    /// </summary>
    public static int WritePath(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        int length = 0;
        foreach (byte value in path)
        {
            if (PathBytes.Contains(value))
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
