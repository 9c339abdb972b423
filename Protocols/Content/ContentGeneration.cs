namespace Straightwire.Protocols.Content;

/// <summary>
/// An immutable snapshot of the content directory: an index by canonical path, shared by all shards. A
/// generation that was made from another by <see cref="With"/> shares with it all that has not changed.
/// </summary>
public sealed class ContentGeneration
{
    private readonly NameIndex<ContentEntry> _entries;
    private readonly NameIndex<DirectoryEntry> _directories;
    private readonly IContentRules _rules = PlainRules.Instance;

    // Null where names are found by their very letters alone.
    private readonly FoldedNames? _folded;

    /// <summary>Indexes entries; later ones do not replace earlier ones of the same path.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public ContentGeneration(long number, IEnumerable<ContentEntry> entries)
        : this(number, new NameIndex<ContentEntry>(entries), new NameIndex<DirectoryEntry>([]))
    {
    }

    private ContentGeneration(
        long number, NameIndex<ContentEntry> entries, NameIndex<DirectoryEntry> directories) =>
        (Number, _entries, _directories) = (number, entries, directories);

    // The next one, where the names that are found by their letters are the last one's but for the change.
    private ContentGeneration(ContentGeneration before, ContentDelta delta)
        : this(
            before.Number + 1,
            before._entries.With(delta.Entries),
            before._directories.With(delta.Directories)) =>
        (_rules, _folded) = (before._rules, before._folded?.With(delta.Entries));

    /// <summary>Which generation of the content it is, from 1.</summary>
    public long Number { get; }

    /// <summary>The rules that its entries were made by.</summary>
    public IContentRules Rules
    {
        get => _rules;
        init => (_rules, _folded) =
            (value, value.FoldsCase ? new FoldedNames(_entries.Items.Select(static e => e.Path)) : null);
    }

    /// <summary>Names in the index.</summary>
    public int Count => _entries.Count;

    /// <summary>All entries, in no order that means anything.</summary>
    public IEnumerable<ContentEntry> Entries => _entries.Items;

    /// <summary>
    /// All directories, the root among them; none when the generation was made of files only.
    /// </summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public IEnumerable<DirectoryEntry> Directories
    {
        get => _directories.Items;
        init => _directories = new NameIndex<DirectoryEntry>(value);
    }

    /// <summary>Directories, the root among them.</summary>
    public int DirectoryCount => _directories.Count;

    /// <summary>
    /// Finds an entry by its canonical path in UTF-8; null when there is none. Allocates nothing.
    /// </summary>
    public ContentEntry? Find(ReadOnlySpan<byte> path) => _entries.Find(path);

    /// <summary>
    /// Finds a directory by its canonical path with the final slash, in UTF-8; null when there is none.
    /// Allocates nothing.
    /// </summary>
    public DirectoryEntry? FindDirectory(ReadOnlySpan<byte> path) => _directories.Find(path);

    /// <summary>The next generation; costs as much as there are names in the change.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public ContentGeneration With(ContentDelta delta) =>
        new(this, delta);

    /// <summary>
    /// The only path of an entry that differs in nothing but the case of letters; null where there is none,
    /// or several, or names are not found so. Allocates nothing.
    /// </summary>
    internal string? FindFolded(ReadOnlySpan<byte> path) => _folded?.Find(path);
}
