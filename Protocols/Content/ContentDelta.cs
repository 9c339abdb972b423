namespace Straightwire.Protocols.Content;

/// <summary>What changes from one generation to the next; what is not named stays as it is.</summary>
public sealed class ContentDelta
{
    /// <summary>What each changed name stands for; null for one that is gone.</summary>
    public Dictionary<string, ContentEntry?> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The changed directories by their paths with the final slash; null for one that is gone.
    /// </summary>
    public Dictionary<string, DirectoryEntry?> Directories { get; } = new(StringComparer.Ordinal);
}
