using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Content;

/// <summary>
/// One answerable name of a generation: immutable. Slices of an entry may be queued only while its generation
/// is the shard's current one (that is, during the call that looked it up).
/// </summary>
/// <remarks>
/// A directory with an index file has two names of its own: <c>/dir/</c>, which is a
/// <see cref="ContentKind.File"/> with the index file's bytes, and <c>/dir</c>, which is a
/// <see cref="ContentKind.DirectoryRedirect"/>. The index file is found by its own name as well. A directory
/// without an index file has no name at all: neither <c>/dir/</c> nor <c>/dir</c> is found, so that nobody is
/// sent on to a name that is not there.
/// </remarks>
public sealed class ContentEntry : INamed
{
    /// <summary>Canonical path, beginning with a slash, percent-decoded UTF-8.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it is a file, or only the way to one.</summary>
    public required ContentKind Kind { get; init; }

    /// <summary>Media type, with charset where it is text.</summary>
    public string MediaType { get; init; } = "application/octet-stream";

    /// <summary>
    /// The entity tag as ETag has it (RFC 9110 §8.8.3), ASCII: strong with its quotes, weak with <c>W/</c>
    /// before them while the file may change without a sign of it; empty for none.
    /// </summary>
    public byte[] EntityTag { get; init; } = [];

    /// <summary>Whether the entity tag is a weak one: parts of the file are not sent then.</summary>
    public bool IsTagWeak => EntityTag is [(byte)'W', ..];

    /// <summary>Modification time in whole seconds since 1970, UTC; 0 for times before.</summary>
    public long ModifiedUnixSeconds { get; init; }

    /// <summary>
    /// Whether the modification time is a strong validator: no other version of the file had the same one
    /// (RFC 9110 §8.8.2.2).
    /// </summary>
    public bool IsDateStrong { get; init; }

    /// <summary>The bytes of the file; a length of 0 for an empty one and for a redirect.</summary>
    public ContentSlice Body { get; init; }

    /// <summary>
    /// Whether the bytes are the file's own and not a copy of them, so that the file may have changed since
    /// the entry was made: <see cref="IContentSource.IsCurrent"/> is asked before anything is told of it.
    /// </summary>
    public bool MayChange => Body.Region != Http1.Ok.Region && Body.Length > 0;

    /// <summary>
    /// What HTTP/1.1 sends before the bytes. Packed files have the head of a 200 directly before
    /// <see cref="Body"/>, so that head and body are one slice.
    /// </summary>
    public ContentHeads Http1 { get; init; }
}
