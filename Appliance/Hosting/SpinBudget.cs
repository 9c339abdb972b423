using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// How long an idle shard looks for work before it sleeps. A search that fails halves the budget, so that
/// an idle or
/// slowly asked server burns nothing; a search that succeeds, or a sleep so short that a search would have,
/// doubles it.
/// </summary>
public sealed class SpinBudget(Duration max)
{
    private readonly long _max = max.Nanoseconds;
    private readonly long _least = max.Nanoseconds / 16;
    private long _budget = max.Nanoseconds;
    private Instant _idleSince;
    private bool _isIdle;

    /// <summary>A pass found work.</summary>
    public void Worked(Instant now)
    {
        if (_isIdle)
        {
            _isIdle = false;
            if (now.Since(_idleSince) <= _max)
            {
                Grow();
            }
        }
    }

    /// <summary>A pass found nothing: whether to look again at once.</summary>
    public bool MaySpin(Instant now)
    {
        if (!_isIdle)
        {
            _isIdle = true;
            _idleSince = now;
        }
        return now.Since(_idleSince) < _budget;
    }

    /// <summary>The shard slept from one instant to another.</summary>
    public void Slept(Instant from, Instant to)
    {
        _isIdle = false;
        if (to.Since(from) <= _max)
        {
            Grow();
        }
        else
        {
            _budget = _budget <= _least ? 0 : _budget / 2;
        }
    }

    private void Grow() => _budget = Math.Min(_max, Math.Max(_least, _budget * 2));
}
