using Microsoft.Extensions.Logging;
using Straightwire.Stack;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// Logs the faults that shards survive: at most so many lines at once and so many a minute, however often it
/// happens, because whoever found out how may go on. The counters tell how often.
/// </summary>
/// <param name="logger">Where to.</param>
/// <param name="now">The time.</param>
public sealed class FaultLog(ILogger logger, Func<Instant> now) : IFaultSink
{
    private const int BurstMax = 10;
    private const long LineNanoseconds = 6_000_000_000;

    private readonly Lock _gate = new();
    private Instant _fullAt = Instant.Zero;
    private long _suppressed;

    /// <inheritdoc/>
    public void OnFault(FaultPlace place, in FlowKey flow, Exception fault)
    {
        if (!TryTake(out long suppressed))
        {
            return;
        }
        string others = suppressed == 0
            ? ""
            : FormattableString.Invariant($" ({suppressed} faults before it were not logged)");
        if (flow == default)
        {
            logger.LogError(
                fault, "What came is dropped: a fault of this program, in {Place}; file a bug with this text"
                + "{Others:l}", place, others);
        }
        else
        {
            logger.LogError(
                fault, "The connection of {Peer:l} to port {Port} is reset: a fault of this program, in "
                + "{Place}; file a bug with this text{Others:l}",
                FormattableString.Invariant($"{flow.RemoteAddress}:{flow.RemotePort}"), flow.LocalPort,
                place, others);
        }
    }

    private bool TryTake(out long suppressed)
    {
        lock (_gate)
        {
            Instant at = now();
            Instant from = _fullAt < at ? at : _fullAt;
            if (from.Since(at) > (BurstMax - 1) * LineNanoseconds)
            {
                _suppressed++;
                suppressed = 0;
                return false;
            }
            _fullAt = from.Plus(LineNanoseconds);
            (suppressed, _suppressed) = (_suppressed, 0);
            return true;
        }
    }
}
