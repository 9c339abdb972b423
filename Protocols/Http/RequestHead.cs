namespace Straightwire.Protocols.Http;

/// <summary>The methods of RFC 9110 §9 and RFC 5789, as far as they are told apart.</summary>
internal enum RequestMethod : byte
{
    /// <summary>Not read yet, or none that is registered here.</summary>
    Unknown,
    Get,
    Head,
    Options,
    Connect,

    /// <summary>POST, PUT, DELETE, TRACE, PATCH: known, and nothing that this server does.</summary>
    NotAllowed,
}

/// <summary>
/// A request head as it stands in the received bytes: spans, no copies. Only
/// <see cref="HttpRequestParser"/> makes one, and what it holds is valid in its grammar unless it says
/// otherwise.
/// </summary>
internal ref struct RequestHead
{
    /// <summary>Bytes of the head, empty line included.</summary>
    public int Length;

    public RequestMethod Method;

    /// <summary>
    /// Whether the message came as HTTP/1.0: minor versions above 1 count as 1 (RFC 9110 §2.5).
    /// </summary>
    public bool IsHttp10;

    /// <summary>The options of Connection (RFC 9110 §7.6.1).</summary>
    public bool ConnectionClose;
    public bool ConnectionKeepAlive;

    /// <summary>Whether Expect has a member, in a message of HTTP/1.1 (RFC 9110 §10.1.1).</summary>
    public bool Expects;

    /// <summary>Transfer-Encoding: chunked (RFC 9112 §6.1).</summary>
    public bool IsChunked;

    /// <summary>
    /// A refusal that leaves the message's framing certain; <see cref="RequestFault.None"/> when there is
    /// none.
    /// </summary>
    public RequestFault Refusal;

    /// <summary>Content-Length in bytes, or 0.</summary>
    public long ContentLength;

    /// <summary>The target's path, still percent-encoded; "*" for asterisk-form.</summary>
    public ReadOnlySpan<byte> Path;

    /// <summary>The target's query with its question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> Query;

    /// <summary>The authority: of an absolute-form target, else of Host (RFC 9112 §3.2.2, §3.3).</summary>
    public ReadOnlySpan<byte> Authority;

    /// <summary>The field lines, for those fields whose value may stand on several (RFC 9110 §5.3).</summary>
    public ReadOnlySpan<byte> FieldLines;

    /// <summary>The first value of a field, valid where <see cref="Has"/> says so.</summary>
    public ReadOnlySpan<byte> Accept;
    public ReadOnlySpan<byte> IfMatch;
    public ReadOnlySpan<byte> IfNoneMatch;
    public ReadOnlySpan<byte> IfModifiedSince;
    public ReadOnlySpan<byte> IfUnmodifiedSince;
    public ReadOnlySpan<byte> IfRange;
    public ReadOnlySpan<byte> Range;

    /// <summary>
    /// A bit for each <see cref="FieldName"/> that came, and for each that came more than once.
    /// </summary>
    public uint Seen;
    public uint Repeated;

    /// <summary>The fields that make a GET conditional or partial (RFC 9110 §13.1, §14.2).</summary>
    public const uint ConditionalFields =
        (1u << (int)FieldName.IfMatch) | (1u << (int)FieldName.IfNoneMatch)
        | (1u << (int)FieldName.IfModifiedSince) | (1u << (int)FieldName.IfUnmodifiedSince)
        | (1u << (int)FieldName.Range);

    /// <summary>Whether a field came at all.</summary>
    public readonly bool Has(FieldName field) => (Seen & (1u << (int)field)) != 0;

    /// <summary>Whether a field came exactly once, as one that is no list has to.</summary>
    public readonly bool HasOnce(FieldName field) => ((Seen & ~Repeated) & (1u << (int)field)) != 0;

    /// <summary>Whether content follows the head.</summary>
    public readonly bool HasContent => IsChunked || ContentLength > 0;

    /// <summary>Whether the client expects 100 before it sends content (RFC 9110 §10.1.1).</summary>
    public readonly bool ExpectsContinue => Expects && HasContent;

    /// <summary>Whether the connection may go on after this request (RFC 9112 §9.3).</summary>
    public readonly bool IsPersistent => !ConnectionClose && (!IsHttp10 || ConnectionKeepAlive);
}
