using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Frames;

/// <summary>
/// The segments of one pass on their way to the link, with the memory that their headers and gather lists
/// stand in. Allocated once. The link takes a prefix; what it does not take stays, in order, for the next
/// kick.
/// </summary>
public sealed class TransmitBatch
{
    /// <summary>
    /// Free bytes before each segment's headers, for a link's own header (virtio: 10 or 12 bytes).
    /// </summary>
    public const int Headroom = 16;

    /// <summary>Bytes kept for the headers of an ordinary segment, headroom included.</summary>
    public const int HeaderSlot = 128;

    /// <summary>The most slices one segment gathers; UIO_MAXIOV is 1024, less one for the headers.</summary>
    public const int GatherMax = 256;

    private readonly OutboundSegment[] _segments;
    private readonly ContentSlice[] _slices;
    private int _first;
    private int _end;
    private int _headerEnd;
    private int _sliceEnd;

    /// <summary>Creates a batch of up to <paramref name="segmentMax"/> segments.</summary>
    public TransmitBatch(int segmentMax, int headerBytes, int sliceMax)
    {
        _segments = new OutboundSegment[segmentMax];
        _slices = new ContentSlice[sliceMax];
        Headers = GC.AllocateArray<byte>(headerBytes, pinned: true);
    }

    /// <summary>The memory of all headers, pinned.</summary>
    public byte[] Headers { get; }

    /// <summary>The memory of all gather lists.</summary>
    public ReadOnlySpan<ContentSlice> Slices => _slices;

    /// <summary>Segments that wait for the link, oldest first.</summary>
    public ReadOnlySpan<OutboundSegment> Pending => _segments.AsSpan(_first, _end - _first);

    /// <summary>The slices of a segment.</summary>
    public ReadOnlySpan<ContentSlice> Gather(in OutboundSegment segment) =>
        _slices.AsSpan(segment.GatherStart, segment.GatherCount);

    /// <summary>The header bytes of a segment.</summary>
    public Span<byte> HeaderOf(in OutboundSegment segment) =>
        Headers.AsSpan(segment.HeaderOffset, segment.HeaderLength);

    /// <summary>
    /// Whether an ordinary segment fits even after resolving its next hop has put a request into the batch.
    /// </summary>
    public bool HasRoomToSpare =>
        _end + 1 < _segments.Length
        && _headerEnd + (2 * HeaderSlot) <= Headers.Length
        && _sliceEnd + GatherMax <= _slices.Length;

    /// <summary>
    /// Whether a segment of <paramref name="headerLength"/> header bytes and <see cref="GatherMax"/> slices
    /// still fits.
    /// </summary>
    public bool HasRoom(int headerLength = HeaderSlot - Headroom) =>
        _end < _segments.Length
        && _headerEnd + Headroom + headerLength <= Headers.Length
        && _sliceEnd + GatherMax <= _slices.Length;

    /// <summary>
    /// Whether <paramref name="count"/> segments of <paramref name="headerLength"/> header bytes and no slice
    /// still fit.
    /// </summary>
    public bool HasRoomFor(int count, int headerLength) =>
        _end + count <= _segments.Length
        && _headerEnd + ((long)count * ((Headroom + headerLength + 15) & ~15)) <= Headers.Length
        && _sliceEnd + GatherMax <= _slices.Length;

    /// <summary>
    /// Begins a segment: header memory of <paramref name="headerLength"/> bytes after the headroom. Call only
    /// when
    /// <see cref="HasRoom"/>; ends with <see cref="Commit"/>, or is forgotten without it.
    /// </summary>
    public ref OutboundSegment Begin(int headerLength, out Span<byte> header)
    {
        Invariant.Assert(HasRoom(headerLength), "a segment begins only where there is room");
        ref OutboundSegment segment = ref _segments[_end];
        segment = default;
        segment.HeaderOffset = _headerEnd + Headroom;
        segment.HeaderLength = headerLength;
        segment.GatherStart = _sliceEnd;
        segment.Owner = -1;
        header = Headers.AsSpan(segment.HeaderOffset, headerLength);
        return ref segment;
    }

    /// <summary>
    /// Adds a slice to the segment that was begun; one that continues the last slice is merged with it.
    /// </summary>
    public void Append(ref OutboundSegment segment, in ContentSlice slice)
    {
        Invariant.Assert(segment.GatherCount < GatherMax, "a gather list has its limit");
        if (segment.GatherCount > 0)
        {
            ref ContentSlice last = ref _slices[_sliceEnd + segment.GatherCount - 1];
            if (last.Region == slice.Region && last.Offset + last.Length == slice.Offset)
            {
                last = last with { Length = last.Length + slice.Length };
                segment.PayloadLength += (int)slice.Length;
                return;
            }
        }
        _slices[_sliceEnd + segment.GatherCount++] = slice;
        segment.PayloadLength += (int)slice.Length;
    }

    /// <summary>Ends the segment that was begun: it is pending now.</summary>
    public void Commit(ref OutboundSegment segment)
    {
        _headerEnd = (segment.HeaderOffset + segment.HeaderLength + 15) & ~15;
        _sliceEnd += segment.GatherCount;
        _end++;
    }

    /// <summary>The link took the first <paramref name="count"/> pending segments.</summary>
    public void Took(int count)
    {
        _first += count;
        Invariant.Assert(_first <= _end, "a link takes no more than there is");
        if (_first == _end)
        {
            _first = _end = _headerEnd = _sliceEnd = 0;
        }
    }
}
