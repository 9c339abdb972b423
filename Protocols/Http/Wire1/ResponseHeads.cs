using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Renders, at load, the part of a response head that depends on the file alone. In front of it come the
/// status line, Date, Connection and what rules say (one shared slice a second). Content-Length is its first
/// line, so that a part of the file has a length of its own and the rest as it is.
/// </summary>
public static class ResponseHeads
{
    /// <summary>Most bytes of a rendered head.</summary>
    public const int LengthMax = 1024;

    /// <summary>
    /// Writes the fields of a 200 after the shared prefix, with the empty line, and returns their length in
    /// bytes.
    /// </summary>
    /// <param name="entityTag">ETag with its quotes, and W/ before them when it is weak; empty for
    /// none.</param>
    /// <param name="modifiedUnixSeconds">Last-Modified in seconds since 1970; what is no date (<see
    /// cref="HttpDate.IsDate"/>) is not told.</param>
    /// <param name="length">Length of the content in bytes.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes; what does not fit throws, for it is
    /// our own.</param>
    public static int WriteOk(
        ReadOnlySpan<byte> entityTag, long modifiedUnixSeconds, long length, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        WriteLength(ref writer, length);
        if (HttpDate.IsDate(modifiedUnixSeconds))
        {
            writer.Write("Last-Modified: "u8);
            writer.WriteDate(modifiedUnixSeconds);
            writer.Write("\r\n"u8);
        }
        if (!entityTag.IsEmpty)
        {
            writer.Write("ETag: "u8);
            writer.Write(entityTag);
            writer.Write("\r\n"u8);
        }
        // Of what has a weak tag no part is sent (RFC 9110 §14.3: none says so).
        bool isWeak = entityTag is [(byte)'W', ..];
        writer.Write(isWeak ? "Accept-Ranges: none\r\n\r\n"u8 : "Accept-Ranges: bytes\r\n\r\n"u8);
        return writer.Length;
    }

    /// <summary>
    /// The same for a 304. RFC 9110 §15.4.5: ETag is owed; further metadata only guides the update of a cache
    /// that has no ETag to go by, so that Last-Modified stands only where there is none. A 304 has no
    /// content, and no Content-Length here.
    /// </summary>
    public static int WriteNotModified(
        ReadOnlySpan<byte> entityTag, long modifiedUnixSeconds, Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        if (!entityTag.IsEmpty)
        {
            writer.Write("ETag: "u8);
            writer.Write(entityTag);
            writer.Write("\r\n"u8);
        }
        else if (HttpDate.IsDate(modifiedUnixSeconds))
        {
            writer.Write("Last-Modified: "u8);
            writer.WriteDate(modifiedUnixSeconds);
            writer.Write("\r\n"u8);
        }
        writer.Write("\r\n"u8);
        return writer.Length;
    }

    /// <summary>Writes the first line of the head of a 200, or what stands in its place.</summary>
    internal static void WriteLength(ref HeadWriter writer, long length)
    {
        writer.Write("Content-Length: "u8);
        writer.Write(length);
        writer.Write("\r\n"u8);
    }

    /// <summary>The head of a 200 without its first line, which tells <paramref name="length"/>.</summary>
    internal static ContentSlice AfterLength(in ContentSlice head, long length)
    {
        int first = "Content-Length: \r\n".Length + 1;
        for (long rest = length / 10; rest > 0; rest /= 10)
        {
            first++;
        }
        return head.Part(first, head.Length - first);
    }
}
