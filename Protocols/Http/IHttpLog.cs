using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http;

/// <summary>
/// Takes what a shard's HTTP did; returns at once, allocates nothing, and drops and counts when it cannot
/// keep up. On the shard's thread.
/// </summary>
public interface IHttpLog
{
    /// <summary>Takes a record.</summary>
    void Write(in HttpRecord record);

    /// <summary>
    /// Keeps a record whose answer is under way, to be told how that ended. False: there is no room for more
    /// of them.
    /// </summary>
    /// <param name="record">The record so far.</param>
    /// <param name="number">What <see cref="End"/> knows it by.</param>
    bool TryBegin(in HttpRecord record, out int number);

    /// <summary>Takes the record that was kept.</summary>
    /// <param name="number">Which it is.</param>
    /// <param name="acknowledgedBytes">What the peer has acknowledged of the content.</param>
    /// <param name="duration">From the request's head until then.</param>
    /// <param name="roundTrip">The connection's smoothed round trip.</param>
    void End(int number, long acknowledgedBytes, Duration duration, Duration roundTrip);
}
