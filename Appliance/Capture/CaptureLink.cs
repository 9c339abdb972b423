using Straightwire.Protocols;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// A link that writes to a pcapng file whatever passes through another one: frames and aggregates
/// whole, with the
/// checksums that the link completes. A failed write ends the capture, not the server. The queues of a link
/// share a writer, under a lock.
/// </summary>
public sealed class CaptureLink : ILinkDevice
{
    private const long FlushNanoseconds = 1_000_000_000;

    private readonly ILinkDevice _inner;
    private readonly FrameAssembly _assembly;
    private readonly PcapngWriter _writer;
    private readonly Action<Exception> _onFailure;
    private readonly long _unixNanosecondsAtZero;
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
        Action<Exception> onFailure)
    {
        (_inner, _assembly) = (inner, new FrameAssembly(content));
        (_writer, _onFailure) = (writer, onFailure);
        _unixNanosecondsAtZero = WallClock.UnixNanosecondsOf(utc) - now.Nanoseconds;
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities => _inner.Capabilities;

    /// <inheritdoc/>
    public long FramesLost => _inner.FramesLost;

    /// <inheritdoc/>
    public long SegmentsLost => _inner.SegmentsLost;

    /// <inheritdoc/>
    public void Attach(FramePool pool)
    {
        _assembly.Attach(pool);
        _inner.Attach(pool);
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = _inner.Receive(frames, now);
        for (int i = 0; i < count && !_isEnded; i++)
        {
            ReadOnlySpan<byte> bytes = _inner.Bytes(frames[i]);
            Write(now, CaptureDirection.In, _assembly.Received(bytes, frames[i]), bytes.Length);
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
            // A frame whose content has gone since is written as long as it was, with what is known of it.
            ref readonly OutboundSegment segment = ref batch.Pending[i];
            int length = segment.HeaderLength + segment.PayloadLength;
            Write(now, CaptureDirection.Out, _assembly.Sent(batch, segment), length);
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
        lock (_writer)
        {
            _writer.Dispose();
        }
        _inner.Dispose();
    }

    private void Write(Instant now, CaptureDirection direction, ReadOnlySpan<byte> frame, int length)
    {
        TryWrite(flush: false, now, direction, frame, length);
        if (now >= _flushAt)
        {
            _flushAt = now.Plus(FlushNanoseconds);
            TryWrite(flush: true);
        }
    }

    private void TryWrite(
        bool flush,
        Instant now = default,
        CaptureDirection direction = default,
        ReadOnlySpan<byte> frame = default,
        int length = 0)
    {
        if (_isEnded)
        {
            return;
        }
        try
        {
            lock (_writer)
            {
                if (flush)
                {
                    _writer.Flush();
                }
                else
                {
                    _writer.Write(_unixNanosecondsAtZero + now.Nanoseconds, direction, frame, length);
                }
            }
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            _isEnded = true;
            _onFailure(e);
        }
    }
}
