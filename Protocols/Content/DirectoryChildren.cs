using System.Runtime.CompilerServices;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Content;

/// <summary>
/// The names of one directory, by their bytes in ascending order, each once: immutable. With one name more or
/// less it shares all but one page of itself with what it was, so that a change costs about the same in a
/// directory of ten names and of a hundred thousand.
/// </summary>
[CollectionBuilder(typeof(DirectoryChildren), nameof(Of))]
public sealed class DirectoryChildren
{
    // 4 KB a page.
    private const int PageMax = 256;
    private const int Half = PageMax / 2;

    private readonly DirectoryChild[][] _pages;

    // Before the first child of each page among all: how many there are, and how many directories of them.
    private readonly int[] _starts;
    private readonly int[] _directories;
    private readonly ChildTotals _totals;

    private DirectoryChildren(DirectoryChild[][] pages, int[] directoriesOfPages, in ChildTotals totals)
    {
        (_pages, _directories, _totals) = (pages, directoriesOfPages, totals);
        _starts = new int[pages.Length];
        int directories = 0;
        for (int i = 0; i < pages.Length; i++)
        {
            _starts[i] = Length;
            Length += pages[i].Length;
            (_directories[i], directories) = (directories, directories + _directories[i]);
        }
    }

    /// <summary>No names.</summary>
    public static DirectoryChildren None { get; } = new([], [], default);

    /// <summary>Names.</summary>
    public int Length { get; }

    /// <summary>How many of them are directories.</summary>
    public int DirectoryCount => _totals.Directories;

    /// <summary>The lengths of the files among them together, in bytes.</summary>
    public long FileBytes => _totals.FileBytes;

    /// <summary>
    /// A hash of the names, of the files' lengths and times, and of which are directories: the same wherever
    /// and however the same came together.
    /// </summary>
    public ulong Digest => _totals.Digest;

    /// <summary>One of them, in the order of the names. Allocates nothing.</summary>
    public ref readonly DirectoryChild this[int index]
    {
        get
        {
            int page = PageOf(index);
            return ref _pages[page][index - _starts[page]];
        }
    }

    /// <summary>Sorts children; of several with one name one stays.</summary>
    public static DirectoryChildren Of(ReadOnlySpan<DirectoryChild> children)
    {
        DirectoryChild[] sorted = children.ToArray();
        sorted.AsSpan().Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        int length = 0;
        ChildTotals totals = default;
        foreach (DirectoryChild child in sorted)
        {
            if (length > 0 && sorted[length - 1].Name.AsSpan().SequenceEqual(child.Name))
            {
                continue;
            }
            sorted[length++] = child;
            totals = totals.With(child);
        }
        var pages = new DirectoryChild[(length + PageMax - 1) / PageMax][];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = sorted[(i * PageMax)..Math.Min((i + 1) * PageMax, length)];
        }
        return new DirectoryChildren(pages, Array.ConvertAll(pages, DirectoriesOf), totals);
    }

    /// <summary>All of them, in the order of the names.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Whether there is a child of a name, and which. Allocates nothing.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out DirectoryChild child)
    {
        if (TryLocate(name, out int page, out int place))
        {
            child = _pages[page][place];
            return true;
        }
        child = default;
        return false;
    }

    /// <summary>These children with one more, or with another of the same name.</summary>
    public DirectoryChildren With(DirectoryChild child)
    {
        if (_pages.Length == 0)
        {
            return Of([child]);
        }
        bool isThere = TryLocate(child.Name, out int page, out int place);
        DirectoryChild[] old = _pages[page];
        DirectoryChild before = isThere ? old[place] : default;
        DirectoryChild[] changed = [.. old[..place], child, .. old[(isThere ? place + 1 : place)..]];
        DirectoryChild[][] parts = changed.Length <= PageMax ? [changed] : [changed[..Half], changed[Half..]];
        return Replace(page, parts, (isThere ? _totals.Without(before) : _totals).With(child));
    }

    /// <summary>These children without that of a name, if there is one.</summary>
    public DirectoryChildren Without(ReadOnlySpan<byte> name)
    {
        if (!TryLocate(name, out int page, out int place))
        {
            return this;
        }
        DirectoryChild[] old = _pages[page];
        DirectoryChild[] changed = [.. old[..place], .. old[(place + 1)..]];
        return Replace(page, changed.Length == 0 ? [] : [changed], _totals.Without(old[place]));
    }

    /// <summary>
    /// Where among all one of them stands when the directories come first, and files after them, by their
    /// names each. Allocates nothing.
    /// </summary>
    /// <param name="place">From 0, in that order.</param>
    public int IndexOfGrouped(int place)
    {
        Invariant.Assert((uint)place < (uint)Length, "a child is one of the directory's");
        bool isDirectory = place < DirectoryCount;
        int wanted = isDirectory ? place : place - DirectoryCount;
        int first = 0;
        int end = _pages.Length;
        while (end - first > 1)
        {
            int middle = (first + end) >>> 1;
            int before = isDirectory ? _directories[middle] : _starts[middle] - _directories[middle];
            (first, end) = wanted < before ? (first, middle) : (middle, end);
        }
        DirectoryChild[] page = _pages[first];
        int left = wanted - (isDirectory ? _directories[first] : _starts[first] - _directories[first]);
        int behind = first + 1 < _pages.Length ? _directories[first + 1] : DirectoryCount;
        if (behind - _directories[first] == (isDirectory ? page.Length : 0))
        {
            return _starts[first] + left;
        }
        int found = 0;
        while (page[found].File is null != isDirectory || left-- > 0)
        {
            found++;
        }
        return _starts[first] + found;
    }

    private static int DirectoriesOf(DirectoryChild[] page) => page.Count(child => child.File is null);

    private DirectoryChildren Replace(int page, DirectoryChild[][] parts, in ChildTotals totals)
    {
        int[] directories = new int[_pages.Length - 1 + parts.Length];
        for (int i = 0; i < page; i++)
        {
            directories[i] = _directories[i + 1] - _directories[i];
        }
        for (int i = 0; i < parts.Length; i++)
        {
            directories[page + i] = DirectoriesOf(parts[i]);
        }
        for (int i = page + 1; i < _pages.Length; i++)
        {
            int end = i + 1 < _pages.Length ? _directories[i + 1] : DirectoryCount;
            directories[i - 1 + parts.Length] = end - _directories[i];
        }
        return new DirectoryChildren(
            [.. _pages[..page], .. parts, .. _pages[(page + 1)..]], directories, totals);
    }

    // The page that a name is in or would be in, and its place there; there is at least one page.
    private bool TryLocate(ReadOnlySpan<byte> name, out int page, out int place)
    {
        page = 0;
        place = 0;
        if (_pages.Length == 0)
        {
            return false;
        }
        int first = 0;
        int end = _pages.Length;
        while (end - first > 1)
        {
            int middle = (first + end) >>> 1;
            bool isBefore = name.SequenceCompareTo(_pages[middle][0].Name) < 0;
            (first, end) = isBefore ? (first, middle) : (middle, end);
        }
        page = first;
        DirectoryChild[] children = _pages[page];
        end = children.Length;
        while (place < end)
        {
            int middle = (place + end) >>> 1;
            int order = name.SequenceCompareTo(children[middle].Name);
            if (order == 0)
            {
                place = middle;
                return true;
            }
            (place, end) = order < 0 ? (place, middle) : (middle + 1, end);
        }
        return false;
    }

    private int PageOf(int index)
    {
        Invariant.Assert((uint)index < (uint)Length, "a child is one of the directory's");
        int found = _starts.AsSpan().BinarySearch(index);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Goes through the children.</summary>
    public struct Enumerator
    {
        private readonly DirectoryChildren _children;
        private int _page;
        private int _place;

        internal Enumerator(DirectoryChildren children)
        {
            _children = children;
            _place = -1;
        }

        /// <summary>The child that is looked at.</summary>
        public readonly ref readonly DirectoryChild Current => ref _children._pages[_page][_place];

        /// <summary>Goes on to the next; false when there is none.</summary>
        public bool MoveNext()
        {
            if (_page < _children._pages.Length && ++_place == _children._pages[_page].Length)
            {
                _page++;
                _place = 0;
            }
            return _page < _children._pages.Length;
        }
    }
}
