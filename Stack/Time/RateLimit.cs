namespace Straightwire.Stack.Time;

/// <summary>
/// A token bucket: so many a second, with a burst of as many. Kept as the instant when it is full again.
/// </summary>
/// <param name="perSecond">Tokens a second; 0: never any.</param>
public sealed class RateLimit(int perSecond)
{
    private const long Second = 1_000_000_000;

    private readonly long _interval = perSecond > 0 ? Math.Max(1, Second / perSecond) : 0;
    private Instant _fullAt = new(long.MinValue);

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake(Instant now)
    {
        if (perSecond <= 0)
        {
            return false;
        }
        Instant from = _fullAt < now ? now : _fullAt;
        if (from.Since(now) > Second - _interval)
        {
            return false;
        }
        _fullAt = from.Plus(_interval);
        return true;
    }
}
