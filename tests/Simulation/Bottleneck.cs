using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// The narrow place of a path, one way: a router that sends frames on at a rate, and has a queue of so many
/// bytes for those that come faster.
/// </summary>
/// <param name="world">Its time.</param>
/// <param name="bitsPerSecond">How fast frames leave.</param>
/// <param name="queueBytes">Bytes that wait at most; a frame that has no room is lost.</param>
/// <param name="discipline">What else is dropped, or marked where it is ECN-capable.</param>
public sealed class Bottleneck(
    SimulatedWorld world, long bitsPerSecond, int queueBytes,
    QueueDiscipline discipline = QueueDiscipline.DropTail)
{
    // RFC 8289 §4.2, §4.3: what a queue may cost, and a round trip of the worst kind.
    private const long TargetNanoseconds = 5_000_000;
    private const long IntervalNanoseconds = 100_000_000;
    private const int FrameMax = 1514;

    // RFC 3168 §5.
    private const byte NotCapable = 0;
    private const byte CongestionExperienced = 3;

    // Ethernet, IPv4, and a TCP header without data.
    private const int AcknowledgmentMax = 94;

    private readonly Queue<(byte[] Frame, Instant Since, Action<byte[]> Forward)> _waiting = new();
    private int _bytes;
    private bool _isSending;
    private bool _isDropping;
    private Instant _aboveUntil = Instant.Never;
    private Instant _dropAt;
    private int _dropped;

    /// <summary>How fast frames leave; may change at any time.</summary>
    public long BitsPerSecond { get; set; } = bitsPerSecond;

    /// <summary>Frames that were lost here.</summary>
    public long Dropped { get; private set; }

    /// <summary>ECN-capable frames that were marked with CE in place of being lost.</summary>
    public long Marked { get; private set; }

    /// <summary>Frames that were sent on.</summary>
    public long Forwarded { get; private set; }

    /// <summary>The bytes of those.</summary>
    public long ForwardedBytes { get; private set; }

    /// <summary>Takes a frame; <paramref name="forward"/> gets it when it has left, or never.</summary>
    public void Take(byte[] frame, Action<byte[]> forward)
    {
        if (discipline == QueueDiscipline.Thinning && frame.Length <= AcknowledgmentMax)
        {
            Thin();
        }
        if (_isSending && _bytes + frame.Length > queueBytes)
        {
            Dropped++;
            return;
        }
        _waiting.Enqueue((frame, world.Now, forward));
        _bytes += frame.Length;
        if (!_isSending)
        {
            SendNext();
        }
    }

    // Where only acknowledgements of one flow wait, each of them tells no more than the one that comes.
    private void Thin()
    {
        if (_waiting.All(waiting => waiting.Frame.Length <= AcknowledgmentMax))
        {
            Dropped += _waiting.Count;
            _waiting.Clear();
            _bytes = 0;
        }
    }

    private void SendNext()
    {
        while (_waiting.TryDequeue(out (byte[] Frame, Instant Since, Action<byte[]> Forward) next))
        {
            _bytes -= next.Frame.Length;
            if (discipline == QueueDiscipline.CoDel && IsToDrop(world.Now.Since(next.Since))
                && !TryMark(next.Frame))
            {
                Dropped++;
                continue;
            }
            _isSending = true;
            world.Schedule(world.Now.Plus(next.Frame.Length * 8_000_000_000L / BitsPerSecond), () =>
            {
                Forwarded++;
                ForwardedBytes += next.Frame.Length;
                _isSending = false;
                SendNext();
                next.Forward(next.Frame);
            });
            return;
        }
    }

    // RFC 7567 §4.2.1: what can hear of congestion is marked.
    private bool TryMark(byte[] frame)
    {
        if (!RawFrame.IsIpv4(frame) || RawFrame.EcnOf(frame) == NotCapable)
        {
            return false;
        }
        Marked++;
        RawFrame.SetEcn(frame, CongestionExperienced);
        return true;
    }

    // RFC 8289 §5: once frames have waited for more than the target through an interval, one is dropped, and
    // others at intervals that shrink with the square root of their number.
    private bool IsToDrop(long sojourn)
    {
        Instant now = world.Now;
        if (sojourn < TargetNanoseconds || _bytes <= FrameMax)
        {
            (_aboveUntil, _isDropping) = (Instant.Never, false);
            return false;
        }
        if (_aboveUntil == Instant.Never)
        {
            _aboveUntil = now.Plus(IntervalNanoseconds);
            return false;
        }
        if (_isDropping ? now < _dropAt : now < _aboveUntil)
        {
            return false;
        }
        // What was dropped a short time ago was not enough: it goes on nearly as often.
        bool isRecent = _dropped > 2 && now.Since(_dropAt) < 8 * IntervalNanoseconds;
        _dropped = _isDropping ? _dropped + 1 : isRecent ? _dropped - 2 : 1;
        Instant from = _isDropping ? _dropAt : now;
        _isDropping = true;
        _dropAt = from.Plus((long)(IntervalNanoseconds / Math.Sqrt(_dropped)));
        return true;
    }
}
