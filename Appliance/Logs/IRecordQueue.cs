using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// Records on their way from those who leave them to the thread of a <see cref="RecordLog{T}"/>: bounded, and
/// nobody waits who leaves one. All but <see cref="Dropped"/> and <see cref="End"/> is for that thread.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
public interface IRecordQueue<T>
    where T : allows ref struct
{
    /// <summary>Records that found no room; from any thread.</summary>
    long Dropped { get; }

    /// <summary>
    /// Waits until records are there, and as long as it is good to wait for more; false once it has ended and
    /// nothing is left.
    /// </summary>
    bool Wait();

    /// <summary>Takes a record, which is good until the next call, and whose it is.</summary>
    bool TryTake(out T record, out IpAddress peer);

    /// <summary>Nothing is waited for any more; from any thread.</summary>
    void End();
}
