using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// What a request is answered with, whichever version of HTTP sends it, or that it cannot be said yet:
/// decided by an <see cref="IHttpHandler"/>, written by an <see cref="IHttpWire"/>, and kept by nobody.
/// </summary>
/// <remarks>
/// Filled in where it is to be, field by field: one that is made elsewhere and copied costs as much as
/// finding the file.
/// </remarks>
internal ref struct HttpAnswer
{
    /// <summary>The status code (RFC 9110 §15); 0 where <see cref="IsLater"/> holds.</summary>
    public int Status;

    /// <summary>Why it is a refusal, if it is one.</summary>
    public RequestFault Fault;

    /// <summary>
    /// Whether content goes with it. The answer to HEAD says what there would be, and has none (RFC 9110
    /// §9.3.2).
    /// </summary>
    public bool HasContent;

    /// <summary>Whether no other request of the connection is answered, whatever its sender wants.</summary>
    public bool IsLast;

    /// <summary>The file of a 200, 206, 304 or 416; null where none is told of.</summary>
    public ContentEntry? Entry;

    /// <summary>The bytes of <see cref="Entry"/> that a 206 has.</summary>
    public ByteRange Part;

    /// <summary>What there is instead of a file; null for a 200, 206 or 304 of one.</summary>
    public HttpText? Text;

    /// <summary>
    /// A file whose bytes, and media type, stand for those of <see cref="Text"/>; null: there is none.
    /// </summary>
    public ContentEntry? Page;

    /// <summary>The site that answers; null: none.</summary>
    public Site? Site;

    /// <summary>What rules say besides; null: nothing.</summary>
    public FieldBlock? Block;

    /// <summary>Where to look instead, ASCII; valid until the next decision.</summary>
    public ReadOnlySpan<byte> Location;

    /// <summary>What is waited for: the service knows by it when it has come.</summary>
    public long Ticket;

    /// <summary>
    /// Whether the request is to be shown again, once what it waits for has come; by then, or when it has
    /// waited for too long, it is decided.
    /// </summary>
    public readonly bool IsLater => Status == 0;

    /// <summary>Bytes of the content that goes with it, where its length is known.</summary>
    public readonly long ContentLength => (HasContent, Status) switch
    {
        (false, _) => 0,
        (_, 206) => Part.Length,
        _ when Page is { } page => page.Body.Length,
        _ => Text is { } text ? text.Content.Length : Entry!.Body.Length,
    };

    /// <summary>
    /// Whether its content is a large file's: how that is delivered is worth to be known.
    /// </summary>
    public readonly bool IsLong => HasContent && Text is null && Entry!.MayChange;

    /// <summary>It cannot be said yet, but when what the ticket stands for has come.</summary>
    public static HttpAnswer Later(long ticket) => new() { Ticket = ticket };
}
