using System.Text;

namespace Straightwire.Protocols.Http.Request;

/// <summary>The request fields that this server acts on.</summary>
internal enum FieldName : byte
{
    Other,
    Host,
    Range,
    Accept,
    Expect,
    Referer,
    IfMatch,
    IfRange,
    Connection,
    UserAgent,
    IfNoneMatch,
    ContentLength,
    ForwardedFor,
    IfModifiedSince,
    TransferEncoding,
    IfUnmodifiedSince,
}

/// <summary>Recognises field names; they are case-insensitive (RFC 9110 §5.1).</summary>
internal static class FieldNames
{
    /// <summary>The field of a name; <see cref="FieldName.Other"/> for one that is passed over.</summary>
    public static FieldName Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => Match(name, "Host"u8, FieldName.Host),
        5 => Match(name, "Range"u8, FieldName.Range),
        6 => (name[0] | 0x20) == 'a'
            ? Match(name, "Accept"u8, FieldName.Accept)
            : Match(name, "Expect"u8, FieldName.Expect),
        7 => Match(name, "Referer"u8, FieldName.Referer),
        8 => (name[3] | 0x20) == 'm'
            ? Match(name, "If-Match"u8, FieldName.IfMatch)
            : Match(name, "If-Range"u8, FieldName.IfRange),
        10 => (name[0] | 0x20) == 'c'
            ? Match(name, "Connection"u8, FieldName.Connection)
            : Match(name, "User-Agent"u8, FieldName.UserAgent),
        13 => Match(name, "If-None-Match"u8, FieldName.IfNoneMatch),
        14 => Match(name, "Content-Length"u8, FieldName.ContentLength),
        15 => Match(name, "X-Forwarded-For"u8, FieldName.ForwardedFor),
        17 => (name[0] | 0x20) == 'i'
            ? Match(name, "If-Modified-Since"u8, FieldName.IfModifiedSince)
            : Match(name, "Transfer-Encoding"u8, FieldName.TransferEncoding),
        19 => Match(name, "If-Unmodified-Since"u8, FieldName.IfUnmodifiedSince),
        _ => FieldName.Other,
    };

    private static FieldName Match(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, FieldName field) =>
        Ascii.EqualsIgnoreCase(name, known) ? field : FieldName.Other;
}
