using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>
/// What a request is answered with, whichever version of HTTP sends it: decided by an
/// <see cref="IHttpHandler"/>, written by an <see cref="IHttpWire"/>, and kept by nobody.
/// </summary>
internal readonly ref struct HttpAnswer
{
    /// <summary>
    /// Longest <see cref="Text"/> in bytes that is written with its head, all or nothing. A longer one is
    /// pulled as there is room for it.
    /// </summary>
    public const int TextWithHeadMax = 512;

    /// <summary>The status code (RFC 9110 §15).</summary>
    public int Status { get; init; }

    /// <summary>Why it is a refusal, if it is one.</summary>
    public RequestFault Fault { get; init; }

    /// <summary>
    /// Whether content goes with it. The answer to HEAD says what there would be, and has none (RFC 9110
    /// §9.3.2).
    /// </summary>
    public bool HasContent { get; init; }

    /// <summary>Whether no other request of the connection is answered, whatever its sender wants.</summary>
    public bool IsLast { get; init; }

    /// <summary>The file of a 200, 206, 304 or 416; null for what has a text or nothing.</summary>
    public ContentEntry? Entry { get; init; }

    /// <summary>The bytes of <see cref="Entry"/> that a 206 has.</summary>
    public ByteRange Part { get; init; }

    /// <summary>Media type of <see cref="Text"/>; null where there is none.</summary>
    public string? MediaType { get; init; }

    /// <summary>A generated text. Its bytes do not change while it is being sent.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Where to look instead, ASCII; valid until the next decision.</summary>
    public ReadOnlySpan<byte> Location { get; init; }

    /// <summary>Fields of an answer with a text or with nothing, besides those that are told here.</summary>
    public ReadOnlySpan<HttpField> Fields { get; init; }

    /// <summary>Whether the text follows its head as there is room for it.</summary>
    public bool IsPulled => HasContent && Text.Length > TextWithHeadMax;
}
