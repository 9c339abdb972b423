namespace Straightwire.Protocols.Ftp.Data;

/// <summary>
/// TYPE A (RFC 959 §3.1.1.1): lines end with LF in files and with CRLF on the wire. Both ways work in pieces
/// of any size, with one flag between the calls, which begins as false.
/// </summary>
internal static class AsciiText
{
    /// <summary>
    /// A file's bytes to the wire: an LF that no CR precedes becomes CRLF, everything else stays, so that a
    /// file which has CRLF already is sent as it is.
    /// </summary>
    /// <param name="source">The next bytes of the file.</param>
    /// <param name="destination">Where they go; at least 2 bytes, or nothing may be done.</param>
    /// <param name="afterCr">Whether the last byte so far was a CR.</param>
    /// <param name="consumed">Bytes taken; less than all when the destination is full.</param>
    /// <param name="written">Bytes written.</param>
    public static void Encode(
        ReadOnlySpan<byte> source,
        Span<byte> destination,
        ref bool afterCr,
        out int consumed,
        out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length && written < destination.Length)
        {
            ReadOnlySpan<byte> rest = source[consumed..];
            if (rest[0] != (byte)'\n')
            {
                int run = CopyUntil((byte)'\n', rest, destination[written..]);
                consumed += run;
                written += run;
                afterCr = source[consumed - 1] == (byte)'\r';
                continue;
            }
            if (!afterCr)
            {
                if (destination.Length - written < 2)
                {
                    return;
                }
                destination[written++] = (byte)'\r';
            }
            destination[written++] = (byte)'\n';
            consumed++;
            afterCr = false;
        }
    }

    /// <summary>
    /// The wire's bytes to a file: CRLF becomes LF, everything else stays. A CR is held back until what
    /// follows tells what it is.
    /// </summary>
    /// <param name="source">The next bytes from the wire.</param>
    /// <param name="destination">Where they go; at least 1 byte, or nothing may be done.</param>
    /// <param name="afterCr">Whether a CR is held back. It is all done when the source is consumed and, after
    /// the last piece, none is.</param>
    /// <param name="consumed">Bytes taken; less than all when the destination is full.</param>
    /// <param name="written">Bytes written.</param>
    /// <param name="isLast">Whether nothing follows the source, so that a CR at its end stands for itself.
    /// </param>
    public static void Decode(
        ReadOnlySpan<byte> source,
        Span<byte> destination,
        ref bool afterCr,
        out int consumed,
        out int written,
        bool isLast)
    {
        consumed = 0;
        written = 0;
        while (consumed < source.Length && written < destination.Length)
        {
            ReadOnlySpan<byte> rest = source[consumed..];
            if (afterCr)
            {
                bool isLineEnd = rest[0] == (byte)'\n';
                destination[written++] = isLineEnd ? (byte)'\n' : (byte)'\r';
                consumed += isLineEnd ? 1 : 0;
                afterCr = false;
            }
            else if (rest[0] == (byte)'\r')
            {
                consumed++;
                afterCr = true;
            }
            else
            {
                int run = CopyUntil((byte)'\r', rest, destination[written..]);
                consumed += run;
                written += run;
            }
        }
        if (isLast && afterCr && consumed == source.Length && written < destination.Length)
        {
            destination[written++] = (byte)'\r';
            afterCr = false;
        }
    }

    private static int CopyUntil(byte end, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ReadOnlySpan<byte> run = source[..Math.Min(source.Length, destination.Length)];
        int at = run.IndexOf(end);
        run = at < 0 ? run : run[..at];
        run.CopyTo(destination);
        return run.Length;
    }
}
