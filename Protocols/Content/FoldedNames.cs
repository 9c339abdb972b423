using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Paths by their letters whichever case they have: an immutable index, of which a change costs as much as
/// the names that it touches.
/// </summary>
internal sealed class FoldedNames
{
    // Nobody types longer ones.
    private const int LengthMax = 1024;

    private readonly NameIndex<Folded> _index;

    /// <summary>Makes an index of paths.</summary>
    public FoldedNames(IEnumerable<string> paths) => _index = new NameIndex<Folded>(
        paths.GroupBy(Fold, StringComparer.Ordinal).Select(static same => new Folded(same.Key, [.. same])));

    private FoldedNames(NameIndex<Folded> index) => _index = index;

    /// <summary>The only path that has these letters; null where there is none, or several, or it is longer
    /// than 1024 bytes.</summary>
    public string? Find(ReadOnlySpan<byte> path)
    {
        if (path.Length > LengthMax)
        {
            return null;
        }
        Span<char> letters = stackalloc char[LengthMax];
        letters = letters[..Encoding.UTF8.GetChars(path, letters)];
        Span<char> folded = stackalloc char[LengthMax];
        folded = folded[..MemoryExtensions.ToLowerInvariant(letters, folded)];
        Span<byte> key = stackalloc byte[2 * LengthMax];
        return Encoding.UTF8.TryGetBytes(folded, key, out int length)
            && _index.Find(key[..length]) is { Paths: [string only] }
                ? only
                : null;
    }

    /// <summary>The index after a change: what each path stands for, null for one that is gone.</summary>
    public FoldedNames With(IReadOnlyDictionary<string, ContentEntry?> changes)
    {
        var changed = new Dictionary<string, Folded?>(StringComparer.Ordinal);
        foreach ((string path, ContentEntry? entry) in changes)
        {
            string key = Fold(path);
            if (!changed.TryGetValue(key, out Folded? folded))
            {
                folded = _index.Find(Encoding.UTF8.GetBytes(key));
            }
            IEnumerable<string> others = (folded?.Paths ?? []).Where(other => other != path);
            string[] paths = entry is null ? [.. others] : [.. others, path];
            changed[key] = paths.Length == 0 ? null : new Folded(key, paths);
        }
        return new FoldedNames(_index.With(changed));
    }

    private static string Fold(string path) => path.ToLowerInvariant();

    private sealed record Folded(string Path, string[] Paths) : INamed;
}
