using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// How long a pass waits for further frames before it answers those it has. Where frames come faster one
/// after another than an answer costs to send, those that come meanwhile are answered by the same kick of the
/// link, and wake its other end once. Where they come slowly nothing waits: the gap between frames tells.
/// </summary>
/// <param name="max">The longest wait; zero: none.</param>
public sealed class AnswerHold(Duration max)
{
    // A gap counts with an eighth, as in TCP's own averages (RFC 6298).
    private const int Shift = 3;

    // A pause says that a burst has ended, not how fast the next one is: it counts as so many times the wait.
    private const int PauseMax = 4;

    private readonly long _max = max.Nanoseconds;
    private long _gap = PauseMax * max.Nanoseconds;
    private Instant _last;
    private Instant _until;

    /// <summary>A pass has received its first frames.</summary>
    public void Begin(Instant now, int frames)
    {
        Arrived(now, frames);
        _until = now.Plus(_max);
    }

    /// <summary>Some more frames came.</summary>
    public void Arrived(Instant now, int frames)
    {
        long sample = Math.Min(now.Since(_last), PauseMax * _max) / frames;
        for (int i = 0; i < frames; i++)
        {
            _gap += (sample - _gap) >> Shift;
        }
        _last = now;
    }

    /// <summary>Whether company is worth waiting for: it is expected, and not late.</summary>
    public bool IsWorth(Instant now) => now < _until && 2 * _gap < _max && now.Since(_last) <= 2 * _gap;
}
