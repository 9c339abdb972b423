using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// Makes whole frames of what passes a link, with the checksums that the link completes: for those who look
/// on.
/// </summary>
/// <param name="content">Where the bytes of sent content are.</param>
internal sealed class FrameAssembly(IContentMemory content)
{
    private readonly byte[] _frame = new byte[PcapngWriter.FrameMax];
    private FramePool? _pool;

    /// <summary>As <see cref="ILinkDevice.Attach"/>.</summary>
    public void Attach(FramePool pool) => _pool = pool;

    /// <summary>A received frame, until the next call.</summary>
    public ReadOnlySpan<byte> Received(ReadOnlySpan<byte> bytes, in Frame frame)
    {
        Span<byte> copy = _frame.AsSpan(0, Math.Min(bytes.Length, _frame.Length));
        bytes[..copy.Length].CopyTo(copy);
        if (frame.Checksum == ReceiveChecksum.Trusted)
        {
            ChecksumCompletion.Transport(copy);
        }
        return copy;
    }

    /// <summary>
    /// A sent segment, until the next call; shorter than the segment when its content has gone since.
    /// </summary>
    public ReadOnlySpan<byte> Sent(TransmitBatch batch, in OutboundSegment segment)
    {
        ReadOnlySpan<byte> header = batch.HeaderOf(segment);
        header.CopyTo(_frame);
        int filled = header.Length;
        foreach (ref readonly ContentSlice slice in batch.Gather(segment))
        {
            if (slice.Length > _frame.Length - filled
                || !TryRead(slice, _frame.AsSpan(filled, (int)slice.Length)))
            {
                return _frame.AsSpan(0, filled);
            }
            filled += (int)slice.Length;
        }
        Span<byte> frame = _frame.AsSpan(0, filled);
        if (segment.SegmentSize != 0)
        {
            ChecksumCompletion.Ipv4(frame);
        }
        if (segment.ChecksumStart != 0)
        {
            ChecksumCompletion.Transport(frame);
        }
        return frame;
    }

    private bool TryRead(in ContentSlice slice, Span<byte> destination)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            return content.TryRead(slice.Region, slice.Offset, destination);
        }
        _pool!.Bytes(slice).CopyTo(destination);
        return true;
    }
}
