using System.Collections.Concurrent;

namespace Straightwire.Benchmarks.Paths;

/// <summary>What is still to be run: a round of every row, then the next round.</summary>
internal sealed class PathQueues
{
    /// <summary>Of rows that leave the machine idle, so many run at once for each of the others.</summary>
    public const int SlowStars = 3;

    private readonly ConcurrentQueue<PathRun> _fast;
    private readonly ConcurrentQueue<PathRun> _slow;

    /// <summary>Makes the queues.</summary>
    public PathQueues(IReadOnlyList<PathRow> rows, int rounds)
    {
        PathRun[] all =
        [
            // What the machine does meanwhile is in all rows.
            .. from round in Enumerable.Range(1, rounds)
               from row in rows
               where round <= row.RoundsMax
               select new PathRun(row, round, Math.Min(rounds, row.RoundsMax), null),
        ];
        _fast = new(all.Where(run => !run.Row.IsSlow));
        _slow = new(all.Where(run => run.Row.IsSlow));
    }

    /// <summary>How many stars have something to do.</summary>
    public int StarsOf(int fast) =>
        Math.Min(fast, _fast.Count + _slow.Count) + Math.Min(SlowStars * fast, _slow.Count);

    /// <summary>The next of its kind, or of the slow ones; null: there is none.</summary>
    public PathRun? Take(bool isFast) =>
        (isFast && _fast.TryDequeue(out PathRun? next)) || _slow.TryDequeue(out next) ? next : null;
}
