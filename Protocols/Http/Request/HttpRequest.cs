using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Request;

/// <summary>
/// What a request asks for, whichever version of HTTP brought it: spans of what was received, no copies. Only
/// a wire's parser makes one, and what it holds is valid in its grammar unless it says otherwise.
/// </summary>
internal ref struct HttpRequest
{
    /// <summary>The address that asks.</summary>
    public IpAddress Peer;

    /// <summary>What is to be done with the target.</summary>
    public RequestMethod Method;

    /// <summary>
    /// A refusal that leaves the message's framing certain; <see cref="RequestFault.None"/> when there is
    /// none.
    /// </summary>
    public RequestFault Refusal;

    /// <summary>The target's path, still percent-encoded; "*" for asterisk-form.</summary>
    public ReadOnlySpan<byte> Path;

    /// <summary>The target's query with its question mark; empty when there is none.</summary>
    public ReadOnlySpan<byte> Query;

    /// <summary>The authority: of an absolute-form target, else of Host (RFC 9112 §3.2.2, §3.3).</summary>
    public ReadOnlySpan<byte> Authority;

    /// <summary>
    /// All fields in their order, for those whose value may stand on several lines (RFC 9110 §5.3):
    /// <c>name: value</c> and CRLF for each, as one wire receives them and others write them down.
    /// </summary>
    public ReadOnlySpan<byte> FieldLines;

    /// <summary>The first value of a field, valid where <see cref="Has"/> says so.</summary>
    public ReadOnlySpan<byte> Accept;
    public ReadOnlySpan<byte> IfMatch;
    public ReadOnlySpan<byte> IfNoneMatch;
    public ReadOnlySpan<byte> IfModifiedSince;
    public ReadOnlySpan<byte> IfUnmodifiedSince;
    public ReadOnlySpan<byte> IfRange;
    public ReadOnlySpan<byte> Range;
    public ReadOnlySpan<byte> Referer;
    public ReadOnlySpan<byte> UserAgent;

    /// <summary>
    /// A bit for each <see cref="FieldName"/> that came, and for each that came more than once.
    /// </summary>
    public uint Seen;
    public uint Repeated;

    // The fields that make a GET conditional or partial (RFC 9110 §13.1, §14.2).
    private const uint ConditionalFields =
        (1u << (int)FieldName.IfMatch) | (1u << (int)FieldName.IfNoneMatch)
        | (1u << (int)FieldName.IfModifiedSince) | (1u << (int)FieldName.IfUnmodifiedSince)
        | (1u << (int)FieldName.Range);

    /// <summary>Whether anything but the whole may be asked for (RFC 9110 §13.1, §14.2).</summary>
    public readonly bool IsConditional => (Seen & ConditionalFields) != 0;

    /// <summary>Whether a field came at all.</summary>
    public readonly bool Has(FieldName field) => (Seen & (1u << (int)field)) != 0;

    /// <summary>Whether a field came exactly once, as one that is no list has to.</summary>
    public readonly bool HasOnce(FieldName field) => ((Seen & ~Repeated) & (1u << (int)field)) != 0;
}
