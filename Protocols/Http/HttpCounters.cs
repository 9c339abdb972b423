using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http;

/// <summary>
/// What the HTTP service of one shard did and refused. Written by the shard, read by anyone.
/// </summary>
public sealed class HttpCounters
{
    [Counter("Connections taken.")]
    public long Connections;

    [Counter("Requests answered, those with an error included, by the status code of the answer.")]
    public readonly CounterSet Requests = StatusCodes.Counters();

    [Counter("Requests refused, by what was wrong with them, and the status code that says so.")]
    public readonly CounterSet Refusals = RequestFaults.Counters();

    [Counter("Times from a request's head to its queued answer: 0 where one pass of the shard does both.")]
    public readonly CounterHistogram RequestDurationSeconds = Durations();

    [Counter("Times from a request's head to the last acknowledgement of its answer, of large files.")]
    public readonly CounterHistogram DeliverySeconds = Durations();

    [Counter("Connections finished because no request came for as long as the idle timeout.")]
    public long IdleTimeouts;

    [Counter("Connections finished because a request's content took longer than its timeout.")]
    public long ContentTimeouts;

    [Counter(
        "Connections whose peer sent more after the last answer than is read and dropped: its window is "
        + "shut.")]
    public long LingerStops;

    [Counter("Connections aborted because the peer did not finish in time after the last answer.")]
    public long LingerAborts;

    [Counter("Times that an answer waited for room in the send queue or for a pool frame.")]
    public long WaitsForRoom;

    [Counter("Requests that waited for their file, which had changed, to be read anew.")]
    public long WaitsForContent;

    /// <summary>Counts an answer by its status code.</summary>
    internal void CountAnswer(int status) => Requests[status]++;

    // 1, 2, 5 from 10 µs to 500 s.
    private static CounterHistogram Durations()
    {
        long[] bounds = new long[24];
        long decade = 10_000;
        for (int i = 0; i < bounds.Length; i += 3, decade *= 10)
        {
            (bounds[i], bounds[i + 1], bounds[i + 2]) = (decade, 2 * decade, 5 * decade);
        }
        return new CounterHistogram(1_000_000_000, bounds);
    }

    /// <summary>The counter of a refusal.</summary>
    internal ref long Of(RequestFault fault) => ref Refusals[(int)fault];
}
