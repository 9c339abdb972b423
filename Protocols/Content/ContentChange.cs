using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Content;

/// <summary>A change that needs no data.</summary>
/// <param name="Kind">What is done to the path.</param>
/// <param name="Path">Canonical path in the content, without a final slash.</param>
/// <param name="NewPath">The same, of what it is renamed to.</param>
/// <param name="ModifiedUnixSeconds">The time that is set, in seconds since 1970, UTC.</param>
public readonly record struct ContentChange(
    ChangeKind Kind, string Path, string? NewPath = null, long ModifiedUnixSeconds = 0)
{
    /// <summary>
    /// Whether a file that has the new path gives way, in one step; else that is
    /// <see cref="ChangeResult.AlreadyExists"/>.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>Who asks: work of different addresses is done in turn.</summary>
    public IpAddress Peer { get; init; }

    /// <summary>Whose uploads aside the path may mean; null: nobody's.</summary>
    public ContentOwner? Owner { get; init; }
}
