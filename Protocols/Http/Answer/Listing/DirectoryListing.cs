using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// The content of a listing, made as there is room for it from the directory as it was when it was asked for.
/// It holds that and a place in it, so that a reader who is slow costs no memory but his frames.
/// </summary>
internal sealed class DirectoryListing : IHttpBody
{
    private readonly DirectoryEntry _directory;
    private readonly DirectoryChildren _children;
    private readonly Site _site;
    private readonly int _rootLength;
    private readonly ListingQuery _query;
    private readonly IListingOrders? _orders;
    private readonly DirectoryTimes _times;
    private readonly IpAddress _peer;

    // The parts: what comes before the names, the names, and what comes behind them.
    private readonly int _lead;
    private readonly int _end;

    // The order of a small directory; null: it is asked for, or there is none but that of the content.
    private ushort[]? _order;
    private StreamId _reader;
    private int _part;
    private int _before;
    private bool _isWaiting;

    // Whether a name was written, and what this was before the last piece.
    private bool _hasName;
    private bool _hadName;

    /// <summary>Lists a directory.</summary>
    /// <param name="directory">What is listed.</param>
    /// <param name="site">Whose it is: the way to its root is not told, nor what it hides.</param>
    /// <param name="query">How.</param>
    /// <param name="orders">Sorts large directories; null: nobody does.</param>
    /// <param name="times">Knows the times of directories.</param>
    /// <param name="peer">Who asks.</param>
    public DirectoryListing(
        DirectoryEntry directory,
        Site site,
        in ListingQuery query,
        IListingOrders? orders,
        DirectoryTimes times,
        IpAddress peer)
    {
        (_directory, _children, _site) = (directory, directory.Children, site);
        _rootLength = Encoding.UTF8.GetCharCount(site.Root);
        (_orders, _times, _peer) = (orders, times, peer);
        IsSmall = _children.Length <= SmallMax;
        IsSortable = IsSmall || _children.Length <= (orders?.NamesMax ?? 0);
        _query = IsSmall && query.By is null ? query with { By = ListingColumn.Name }
            : IsSortable ? query
            : query with { By = null, IsDescending = false };
        _lead = query.Form switch
        {
            ListingForm.Html => HtmlListing.SegmentsOf(Path) + 2,
            ListingForm.Json => 1,
            _ => 0,
        };
        _end = _lead + _children.Length + (query.Form == ListingForm.Text ? 0 : 1);
    }

    /// <summary>
    /// Names that are sorted within a pass, unasked. A directory of more is listed at once as the content has
    /// it, by the bytes of the names, unless an order is asked for.
    /// </summary>
    public const int SmallMax = 1024;

    /// <inheritdoc/>
    public bool IsComplete => _part == _end;

    private bool IsSmall { get; }

    private bool IsSortable { get; }

    private ReadOnlySpan<char> Path => _directory.Path.AsSpan(_rootLength);

    /// <inheritdoc/>
    public void Begin(StreamId reader)
    {
        _reader = reader;
        if (IsSmall)
        {
            ListingColumn by = _query.By!.Value;
            long[]? times = by == ListingColumn.Time ? _times.AllOf(_directory) : null;
            _order = Array.ConvertAll(ListingSort.Of(_children, by, times), place => (ushort)place);
        }
    }

    /// <inheritdoc/>
    public int Fill(Span<byte> piece)
    {
        (_before, _hadName) = (_part, _hasName);
        ReadOnlySpan<int> order = [];
        if (!IsSmall && _query.By is { } by)
        {
            int[]? made = _orders!.Find(_directory, by, _reader, _peer);
            _isWaiting = made is null;
            order = made;
        }
        var text = new ListingText(piece);
        // What comes before the names goes out while they are sorted.
        int end = _isWaiting ? _lead : _end;
        while (_part < end)
        {
            int length = text.Length;
            Write(ref text, order);
            if (!text.TryKeep(length))
            {
                Invariant.Assert(length > 0, "a piece has room for the longest part");
                break;
            }
            _hasName |= text.Length > length && _part >= _lead;
            _part++;
        }
        return text.Length;
    }

    /// <inheritdoc/>
    public void SetBack() => (_part, _hasName) = (_before, _hadName);

    /// <inheritdoc/>
    public void Stop()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            _orders!.Forget(_directory, _query.By!.Value, _reader);
        }
    }

    private void Write(ref ListingText text, ReadOnlySpan<int> order)
    {
        int place = _part - _lead;
        if (place >= 0 && place < _children.Length)
        {
            ref readonly DirectoryChild found = ref _children[IndexOf(place, order)];
            if (IsHidden(in found))
            {
                return;
            }
            ListedChild child = _times.Tell(_directory, in found);
            switch (_query.Form)
            {
                case ListingForm.Json:
                    PlainListing.WriteJson(ref text, child, isFirst: !_hasName);
                    break;
                case ListingForm.Text:
                    PlainListing.WriteText(ref text, child);
                    break;
                default:
                    HtmlListing.WriteRow(ref text, child);
                    break;
            }
        }
        else if (_query.Form == ListingForm.Json)
        {
            text.Write(place < 0 ? "[\n"u8 : "\n]\n"u8);
        }
        else if (place >= 0)
        {
            HtmlListing.WriteTail(ref text, isEmpty: !_hasName);
        }
        else if (_part == 0)
        {
            HtmlListing.WriteHead(ref text, Path);
        }
        else if (place < -1)
        {
            HtmlListing.WriteCrumb(ref text, Path, _part);
        }
        else
        {
            HtmlListing.WriteHeading(ref text, Path, Totals(), _query, IsSortable);
        }
    }

    private bool IsHidden(in DirectoryChild child)
    {
        if (child.File is { } file)
        {
            return ReferenceEquals(file.Blocks[_site.Place], FieldBlock.Hidden);
        }
        return _site.Fields.HidesSome
            && _site.HidesDirectory([.. Encoding.UTF8.GetBytes(Path.ToArray()), .. child.Name]);
    }

    private ListingTotals Totals()
    {
        if (!_site.Fields.HidesSome)
        {
            int directories = _children.DirectoryCount;
            return new(directories, _children.Length - directories, _children.FileBytes);
        }
        ListingTotals totals = default;
        foreach (ref readonly DirectoryChild child in _children)
        {
            if (!IsHidden(in child))
            {
                totals = child.File is { } file
                    ? totals with { Files = totals.Files + 1, Bytes = totals.Bytes + file.Body.Length }
                    : totals with { Directories = totals.Directories + 1 };
            }
        }
        return totals;
    }

    private int IndexOf(int place, ReadOnlySpan<int> order)
    {
        if (_query.IsDescending)
        {
            place = Reverse(place);
        }
        return _order is { } small ? small[place]
            : order.IsEmpty ? _children.IndexOfGrouped(place)
            : order[place];
    }

    // Directories stay first; and those that have nothing that they are sorted by stand by their names.
    private int Reverse(int place)
    {
        int directories = _children.DirectoryCount;
        bool isNamed = _query.By == ListingColumn.Size || (_query.By == ListingColumn.Time && !IsSmall);
        return place >= directories ? directories + _children.Length - 1 - place
            : isNamed ? place
            : directories - 1 - place;
    }
}
