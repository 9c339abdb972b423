using System.Buffers;
using Straightwire.Protocols.Http.Wire1;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>Percent-encoding (RFC 3986 §2.1) of what goes into Location.</summary>
internal static class PercentEncoding
{
    // pchar and slash, RFC 3986 §3.3, without the percent sign.
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create(
        "/-._~!$&'()*+,;=:@0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Writes a decoded path.</summary>
    public static void WritePath(ref HeadWriter writer, ReadOnlySpan<byte> path)
    {
        foreach (byte value in path)
        {
            Write(ref writer, value, PathBytes.Contains(value));
        }
    }

    private static void Write(ref HeadWriter writer, byte value, bool plain)
    {
        const string Digits = "0123456789ABCDEF";
        if (plain)
        {
            writer.Write([value]);
        }
        else
        {
            writer.Write([(byte)'%', (byte)Digits[value >> 4], (byte)Digits[value & 15]]);
        }
    }
}
