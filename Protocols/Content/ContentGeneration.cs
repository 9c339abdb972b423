namespace Straightwire.Protocols.Content;

/// <summary>
/// An immutable snapshot of the content directory: an index by canonical path, shared by all shards.
/// </summary>
public sealed class ContentGeneration
{
    private readonly Dictionary<string, ContentEntry> _entries;

    /// <summary>Indexes entries; later ones do not replace earlier ones of the same path.</summary>
    public ContentGeneration(long number, IEnumerable<ContentEntry> entries)
    {
        Number = number;
        _entries = new Dictionary<string, ContentEntry>(StringComparer.Ordinal);
        foreach (ContentEntry entry in entries)
        {
            _entries.TryAdd(entry.Path, entry);
        }
    }

    /// <summary>Counts from 1.</summary>
    public long Number { get; }

    /// <summary>Names in the index.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// Finds an entry by its canonical path in UTF-8; null when there is none. Allocates nothing.
    /// </summary>
    public ContentEntry? Find(ReadOnlySpan<byte> path) =>
        _entries.GetValueOrDefault(System.Text.Encoding.UTF8.GetString(path));
}
