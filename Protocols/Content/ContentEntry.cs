using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Content;

/// <summary>
/// A file of a generation, by its one name: immutable. Slices of an entry may be queued only while its
/// generation is the shard's current one (that is, during the call that looked it up).
/// </summary>
public sealed class ContentEntry : INamed
{
    /// <summary>Canonical path, beginning with a slash, percent-decoded UTF-8.</summary>
    public required string Path { get; init; }

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

    /// <summary>The bytes of the file.</summary>
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

    /// <summary>
    /// For each site that has the file, at the site's place, what its answers say besides the file. Files
    /// with the same rules have the same array: sites share files, and files share blocks.
    /// </summary>
    public FieldBlock[] Blocks { get; init; } = FieldBlock.Bare.Alone;
}
