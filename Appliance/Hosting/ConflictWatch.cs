using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Looks whether another station claims the server's address (RFC 5227 §2.4), which the stack defends and
/// counts, so that an operator hears of it: at once, and then every 10 s while it lasts.
/// </summary>
/// <param name="counters">What ARP counts on one shard.</param>
/// <param name="tell">Told, on the shard's thread, the Ethernet address of the other one.</param>
public sealed class ConflictWatch(NeighborCounters counters, Action<MacAddress> tell)
{
    private const int IntervalMilliseconds = 10_000;

    private Instant _tellAt;
    private long _conflicts;

    /// <summary>The shard begins a pass.</summary>
    public void BeginPass(Instant now)
    {
        if (counters.AddressConflicts != _conflicts && now >= _tellAt)
        {
            _conflicts = counters.AddressConflicts;
            _tellAt = now.PlusMilliseconds(IntervalMilliseconds);
            tell(counters.ConflictMac);
        }
    }
}
