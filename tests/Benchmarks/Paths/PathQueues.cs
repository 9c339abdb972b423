using System.Collections.Concurrent;

namespace Straightwire.Benchmarks.Paths;

/// <summary>What is still to be run: a round of every row, then the next round.</summary>
internal sealed class PathQueues
{
    /// <summary>Of rows that leave the machine idle, so many run at once for each of the others.</summary>
    public const int SlowStars = 5;

    private readonly ConcurrentQueue<PathRun> _fast;
    private readonly ConcurrentQueue<PathRun> _slow;

    /// <summary>Makes the queues.</summary>
    public PathQueues(IReadOnlyList<PathRow> rows, int rounds)
    {
        // What the machine does meanwhile is in all rows; those that take longest do not come last.
        _fast = new(Runs(rows.Where(row => !row.IsSlow), rounds));
        _slow = new(Runs(rows.Where(row => row.IsSlow).Reverse(), rounds));
    }

    /// <summary>How many stars have something to do.</summary>
    public int StarsOf(int fast) =>
        Math.Min(fast, _fast.Count + _slow.Count) + Math.Min(SlowStars * fast, _slow.Count);

    /// <summary>The next of its kind, or of the slow ones; null: there is none.</summary>
    public PathRun? Take(bool isFast) =>
        (isFast && _fast.TryDequeue(out PathRun? next)) || _slow.TryDequeue(out next) ? next : null;

    private static IEnumerable<PathRun> Runs(IEnumerable<PathRow> rows, int rounds)
    {
        PathRow[] all = [.. rows];
        int most = all.Select(row => row.RoundsOf(rounds)).DefaultIfEmpty().Max();
        return from round in Enumerable.Range(1, most)
               from row in all
               where round <= row.RoundsOf(rounds)
               select new PathRun(row, round, row.RoundsOf(rounds), null);
    }
}
