using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Renders, at load, the part of a response head that depends on the file alone. The session puts the status
/// line, Date and Connection in front (one shared slice a second).
/// </summary>
public static class ResponseHeads
{
    /// <summary>Most bytes of a rendered head.</summary>
    public const int LengthMax = 1024;

    /// <summary>
    /// Writes the fields of a 200 after the shared prefix, with the empty line, and returns their length in
    /// bytes.
    /// </summary>
    /// <param name="mediaType">What stands in Content-Type, ASCII.</param>
    /// <param name="entityTag">ETag with its quotes, and W/ before them when it is weak; empty for
    /// none.</param>
    /// <param name="modifiedUnixSeconds">Last-Modified in seconds since 1970; what is no date (<see
    /// cref="HttpDate.IsDate"/>) is not told.</param>
    /// <param name="length">Length of the content in bytes.</param>
    /// <param name="destination">At least <see cref="LengthMax"/> bytes; what does not fit throws, for it is
    /// our own.</param>
    public static int WriteOk(
        string mediaType,
        ReadOnlySpan<byte> entityTag,
        long modifiedUnixSeconds,
        long length,
        Span<byte> destination)
    {
        var writer = new HeadWriter(destination);
        WriteRepresentation(ref writer, mediaType, entityTag, modifiedUnixSeconds, length);
        writer.Write("\r\n"u8);
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

    /// <summary>The fields of a 200 or 206 that describe the file, without the empty line.</summary>
    internal static void WriteRepresentation(
        ref HeadWriter writer,
        string mediaType,
        ReadOnlySpan<byte> entityTag,
        long modifiedUnixSeconds,
        long length)
    {
        writer.Write("Content-Type: "u8);
        writer.Write(mediaType);
        writer.Write("\r\nContent-Length: "u8);
        writer.Write(length);
        if (HttpDate.IsDate(modifiedUnixSeconds))
        {
            writer.Write("\r\nLast-Modified: "u8);
            writer.WriteDate(modifiedUnixSeconds);
        }
        if (!entityTag.IsEmpty)
        {
            writer.Write("\r\nETag: "u8);
            writer.Write(entityTag);
        }
        // Of what has a weak tag no part is sent (RFC 9110 §14.3: none says so).
        bool isWeak = entityTag is [(byte)'W', ..];
        writer.Write(isWeak ? "\r\nAccept-Ranges: none"u8 : "\r\nAccept-Ranges: bytes"u8);
        writer.Write("\r\nX-Content-Type-Options: nosniff\r\n"u8);
    }
}
