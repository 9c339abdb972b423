using Straightwire.Stack;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// Virtual time and everything that happens in it. All randomness comes from one seed, and events of one
/// instant happen in the order in which they were scheduled, so that a seed repeats a run exactly.
/// </summary>
public sealed class SimulatedWorld(ulong seed)
{
    private const int PassesWithoutTimeMax = 100_000;

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly List<Shard> _shards = [];
    private long _order;
    private int _passesAtNow;

    /// <summary>What a run is repeated with.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The source of all chances.</summary>
    public SeededRandom Random { get; } = new(seed);

    /// <summary>The present. It starts at 1 s, so that nothing relies on an origin of zero.</summary>
    public Instant Now { get; private set; } = Instant.Zero.PlusMilliseconds(1000);

    /// <summary>
    /// Runs before each round of polls, as a shard's thread does what is not the stack's; null: nothing
    /// does.
    /// </summary>
    public Action<Instant>? BeforePass { get; set; }

    /// <summary>
    /// Takes a shard into the world: it is polled whenever something happens or its deadline comes.
    /// </summary>
    public void Add(Shard shard) => _shards.Add(shard);

    /// <summary>Has something happen at an instant, not before now.</summary>
    public void Schedule(Instant at, Action what) =>
        _events.Enqueue(what, (Math.Max(at.Nanoseconds, Now.Nanoseconds), _order++));

    /// <summary>Polls all shards until none has anything to do at this instant.</summary>
    public void Settle()
    {
        bool busy = true;
        while (busy)
        {
            RunDueEvents();
            busy = false;
            BeforePass?.Invoke(Now);
            foreach (Shard shard in _shards)
            {
                busy |= shard.Poll(Now);
            }
            if (++_passesAtNow > PassesWithoutTimeMax)
            {
                throw new SimulationException(
                    $"no progress at {Now.Nanoseconds} ns: a shard is busy for ever");
            }
        }
    }

    /// <summary>Runs until an instant, which is the present afterwards.</summary>
    public void RunUntil(Instant end) => RunUntil(end, static () => false);

    /// <summary>Runs until a condition holds (true) or an instant has come (false).</summary>
    public bool RunUntil(Instant end, Func<bool> done)
    {
        Settle();
        while (!done())
        {
            Instant next = NextHappening();
            if (next > end)
            {
                MoveTo(end);
                return false;
            }
            MoveTo(next);
            Settle();
        }
        return true;
    }

    /// <summary>When something happens next; <see cref="Instant.Never"/> if nothing ever does.</summary>
    public Instant NextHappening()
    {
        Instant next =
            _events.TryPeek(out _, out (long At, long Order) first) ? new Instant(first.At) : Instant.Never;
        foreach (Shard shard in _shards)
        {
            next = Instant.Min(next, shard.NextDeadline);
        }
        return next < Now ? Now : next;
    }

    private void MoveTo(Instant instant)
    {
        if (instant > Now)
        {
            Now = instant;
            _passesAtNow = 0;
        }
    }

    private void RunDueEvents()
    {
        while (_events.TryPeek(
            out Action? what, out (long At, long Order) first) && first.At <= Now.Nanoseconds)
        {
            _events.Dequeue();
            what();
        }
    }
}
