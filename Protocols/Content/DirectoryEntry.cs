namespace Straightwire.Protocols.Content;

/// <summary>
/// A directory of a generation, empty ones included: immutable, and no part of any other, so that a change
/// below it makes a new one of only the directory that the name is in.
/// </summary>
/// <remarks>
/// It may be kept and read for as long as its listing takes, while generations come and go; only slices of
/// its files are bound to a generation (see <see cref="ContentEntry"/>).
/// </remarks>
public sealed class DirectoryEntry : INamed
{
    /// <summary>Canonical path with its final slash; <c>/</c> is the root.</summary>
    public required string Path { get; init; }

    /// <summary>When a name in it changed last, in whole seconds since 1970, UTC.</summary>
    public long ModifiedUnixSeconds { get; init; }

    /// <summary>What is in it, by the bytes of the names in ascending order.</summary>
    public required DirectoryChildren Children { get; init; }

    /// <summary>The same directory with other children or another time.</summary>
    public DirectoryEntry With(DirectoryChildren children, long modifiedUnixSeconds) =>
        new() { Path = Path, ModifiedUnixSeconds = modifiedUnixSeconds, Children = children };
}
