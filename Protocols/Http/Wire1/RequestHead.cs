using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// A request head as it stands in the received bytes: the request, and what HTTP/1.1 says of its framing and
/// of the connection. Only <see cref="Http1Parser"/> makes one.
/// </summary>
internal ref struct RequestHead
{
    /// <summary>What is asked for.</summary>
    public HttpRequest Request;

    /// <summary>The request line without its CRLF; empty where what stood there is none.</summary>
    public ReadOnlySpan<byte> Line;

    /// <summary>Bytes of the head, empty line included.</summary>
    public int Length;

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

    /// <summary>Content-Length in bytes, or 0.</summary>
    public long ContentLength;

    /// <summary>Whether content follows the head.</summary>
    public readonly bool HasContent => IsChunked || ContentLength > 0;

    /// <summary>Whether the client expects 100 before it sends content (RFC 9110 §10.1.1).</summary>
    public readonly bool ExpectsContinue => Expects && HasContent;

    /// <summary>Whether the connection may go on after this request (RFC 9112 §9.3).</summary>
    public readonly bool IsPersistent => !ConnectionClose && (!IsHttp10 || ConnectionKeepAlive);
}
