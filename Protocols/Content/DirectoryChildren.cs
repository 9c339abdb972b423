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

    // The place of each page's first child among all.
    private readonly int[] _starts;

    private DirectoryChildren(DirectoryChild[][] pages, int directoryCount, long fileBytes)
    {
        _pages = pages;
        _starts = new int[pages.Length];
        for (int i = 0; i < pages.Length; i++)
        {
            _starts[i] = Length;
            Length += pages[i].Length;
        }
        DirectoryCount = directoryCount;
        FileBytes = fileBytes;
    }

    /// <summary>No names.</summary>
    public static DirectoryChildren None { get; } = new([], 0, 0);

    /// <summary>Names.</summary>
    public int Length { get; }

    /// <summary>How many of them are directories.</summary>
    public int DirectoryCount { get; }

    /// <summary>The lengths of the files among them together, in bytes.</summary>
    public long FileBytes { get; }

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
        int directories = 0;
        long bytes = 0;
        foreach (DirectoryChild child in sorted)
        {
            if (length > 0 && sorted[length - 1].Name.AsSpan().SequenceEqual(child.Name))
            {
                continue;
            }
            sorted[length++] = child;
            directories += CountOf(child);
            bytes += BytesOf(child);
        }
        var pages = new DirectoryChild[(length + PageMax - 1) / PageMax][];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = sorted[(i * PageMax)..Math.Min((i + 1) * PageMax, length)];
        }
        return new DirectoryChildren(pages, directories, bytes);
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
            return new DirectoryChildren([[child]], CountOf(child), BytesOf(child));
        }
        bool isThere = TryLocate(child.Name, out int page, out int place);
        DirectoryChild[] old = _pages[page];
        DirectoryChild before = isThere ? old[place] : default;
        DirectoryChild[] changed = [.. old[..place], child, .. old[(isThere ? place + 1 : place)..]];
        DirectoryChild[][] pages = changed.Length <= PageMax
            ? [.. _pages[..page], changed, .. _pages[(page + 1)..]]
            : [.. _pages[..page], changed[..Half], changed[Half..], .. _pages[(page + 1)..]];
        return new DirectoryChildren(
            pages,
            DirectoryCount + CountOf(child) - (isThere ? CountOf(before) : 0),
            FileBytes + BytesOf(child) - BytesOf(before));
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
        DirectoryChild[][] pages = changed.Length == 0
            ? [.. _pages[..page], .. _pages[(page + 1)..]]
            : [.. _pages[..page], changed, .. _pages[(page + 1)..]];
        return new DirectoryChildren(
            pages, DirectoryCount - CountOf(old[place]), FileBytes - BytesOf(old[place]));
    }

    private static int CountOf(in DirectoryChild child) => child.File is null ? 1 : 0;

    private static long BytesOf(in DirectoryChild child) => child.File?.Body.Length ?? 0;

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
