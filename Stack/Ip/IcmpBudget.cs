using Straightwire.Stack.Time;

namespace Straightwire.Stack.Ip;

/// <summary>
/// What is sent to strangers a second, over all of them. A bucket that anybody can drain and read tells what
/// else was taken from it (CVE-2020-25705 found open ports so: an error that came meant that none had been
/// spent on another's probes). So its burst is drawn anew, from half to all of the rate, each time that it is
/// full, and each token costs half to one and a half of what it should: who counts, counts noise.
/// </summary>
/// <param name="perSecond">Tokens a second; 0: never any.</param>
/// <param name="random">What a stranger does not foresee.</param>
internal sealed class IcmpBudget(int perSecond, RandomNumbers random)
{
    private const long Second = 1_000_000_000;

    private readonly long _interval = perSecond > 0 ? Math.Max(1, Second / perSecond) : 0;

    // The instant when it is full again, and how far that may lie ahead.
    private Instant _fullAt = new(long.MinValue);
    private long _burst;

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake(Instant now)
    {
        if (perSecond <= 0)
        {
            return false;
        }
        if (_fullAt <= now)
        {
            _fullAt = now;
            int least = (perSecond + 1) / 2;
            _burst = _interval * (least + random.Below(perSecond - least + 1));
        }
        if (_fullAt.Since(now) > _burst - _interval)
        {
            return false;
        }
        _fullAt = _fullAt.Plus((_interval / 2) + random.Below(_interval + 1));
        return true;
    }
}
