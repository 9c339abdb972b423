using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// Reads request heads (RFC 9112 §2–§7) line by line, each line searched once: the search that finds its end
/// is the one that finds the bytes that no line may have. The first fault in the order of the bytes is the
/// one that is told, so that the outcome does not depend on how the bytes were cut into segments.
/// </summary>
internal static partial class Http1Parser
{
    // The longest registered method has 17 bytes.
    private const int MethodBytesMax = 32;

    // CTLs except HTAB: CR and LF end a line, the others have no place in one (RFC 9110 §5.5).
    private static readonly SearchValues<byte> Controls = SearchValues.Create(ControlsThenSpace[..^1]);

    private static readonly SearchValues<byte> ControlsAndSpace = SearchValues.Create(ControlsThenSpace);

    // What a target's path and query may be made of: printable ASCII. RFC 3986 §2 has no other characters:
    // what is percent-encoded by one hop and raw to the next has two spellings. A fragment is never sent (RFC
    // 9112 §3.2); the other characters that a URI should not have are what browsers send raw.
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<byte> QueryBytes = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<byte> AuthorityEnds = SearchValues.Create("/?"u8);

    private static ReadOnlySpan<byte> ControlsThenSpace =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
        28, 29, 30, 31, 127, (byte)' ',
    ];

    /// <summary>
    /// Reads one head from the first of <paramref name="bytes"/> on. <see cref="RequestFault.None"/>: it is
    /// complete and <see cref="RequestHead.Length"/> bytes long. <see cref="RequestFault.Incomplete"/>:
    /// nothing in it may be used. Any other: the message is refused, and the method is known if its line was
    /// read.
    /// </summary>
    public static RequestFault Parse(ReadOnlySpan<byte> bytes, HttpOptions options, out RequestHead head)
    {
        head = default;
        int position = 0;
        RequestFault fault = NextLine(bytes, options.HeadBytes, ref position, out ReadOnlySpan<byte> line);
        if (fault != RequestFault.None || line.Length > options.TargetBytes)
        {
            RequestFault limit = CheckLineLimits(bytes, options);
            fault = limit != RequestFault.None ? limit : fault;
        }
        if (fault == RequestFault.None)
        {
            fault = ReadRequestLine(line, ref head);
            bool isLine = fault is not (RequestFault.BadRequestLine or RequestFault.MethodTooLong);
            head.Line = isLine ? line : default;
        }
        int fieldsStart = position;
        for (int count = 0; fault == RequestFault.None; count++)
        {
            int lineStart = position;
            fault = NextLine(bytes, options.HeadBytes, ref position, out line);
            if (fault != RequestFault.None)
            {
                break;
            }
            if (line.IsEmpty)
            {
                head.Request.FieldLines = bytes[fieldsStart..lineStart];
                head.Length = position;
                return CheckHead(ref head);
            }
            fault = count < options.HeaderCount ? ReadField(line, ref head) : RequestFault.TooManyFields;
        }
        return fault;
    }

    /// <summary>
    /// Whether bytes that were added to an incomplete head can have changed anything about it.
    /// </summary>
    public static bool MayEndLine(ReadOnlySpan<byte> added) => added.ContainsAny(Controls);

    /// <summary>
    /// Takes the line at <paramref name="position"/>, without its CRLF. RFC 9112 §2.2 lets a recipient take a
    /// bare LF for the end of a line; what one hop takes and the next does not is how requests are smuggled,
    /// so that here it is refused, like a bare CR.
    /// </summary>
    private static RequestFault NextLine(
        ReadOnlySpan<byte> bytes, int headBytesMax, scoped ref int position, out ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = bytes[position..];
        int end = rest.IndexOfAny(Controls);
        if ((uint)(end + 1) < (uint)rest.Length && end >= 0
            && rest[end] == '\r' && rest[end + 1] == '\n' && position + end + 2 <= headBytesMax)
        {
            line = rest[..end];
            position += end + 2;
            return RequestFault.None;
        }
        line = default;
        if (end < 0)
        {
            return bytes.Length >= headBytesMax ? RequestFault.HeadTooLarge : RequestFault.Incomplete;
        }
        if (position + end + 2 > headBytesMax)
        {
            return RequestFault.HeadTooLarge;
        }
        return rest[end] switch
        {
            (byte)'\n' => RequestFault.BareLineFeed,
            (byte)'\r' => end + 1 < rest.Length ? RequestFault.BareCarriageReturn : RequestFault.Incomplete,
            _ => RequestFault.ControlByte,
        };
    }

    /// <summary>The limits on the request line's parts, which hold before its end has come.</summary>
    private static RequestFault CheckLineLimits(ReadOnlySpan<byte> bytes, HttpOptions options)
    {
        ReadOnlySpan<byte> begin = bytes[..Math.Min(bytes.Length, MethodBytesMax + 1)];
        int methodEnd = begin.IndexOfAnyExcept(FieldSyntax.TokenBytes);
        if (methodEnd < 0)
        {
            return bytes.Length > MethodBytesMax ? RequestFault.MethodTooLong : RequestFault.None;
        }
        ReadOnlySpan<byte> target = bytes[(methodEnd + 1)..];
        return bytes[methodEnd] == ' '
            && target.Length > options.TargetBytes
            && !target[..(options.TargetBytes + 1)].ContainsAny(ControlsAndSpace)
            ? RequestFault.TargetTooLong
            : RequestFault.None;
    }

    /// <summary>request-line = method SP request-target SP HTTP-version (RFC 9112 §3).</summary>
    private static RequestFault ReadRequestLine(ReadOnlySpan<byte> line, ref RequestHead head)
    {
        int methodLength = 3;
        if (line.Length > 4 && BinaryPrimitives.ReadUInt32LittleEndian(line) == 0x2054_4547) // "GET "
        {
            head.Request.Method = RequestMethod.Get;
        }
        else
        {
            methodLength = line.IndexOfAnyExcept(FieldSyntax.TokenBytes);
            if (methodLength < 1 || line[methodLength] != ' ')
            {
                return RequestFault.BadRequestLine;
            }
            if (methodLength > MethodBytesMax)
            {
                return RequestFault.MethodTooLong;
            }
            head.Request.Method = ReadMethod(line[..methodLength]);
        }
        ReadOnlySpan<byte> rest = line[(methodLength + 1)..];
        if (rest.Length < 10 || rest[^9] != ' ')
        {
            return RequestFault.BadRequestLine;
        }
        RequestFault fault = ReadVersion(rest[^8..], ref head);
        return fault == RequestFault.None ? ReadTarget(rest[..^9], ref head) : fault;
    }

    /// <summary>Methods are case-sensitive (RFC 9110 §9.1).</summary>
    private static RequestMethod ReadMethod(ReadOnlySpan<byte> method) => method switch
    {
        _ when method.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        _ when method.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        _ when method.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        _ when method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8)
            || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("TRACE"u8)
            || method.SequenceEqual("PATCH"u8) => RequestMethod.NotAllowed,
        _ => RequestMethod.Unknown,
    };

    /// <summary>HTTP-version = "HTTP" "/" DIGIT "." DIGIT, case-sensitive (RFC 9112 §2.3).</summary>
    private static RequestFault ReadVersion(ReadOnlySpan<byte> version, ref RequestHead head)
    {
        const ulong Http11 = 0x312E_312F_5054_5448;
        const ulong Http10 = 0x302E_312F_5054_5448;
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(version);
        if (value == Http11)
        {
            return RequestFault.None;
        }
        if (value == Http10)
        {
            head.IsHttp10 = true;
            return RequestFault.None;
        }
        if (!version.StartsWith("HTTP/"u8) || version[6] != '.'
            || !char.IsAsciiDigit((char)version[5]) || !char.IsAsciiDigit((char)version[7]))
        {
            return RequestFault.BadRequestLine;
        }
        return version[5] == '1' ? RequestFault.None : RequestFault.VersionNotSupported;
    }

    /// <summary>request-target in its four forms (RFC 9112 §3.2).</summary>
    private static RequestFault ReadTarget(ReadOnlySpan<byte> target, ref RequestHead head)
    {
        if (head.Request.Method == RequestMethod.Connect)
        {
            // The one method with authority-form; what follows it may already be for the tunnel.
            return RequestFault.Connect;
        }
        if (target[0] != '/')
        {
            if (target.Length == 1 && target[0] == '*')
            {
                head.Request.Path = target;
                return head.Request.Method == RequestMethod.Options
                    ? RequestFault.None
                    : RequestFault.BadTarget;
            }
            if (!TryReadAuthority(ref target, ref head))
            {
                return RequestFault.BadTarget;
            }
        }
        int end = target.IndexOfAnyExcept(PathBytes);
        if (end < 0)
        {
            head.Request.Path = target;
            return RequestFault.None;
        }
        head.Request.Path = end == 0 ? "/"u8 : target[..end];
        head.Request.Query = target[end..];
        return target[end] == '?' && !head.Request.Query.ContainsAnyExcept(QueryBytes)
            ? RequestFault.None
            : RequestFault.BadTarget;
    }

    /// <summary>
    /// absolute-form, which every server has to take (RFC 9112 §3.2.2); leaves path and query in
    /// <paramref name="target"/>.
    /// </summary>
    private static bool TryReadAuthority(ref ReadOnlySpan<byte> target, ref RequestHead head)
    {
        int schemeEnd = target.IndexOf("://"u8);
        if (schemeEnd < 0)
        {
            return false;
        }
        if (!Ascii.EqualsIgnoreCase(target[..schemeEnd], "http"u8))
        {
            // RFC 9110 §7.4: a request for a scheme that this connection does not speak is misdirected.
            if (!Ascii.EqualsIgnoreCase(target[..schemeEnd], "https"u8))
            {
                return false;
            }
            head.Request.Refusal = RequestFault.Misdirected;
        }
        ReadOnlySpan<byte> rest = target[(schemeEnd + 3)..];
        int end = rest.IndexOfAny(AuthorityEnds);
        head.Request.Authority = end < 0 ? rest : rest[..end];
        target = end < 0 ? "/"u8 : rest[end..];
        return HostField.IsValid(head.Request.Authority);
    }
}
