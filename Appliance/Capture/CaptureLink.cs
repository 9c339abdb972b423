using Straightwire.Appliance.Faults;
using Straightwire.Protocols;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// A link that writes to a pcapng file whatever passes through another one. A failed write ends the
/// capture, not the server. The queues of a link share a writer, under a lock that is held from when frames
/// pass until they are written: the file has the order of the wire.
/// </summary>
public sealed class CaptureLink : ObservingLink
{
    private const long FlushNanoseconds = 1_000_000_000;

    private readonly PcapngWriter _writer;
    private readonly Action<Exception> _onFailure;
    private readonly long _unixNanosecondsAtZero;
    private Instant _flushAt;
    private bool _isEnded;

    /// <summary>Begins to write what passes a link.</summary>
    /// <param name="inner">The link whose frames are written.</param>
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
        : base(inner, content)
    {
        (_writer, _onFailure) = (writer, onFailure);
        _unixNanosecondsAtZero = WallClock.UnixNanosecondsOf(utc) - now.Nanoseconds;
    }

    /// <inheritdoc/>
    protected override bool TryHoldOthers()
    {
        if (_isEnded)
        {
            return false;
        }
        Monitor.Enter(_writer);
        return true;
    }

    /// <inheritdoc/>
    protected override void LetGo(bool isHeld)
    {
        if (isHeld)
        {
            Monitor.Exit(_writer);
        }
    }

    /// <inheritdoc/>
    protected override bool Wants(Instant now) => !_isEnded;

    /// <inheritdoc/>
    protected override void See(
        Instant now, CaptureDirection direction, ReadOnlySpan<byte> frame, int length)
    {
        TryWrite(flush: false, now, direction, frame, length);
        if (now >= _flushAt)
        {
            _flushAt = now.Plus(FlushNanoseconds);
            TryWrite(flush: true);
        }
    }

    /// <inheritdoc/>
    protected override void BeforeWait() => TryWrite(flush: true);

    /// <inheritdoc/>
    protected override void End()
    {
        TryWrite(flush: true);
        _isEnded = true;
        lock (_writer)
        {
            _writer.Dispose();
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
