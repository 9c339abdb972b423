using System.Text;

namespace Straightwire.Protocols.Http;

/// <summary>The field lines, and what they say together.</summary>
internal static partial class HttpRequestParser
{
    /// <summary>
    /// Splits off the next of lines that were checked before; false at their end. For the fields whose value
    /// may stand on several lines.
    /// </summary>
    public static bool TryNextField(
        ref ReadOnlySpan<byte> lines, out FieldName field, out ReadOnlySpan<byte> value)
    {
        field = FieldName.Other;
        value = default;
        int end = lines.IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> line = lines[..(end - 1)];
        lines = lines[(end + 1)..];
        int colon = line.IndexOf((byte)':');
        field = FieldNames.Identify(line[..colon]);
        value = TrimWhitespace(line[(colon + 1)..]);
        return true;
    }

    /// <summary>field-line = field-name ":" OWS field-value OWS (RFC 9112 §5).</summary>
    private static RequestFault ReadField(ReadOnlySpan<byte> line, ref RequestHead head)
    {
        int colon = line.IndexOfAnyExcept(TokenBytes);
        if (colon <= 0 || line[colon] != ':')
        {
            // RFC 9112 §5.1: no whitespace between name and colon. §5.2: a line that begins with whitespace
            // continues the one before it, which no sender may do.
            return colon == 0 && line[0] is (byte)' ' or (byte)'\t'
                ? RequestFault.ObsoleteFold
                : RequestFault.BadFieldLine;
        }
        FieldName field = FieldNames.Identify(line[..colon]);
        return field == FieldName.Other
            ? RequestFault.None
            : Take(field, TrimWhitespace(line[(colon + 1)..]), ref head);
    }

    private static RequestFault Take(FieldName field, ReadOnlySpan<byte> value, ref RequestHead head)
    {
        uint bit = 1u << (int)field;
        bool repeated = (head.Seen & bit) != 0;
        head.Repeated |= head.Seen & bit;
        head.Seen |= bit;
        switch (field)
        {
            case FieldName.Connection:
                TakeConnection(value, ref head);
                return RequestFault.None;
            case FieldName.ContentLength:
                return repeated ? RequestFault.RepeatedContentLength : TakeContentLength(value, ref head);
            case FieldName.TransferEncoding:
                return repeated ? RequestFault.BadTransferEncoding : TakeTransferEncoding(value, ref head);
            case FieldName.Expect:
                TakeExpect(value, ref head);
                return RequestFault.None;
            default:
                if (!repeated)
                {
                    Keep(field, value, ref head);
                }
                return RequestFault.None;
        }
    }

    private static void Keep(FieldName field, ReadOnlySpan<byte> value, ref RequestHead head)
    {
        switch (field)
        {
            case FieldName.Host:
                TakeHost(value, ref head);
                break;
            case FieldName.Accept:
                head.Accept = value;
                break;
            case FieldName.IfMatch:
                head.IfMatch = value;
                break;
            case FieldName.IfNoneMatch:
                head.IfNoneMatch = value;
                break;
            case FieldName.IfModifiedSince:
                head.IfModifiedSince = value;
                break;
            case FieldName.IfUnmodifiedSince:
                head.IfUnmodifiedSince = value;
                break;
            case FieldName.IfRange:
                head.IfRange = value;
                break;
            case FieldName.Range:
                head.Range = value;
                break;
        }
    }

    private static void TakeHost(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (!HostField.IsValid(value))
        {
            head.Refusal = RequestFault.BadHost;
        }
        else if (head.Authority.IsEmpty)
        {
            // RFC 9112 §3.2.2: the authority of an absolute-form target goes before Host.
            head.Authority = value;
        }
    }

    /// <summary>A list of options, case-insensitive (RFC 9110 §7.6.1).</summary>
    private static void TakeConnection(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        while (TryNextListMember(ref value, out ReadOnlySpan<byte> option))
        {
            head.ConnectionClose |= Ascii.EqualsIgnoreCase(option, "close"u8);
            head.ConnectionKeepAlive |= Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }
    }

    private static void TakeExpect(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        // RFC 9110 §10.1.1: an HTTP/1.0 message's expectation is ignored; one that is not known may be
        // refused.
        while (!head.IsHttp10 && TryNextListMember(ref value, out ReadOnlySpan<byte> expectation))
        {
            head.Expects = true;
            if (head.Refusal == RequestFault.None
                && !Ascii.EqualsIgnoreCase(expectation, "100-continue"u8))
            {
                head.Refusal = RequestFault.ExpectationFailed;
            }
        }
    }

    /// <summary>Content-Length = 1*DIGIT (RFC 9110 §8.6); a number beyond 2^63 − 1 counts as that.</summary>
    private static RequestFault TakeContentLength(ReadOnlySpan<byte> value, ref RequestHead head) =>
        DecimalNumber.TryParse(value, out head.ContentLength)
            ? RequestFault.None
            : RequestFault.BadContentLength;

    /// <summary>
    /// RFC 9112 §6.1: a coding that is not understood is a 501. §6.3: where chunked is not the last one, and
    /// applied once, the length is uncertain, which is a 400.
    /// </summary>
    private static RequestFault TakeTransferEncoding(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            head.IsChunked = true;
            return RequestFault.None;
        }
        int codings = 0;
        int chunked = 0;
        bool isLast = false;
        while (TryNextListMember(ref value, out ReadOnlySpan<byte> coding))
        {
            isLast = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
            chunked += isLast ? 1 : 0;
            codings++;
            if (coding.ContainsAnyExcept(TokenBytes))
            {
                return RequestFault.BadTransferEncoding;
            }
        }
        head.IsChunked = isLast && chunked == 1 && codings == 1;
        return head.IsChunked ? RequestFault.None
            : isLast && chunked == 1 ? RequestFault.UnknownTransferCoding
            : RequestFault.BadTransferEncoding;
    }

    /// <summary>What can be said only when every field is known.</summary>
    private static RequestFault CheckHead(ref RequestHead head)
    {
        if (head.IsChunked && head.IsHttp10)
        {
            // RFC 9112 §6.1: HTTP/1.0 has no transfer codings, so that the framing is faulty.
            return RequestFault.BadTransferEncoding;
        }
        if (head.IsChunked && head.Has(FieldName.ContentLength))
        {
            // RFC 9112 §6.1: a server may refuse such a message, and ought to close: it may be smuggling.
            return RequestFault.LengthAndTransferEncoding;
        }
        // RFC 9112 §3.2: one valid Host in every HTTP/1.1 request, and never two.
        if ((head.Repeated & (1u << (int)FieldName.Host)) != 0)
        {
            head.Refusal = RequestFault.RepeatedHost;
        }
        else if (!head.Has(FieldName.Host) && !head.IsHttp10)
        {
            head.Refusal = RequestFault.MissingHost;
        }
        else if (head.Refusal == RequestFault.None)
        {
            head.Refusal = head.Method switch
            {
                RequestMethod.Unknown => RequestFault.MethodUnknown,
                RequestMethod.NotAllowed => RequestFault.MethodNotAllowed,
                _ => RequestFault.None,
            };
        }
        return RequestFault.None;
    }

    /// <summary>
    /// Splits off the next member of a comma-separated list; false at its end. RFC 9110 §5.6.1.2: a recipient
    /// ignores empty members, so that none is ever told.
    /// </summary>
    internal static bool TryNextListMember(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> member)
    {
        do
        {
            int comma = list.IndexOf((byte)',');
            member = TrimWhitespace(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
        }
        while (member.IsEmpty && !list.IsEmpty);
        return !member.IsEmpty;
    }

    /// <summary>Removes OWS = *( SP / HTAB ) at both ends (RFC 9110 §5.6.3).</summary>
    internal static ReadOnlySpan<byte> TrimWhitespace(ReadOnlySpan<byte> value)
    {
        int start = 0;
        int end = value.Length;
        while (start < end && value[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }
        while (end > start && value[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }
        return value[start..end];
    }
}
