using Microsoft.Extensions.Logging;
using Straightwire.Devices.Native;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Faults;

/// <summary>
/// Logs the faults that shards and helper threads survive: at most so many lines at once and so many a
/// minute, however often it happens, because whoever found out how may go on. The counters tell how often.
/// </summary>
/// <param name="logger">Told of each fault, but not more often than a person can read.</param>
/// <param name="now">The time; null: the monotonic clock.</param>
/// <param name="mask">What of peers' addresses is told; null: all of it.</param>
public sealed class FaultLog(
    ILogger logger, Func<Instant>? now = null, Func<IpAddress, IpAddress>? mask = null) : IFaultSink
{
    private const int BurstMax = 10;
    private const long LineNanoseconds = 6_000_000_000;

    private readonly Lock _gate = new();
    private Instant _fullAt = Instant.Zero;
    private long _suppressed;
    private long _jobFaults;

    /// <summary>Jobs of helper threads that failed by a fault of this program.</summary>
    public long JobFaults => Volatile.Read(ref _jobFaults);

    /// <inheritdoc/>
    public void OnFault(FaultPlace place, in FlowKey flow, Exception fault)
    {
        if (!TryTake(out string others))
        {
            return;
        }
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
                FormattableString.Invariant($"{Masked(flow.RemoteAddress)}:{flow.RemotePort}"),
                flow.LocalPort, place, others);
        }
    }

    /// <summary>
    /// Does a job of a helper thread, and logs what it throws, which ends that job alone; from any thread.
    /// What all share is broken by no job: see <see cref="Invariant.IsContained"/>.
    /// </summary>
    /// <param name="job">What is to be done, as a noun.</param>
    /// <param name="action">Does it.</param>
    /// <param name="peer">Whose job it is; 0.0.0.0: the server's own.</param>
    /// <returns>Whether it was done.</returns>
    public bool TryDo(string job, Action action, IpAddress peer = default) =>
        TryDo(job, action, static action => action(), peer);

    /// <summary>The same of an action that is told what it needs, so that it captures nothing.</summary>
    public bool TryDo<TState>(string job, TState state, Action<TState> action, IpAddress peer = default)
        where TState : allows ref struct
    {
        try
        {
            action(state);
            return true;
        }
        catch (Exception fault) when (Invariant.IsContained(fault))
        {
            OnJobFault(job, peer, fault);
            return false;
        }
    }

    private void OnJobFault(string job, IpAddress peer, Exception fault)
    {
        Interlocked.Increment(ref _jobFaults);
        if (TryTake(out string others))
        {
            logger.LogError(
                fault, "A {Job:l} for {Peer:l} failed: a fault of this program; file a bug with this text"
                + "{Others:l}", job, peer == default ? "the server itself" : Masked(peer).ToString(), others);
        }
    }

    private IpAddress Masked(IpAddress peer) => mask is null ? peer : mask(peer);

    private bool TryTake(out string others)
    {
        lock (_gate)
        {
            Instant at = now?.Invoke() ?? MonotonicClock.Now;
            Instant from = _fullAt < at ? at : _fullAt;
            if (from.Since(at) > (BurstMax - 1) * LineNanoseconds)
            {
                _suppressed++;
                others = "";
                return false;
            }
            _fullAt = from.Plus(LineNanoseconds);
            others = _suppressed == 0
                ? ""
                : FormattableString.Invariant($" ({_suppressed} faults before it were not logged)");
            _suppressed = 0;
            return true;
        }
    }
}
