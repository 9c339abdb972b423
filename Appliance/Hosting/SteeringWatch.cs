using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Looks once a second whether a link gives a shard's frames to the shard. What it gives to others is handed
/// over and nothing breaks, but each time costs a copy and perhaps a wake. What goes to the shard of its
/// port, as FTP's data does, is not the link's fault.
/// </summary>
/// <param name="counters">What one shard counts.</param>
/// <param name="tell">
/// Told, on the shard's thread, the percentage that was handed over in the last second, when it is large.
/// </param>
public sealed class SteeringWatch(ShardCounters counters, Action<int> tell)
{
    private const long IntervalNanoseconds = 1_000_000_000;
    private const int FramesMin = 1000;
    private const int PercentMax = 10;

    private Instant _lookAt;
    private long _received;
    private long _handedOver;

    /// <summary>The shard begins a pass.</summary>
    public void BeginPass(Instant now)
    {
        if (now < _lookAt)
        {
            return;
        }
        _lookAt = now.Plus(IntervalNanoseconds);
        long received = counters.FramesReceived + counters.Handover.Received;
        HandoverCounters handover = counters.Handover;
        long handedOver = handover.HandedOver + handover.Dropped - handover.Directed;
        long all = received - _received;
        long given = handedOver - _handedOver;
        (_received, _handedOver) = (received, handedOver);
        if (all >= FramesMin && given * 100 > all * PercentMax)
        {
            tell((int)(given * 100 / all));
        }
    }
}
