using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// An immutable index by canonical path in two layers: a table, and over it the names that have changed since
/// the table was made. A change costs as much as the names that it touches; when many have changed, a new
/// table is made of both, so that the upper layer stays small beside the lower.
/// </summary>
internal sealed class NameIndex<T>
    where T : class, INamed
{
    // So many changed names, or this part of the table's, are borne before they are made one table.
    private const int ChangedMin = 1024;
    private const int ChangedPart = 8;

    private readonly NameTable<T> _table;

    // Null as long as nothing has changed: then looking up costs one test more than the table.
    private readonly NameTrie<T>? _changed;

    /// <summary>Indexes items; later ones do not replace earlier ones of the same path.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public NameIndex(IEnumerable<T> items)
    {
        _table = new NameTable<T>(items);
        Count = _table.Count;
    }

    private NameIndex(NameTable<T> table, NameTrie<T> changed, int count) =>
        (_table, _changed, Count) = (table, changed, count);

    /// <summary>Names in the index.</summary>
    public int Count { get; }

    /// <summary>All items: as they were given to the table, then those that came after.</summary>
    public IEnumerable<T> Items => _changed is null ? _table.Items.ToArray() : MergedItems(_changed);

    /// <summary>Finds an item by its path in UTF-8; null when there is none. Allocates nothing.</summary>
    public T? Find(ReadOnlySpan<byte> path)
    {
        uint hash = NameHash.Of(path);
        return _changed is not null && _changed.TryFind(hash, path, out T? item)
            ? item
            : _table.Find(hash, path);
    }

    /// <summary>The index after a change: what each name stands for, null for one that is gone.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public NameIndex<T> With(IReadOnlyDictionary<string, T?> changes)
    {
        if (changes.Count == 0)
        {
            return this;
        }
        NameTrie<T> changed = _changed ?? NameTrie<T>.None;
        int count = Count;
        foreach ((string name, T? item) in changes)
        {
            byte[] path = Encoding.UTF8.GetBytes(name);
            uint hash = NameHash.Of(path);
            T? old = changed.TryFind(hash, path, out T? other) ? other : _table.Find(hash, path);
            count += (item is null ? 0 : 1) - (old is null ? 0 : 1);
            changed = changed.With(hash, path, item);
        }
        var index = new NameIndex<T>(_table, changed, count);
        return changed.Count <= Math.Max(ChangedMin, _table.Count / ChangedPart)
            ? index
            : new NameIndex<T>(index.Items);
    }

    private IEnumerable<T> MergedItems(NameTrie<T> changed)
    {
        byte[] path = [];
        for (int i = 0; i < _table.Count; i++)
        {
            T item = _table.Items[i];
            int lengthMax = Encoding.UTF8.GetMaxByteCount(item.Path.Length);
            path = path.Length < lengthMax ? new byte[2 * lengthMax] : path;
            int length = Encoding.UTF8.GetBytes(item.Path, path);
            if (!changed.TryFind(NameHash.Of(path.AsSpan(0, length)), path.AsSpan(0, length), out _))
            {
                yield return item;
            }
        }
        foreach (T item in changed.Items)
        {
            yield return item;
        }
    }
}
