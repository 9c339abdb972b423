using System.Text;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>The field lines, and what they say together.</summary>
internal static partial class Http1Parser
{
    /// <summary>field-line = field-name ":" OWS field-value OWS (RFC 9112 §5).</summary>
    private static RequestFault ReadField(ReadOnlySpan<byte> line, ref RequestHead head)
    {
        int colon = line.IndexOfAnyExcept(FieldSyntax.TokenBytes);
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
            : Take(field, FieldSyntax.TrimWhitespace(line[(colon + 1)..]), ref head);
    }

    private static RequestFault Take(FieldName field, ReadOnlySpan<byte> value, ref RequestHead head)
    {
        uint bit = 1u << (int)field;
        bool repeated = (head.Request.Seen & bit) != 0;
        head.Request.Repeated |= head.Request.Seen & bit;
        head.Request.Seen |= bit;
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
                head.Request.Accept = value;
                break;
            case FieldName.IfMatch:
                head.Request.IfMatch = value;
                break;
            case FieldName.IfNoneMatch:
                head.Request.IfNoneMatch = value;
                break;
            case FieldName.IfModifiedSince:
                head.Request.IfModifiedSince = value;
                break;
            case FieldName.IfUnmodifiedSince:
                head.Request.IfUnmodifiedSince = value;
                break;
            case FieldName.IfRange:
                head.Request.IfRange = value;
                break;
            case FieldName.Range:
                head.Request.Range = value;
                break;
            case FieldName.Referer:
                head.Request.Referer = value;
                break;
            case FieldName.UserAgent:
                head.Request.UserAgent = value;
                break;
        }
    }

    private static void TakeHost(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (!HostField.IsValid(value))
        {
            head.Request.Refusal = RequestFault.BadHost;
        }
        else if (head.Request.Authority.IsEmpty)
        {
            // RFC 9112 §3.2.2: the authority of an absolute-form target goes before Host.
            head.Request.Authority = value;
        }
    }

    /// <summary>A list of options, case-insensitive (RFC 9110 §7.6.1).</summary>
    private static void TakeConnection(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        while (FieldSyntax.TryNextMember(ref value, out ReadOnlySpan<byte> option))
        {
            head.ConnectionClose |= Ascii.EqualsIgnoreCase(option, "close"u8);
            head.ConnectionKeepAlive |= Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }
    }

    private static void TakeExpect(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        // RFC 9110 §10.1.1: an HTTP/1.0 message's expectation is ignored; one that is not known may be
        // refused.
        while (!head.IsHttp10 && FieldSyntax.TryNextMember(ref value, out ReadOnlySpan<byte> expectation))
        {
            head.Expects = true;
            if (head.Request.Refusal == RequestFault.None
                && !Ascii.EqualsIgnoreCase(expectation, "100-continue"u8))
            {
                head.Request.Refusal = RequestFault.ExpectationFailed;
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
        while (FieldSyntax.TryNextMember(ref value, out ReadOnlySpan<byte> coding))
        {
            isLast = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
            chunked += isLast ? 1 : 0;
            codings++;
            if (coding.ContainsAnyExcept(FieldSyntax.TokenBytes))
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
        if (head.IsChunked && head.Request.Has(FieldName.ContentLength))
        {
            // RFC 9112 §6.1: a server may refuse such a message, and ought to close: it may be smuggling.
            return RequestFault.LengthAndTransferEncoding;
        }
        // RFC 9112 §3.2: one valid Host in every HTTP/1.1 request, and never two.
        if ((head.Request.Repeated & (1u << (int)FieldName.Host)) != 0)
        {
            head.Request.Refusal = RequestFault.RepeatedHost;
        }
        else if (!head.Request.Has(FieldName.Host) && !head.IsHttp10)
        {
            head.Request.Refusal = RequestFault.MissingHost;
        }
        return RequestFault.None;
    }
}
