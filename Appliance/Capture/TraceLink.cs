using System.Globalization;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>
/// A link that tells in one line each what passes through another one. Of more than so many a second it tells
/// the number alone, so that a busy server does not drown in its own log.
/// </summary>
public sealed class TraceLink : ObservingLink
{
    private const long Second = 1_000_000_000;

    private readonly IFrameDecoder _decoder;
    private readonly int _linesPerSecondMax;
    private readonly Action<string> _tell;
    private readonly DateTimeOffset _utcAtZero;
    private Instant _secondEnds;
    private int _told;
    private long _untold;

    /// <summary>Begins to tell of what passes.</summary>
    /// <param name="inner">The link whose frames are told of.</param>
    /// <param name="content">Where the bytes of sent content are.</param>
    /// <param name="decoder">What describes a frame.</param>
    /// <param name="linesPerSecondMax">Most frames told of in a second.</param>
    /// <param name="now">The present,</param>
    /// <param name="utc">and what the clock on the wall says.</param>
    /// <param name="tell">Takes one line for each frame; on the shard's thread.</param>
    public TraceLink(
        ILinkDevice inner,
        IContentMemory content,
        IFrameDecoder decoder,
        int linesPerSecondMax,
        Instant now,
        DateTimeOffset utc,
        Action<string> tell)
        : base(inner, content)
    {
        (_decoder, _linesPerSecondMax, _tell) = (decoder, linesPerSecondMax, tell);
        _utcAtZero = utc.AddTicks(-now.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    /// <inheritdoc/>
    protected override void See(
        Instant now, CaptureDirection direction, ReadOnlySpan<byte> frame, int length)
    {
        DateTimeOffset at = _utcAtZero.AddTicks(now.Nanoseconds / TimeSpan.NanosecondsPerTick).ToLocalTime();
        string way = direction == CaptureDirection.In ? "in " : "out";
        _tell(string.Create(
            CultureInfo.InvariantCulture, $"{at:HH:mm:ss.ffffff} {way} {_decoder.Describe(frame)}"));
    }

    /// <inheritdoc/>
    protected override void End() => TellUntold();

    /// <inheritdoc/>
    protected override bool Wants(Instant now)
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
}
