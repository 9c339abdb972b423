using System.Globalization;
using Straightwire.Devices;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// A link that tells in one line each what passes through another one: frames and aggregates. Of more
/// than so many a second it tells the number alone, so that a busy server does not drown in its own log.
/// </summary>
public sealed class TraceLink : ILinkDevice
{
    private const long Second = 1_000_000_000;

    private readonly ILinkDevice _inner;
    private readonly FrameAssembly _assembly;
    private readonly IFrameDecoder _decoder;
    private readonly int _linesPerSecondMax;
    private readonly Action<string> _tell;
    private readonly DateTimeOffset _utcAtZero;
    private Instant _secondEnds;
    private int _told;
    private long _untold;

    /// <summary>Begins to tell.</summary>
    /// <param name="inner">The link.</param>
    /// <param name="content">Where the bytes of sent content are.</param>
    /// <param name="decoder">What describes a frame.</param>
    /// <param name="linesPerSecondMax">Most frames told of in a second.</param>
    /// <param name="now">The present,</param>
    /// <param name="utc">and what the clock on the wall says.</param>
    /// <param name="tell">Takes a line.</param>
    public TraceLink(
        ILinkDevice inner,
        IContentMemory content,
        IFrameDecoder decoder,
        int linesPerSecondMax,
        Instant now,
        DateTimeOffset utc,
        Action<string> tell)
    {
        (_inner, _assembly, _decoder) = (inner, new FrameAssembly(content), decoder);
        (_linesPerSecondMax, _tell) = (linesPerSecondMax, tell);
        _utcAtZero = utc.AddTicks(-now.Nanoseconds / TimeSpan.NanosecondsPerTick);
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
        for (int i = 0; i < count; i++)
        {
            if (MayTell(now))
            {
                Tell(now, "in ", _assembly.Received(_inner.Bytes(frames[i]), frames[i]));
            }
        }
        return count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _inner.Bytes(frame);

    /// <inheritdoc/>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        TransmitResult result = _inner.Transmit(batch, now);
        for (int i = 0; i < result.Taken; i++)
        {
            if (MayTell(now))
            {
                Tell(now, "out", _assembly.Sent(batch, batch.Pending[i]));
            }
        }
        return result;
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom) => _inner.Wait(deadline, forRoom);

    /// <inheritdoc/>
    public void Wake() => _inner.Wake();

    /// <summary>Ends the link.</summary>
    public void Dispose()
    {
        TellUntold();
        _inner.Dispose();
    }

    private bool MayTell(Instant now)
    {
        if (now >= _secondEnds)
        {
            TellUntold();
            _told = 0;
            _secondEnds = now.Plus(Second);
        }
        bool may = _told < _linesPerSecondMax;
        _told += may ? 1 : 0;
        _untold += may ? 0 : 1;
        return may;
    }

    private void TellUntold()
    {
        if (_untold > 0)
        {
            _tell(string.Create(
                CultureInfo.InvariantCulture,
                $"{_untold} more frames: {_linesPerSecondMax} are told of in a second "
                    + $"(server.traceLinesPerSecond)"));
            _untold = 0;
        }
    }

    private void Tell(Instant now, string direction, ReadOnlySpan<byte> frame)
    {
        DateTimeOffset at = _utcAtZero.AddTicks(now.Nanoseconds / TimeSpan.NanosecondsPerTick).ToLocalTime();
        _tell(string.Create(
            CultureInfo.InvariantCulture, $"{at:HH:mm:ss.ffffff} {direction} {_decoder.Describe(frame)}"));
    }
}
