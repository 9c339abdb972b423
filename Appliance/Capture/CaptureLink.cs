using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// A link that writes to a pcapng file whatever passes through another one: frames and 64 KB aggregates
/// whole, with the
/// checksums that the link completes. A failed write ends the capture, not the server.
/// </summary>
public sealed class CaptureLink : ILinkDevice
{
    private const long FlushNanoseconds = 1_000_000_000;

    private readonly ILinkDevice _inner;
    private readonly IContentMemory _content;
    private readonly PcapngWriter _writer;
    private readonly Action<IOException> _onFailure;
    private readonly long _unixNanosecondsAtZero;
    private readonly byte[] _frame = new byte[PcapngWriter.FrameMax];
    private FramePool? _pool;
    private Instant _flushAt;
    private bool _isEnded;

    /// <summary>Begins a capture.</summary>
    /// <param name="inner">The link.</param>
    /// <param name="content">Where the bytes of sent content are.</param>
    /// <param name="writer">Where to; begun already.</param>
    /// <param name="now">The present,</param>
    /// <param name="utc">and what the clock on the wall says.</param>
    /// <param name="onFailure">Told once, when a write fails.</param>
    public CaptureLink(
        ILinkDevice inner,
        IContentMemory content,
        PcapngWriter writer,
        Instant now,
        DateTimeOffset utc,
        Action<IOException> onFailure)
    {
        (_inner, _content, _writer, _onFailure) = (inner, content, writer, onFailure);
        _unixNanosecondsAtZero = ((utc.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100) - now.Nanoseconds;
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public void Attach(FramePool pool)
    {
        _pool = pool;
        _inner.Attach(pool);
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = _inner.Receive(frames, now);
        for (int i = 0; i < count && !_isEnded; i++)
        {
            ReadOnlySpan<byte> bytes = _inner.Bytes(frames[i]);
            int kept = Math.Min(bytes.Length, _frame.Length);
            bytes[..kept].CopyTo(_frame);
            if (frames[i].Checksum == ReceiveChecksum.Trusted)
            {
                ChecksumCompletion.Transport(_frame.AsSpan(0, kept));
            }
            Write(now, CaptureDirection.In, kept, bytes.Length);
        }
        return count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _inner.Bytes(frame);

    /// <inheritdoc/>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        TransmitResult result = _inner.Transmit(batch, now);
        for (int i = 0; i < result.Taken && !_isEnded; i++)
        {
            WriteSent(batch, batch.Pending[i], now);
        }
        return result;
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
        TryWrite(flush: true);
        _inner.Wait(deadline, forRoom);
    }

    /// <inheritdoc/>
    public void Wake() => _inner.Wake();

    /// <summary>Ends the capture and the link.</summary>
    public void Dispose()
    {
        TryWrite(flush: true);
        _isEnded = true;
        _writer.Dispose();
        _inner.Dispose();
    }

    private void WriteSent(TransmitBatch batch, in OutboundSegment segment, Instant now)
    {
        int length = segment.HeaderLength + segment.PayloadLength;
        ReadOnlySpan<byte> header = batch.HeaderOf(segment);
        header.CopyTo(_frame);
        int filled = header.Length;
        foreach (ref readonly ContentSlice slice in batch.Gather(segment))
        {
            if (slice.Length > _frame.Length - filled
                || !TryRead(slice, _frame.AsSpan(filled, (int)slice.Length)))
            {
                // Its content has gone since: the file tells how long the frame was, and keeps what is known.
                break;
            }
            filled += (int)slice.Length;
        }
        if (filled == length)
        {
            Span<byte> frame = _frame.AsSpan(0, length);
            if (segment.SegmentSize != 0)
            {
                ChecksumCompletion.Ipv4(frame);
            }
            if (segment.ChecksumStart != 0)
            {
                ChecksumCompletion.Transport(frame);
            }
        }
        Write(now, CaptureDirection.Out, filled, length);
    }

    private bool TryRead(in ContentSlice slice, Span<byte> destination)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            return _content.TryRead(slice.Region, slice.Offset, destination);
        }
        _pool!.Bytes(slice).CopyTo(destination);
        return true;
    }

    private void Write(Instant now, CaptureDirection direction, int kept, int length)
    {
        TryWrite(flush: false, now, direction, kept, length);
        if (now >= _flushAt)
        {
            _flushAt = now.Plus(FlushNanoseconds);
            TryWrite(flush: true);
        }
    }

    private void TryWrite(
        bool flush, Instant now = default, CaptureDirection direction = default, int kept = 0, int length = 0)
    {
        if (_isEnded)
        {
            return;
        }
        try
        {
            if (flush)
            {
                _writer.Flush();
            }
            else
            {
                _writer.Write(
                    _unixNanosecondsAtZero + now.Nanoseconds, direction, _frame.AsSpan(0, kept), length);
            }
        }
        catch (IOException e)
        {
            _isEnded = true;
            _onFailure(e);
        }
    }
}
