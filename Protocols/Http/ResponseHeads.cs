namespace Straightwire.Protocols.Http;

/// <summary>
/// Renders, at load, the part of a response head that depends on the file alone. The session puts the status line, Date and
/// Connection in front (one shared slice a second).
/// </summary>
public static class ResponseHeads
{
    /// <summary>Most bytes of a rendered head.</summary>
    public const int LengthMax = 1024;

    /// <summary>Writes the fields of a 200 after the shared prefix, with the empty line, and returns their length in bytes.</summary>
    public static int WriteOk(string mediaType, ReadOnlySpan<byte> entityTag, long modifiedUnixSeconds, long length, Span<byte> destination)
    {
        _ = mediaType;
        _ = entityTag;
        _ = modifiedUnixSeconds;
        _ = length;
        _ = destination;
        return 0;
    }

    /// <summary>The same for a 304.</summary>
    public static int WriteNotModified(ReadOnlySpan<byte> entityTag, long modifiedUnixSeconds, Span<byte> destination)
    {
        _ = entityTag;
        _ = modifiedUnixSeconds;
        _ = destination;
        return 0;
    }
}
