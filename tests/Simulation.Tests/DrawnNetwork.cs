using Straightwire.Stack;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// What is between the two stacks of a scenario beside the faults of its cable, drawn from its seed: routers
/// with a rate and a queue either way, others' traffic through them, bursts of losses, acknowledgements that
/// come in bunches, paths that become narrower and wider; or nothing that disturbs at all. And what must hold
/// of everything that is sent over it.
/// </summary>
internal sealed class DrawnNetwork
{
    private const int FrameLength = 1514;
    private const int QueueFrames = 2;

    // No queue of all windows is longer than what timers have to spare.
    private const long CalmRate = 1_000_000_000;

    private readonly SimulatedWorld _world;
    private readonly TwoStacks _stacks;
    private readonly SeededRandom _random;
    private readonly Instant _faultsEnd;
    private readonly TcpWatch _watch;
    private readonly bool _isCalm;

    /// <summary>Draws it, and has it stand between the stacks.</summary>
    /// <param name="seed">Of the scenario; its other draws do not depend on what is drawn here.</param>
    /// <param name="stacks">With the faults of their cable.</param>
    /// <param name="faultsEnd">From then on the network is a good one, though a narrow one.</param>
    public DrawnNetwork(ulong seed, TwoStacks stacks, Instant faultsEnd)
    {
        (_world, _stacks, _faultsEnd) = (stacks.World, stacks, faultsEnd);
        _random = new SeededRandom(seed ^ 0x2077_E125);
        _watch = new TcpWatch(stacks) { Trace = SeedRun.Trace };
        _isCalm = _random.Chance(0.1) && stacks.ClientLink.BitsPerSecond is 0 or >= CalmRate;
        foreach (SimulatedLink link in (SimulatedLink[])[stacks.ClientLink, stacks.ServerLink])
        {
            if (_isCalm)
            {
                link.Faults = LinkFaults.None with { PathMtu = link.Faults.PathMtu };
            }
            else
            {
                DrawWay(link);
            }
        }
    }

    /// <summary>What must hold once all is over.</summary>
    public void Check(ScenarioTotals totals)
    {
        totals.Add(_watch);
        if (_watch.Violations.Count > 0)
        {
            throw new SimulationException(string.Join('\n', _watch.Violations.Take(5)));
        }
        long again = AgainMax();
        if (_watch.Again > again)
        {
            throw new SimulationException($"more than {again} bytes were sent again: {this}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(_isCalm ? "calm" : "rough")}, {_watch.Fresh} bytes, {_watch.Again} again, {_watch.Lost} lost, "
        + $"{_watch.Late} late or twice, {TimedOut} timeouts, {PathsLearned} smaller paths, "
        + $"{ReceiverDrops} dropped by who received them";

    // What is lost is sent again, and what is late may be, once more when that seems lost, too. So may be
    // what stands out of order: an acknowledgement tells of three ranges, and one is sent for all that come
    // at once. A timeout and word of a smaller path may have all in flight sent again, and a probe of the
    // tail a segment; where nothing disturbs, there is no reason for either. A recovery without a scoreboard
    // repairs all up to its point, segment by segment (RFC 6582 §3.2), whatever else has arrived.
    private long AgainMax()
    {
        long drops = ReceiverDrops;
        long probes = Sum(shard => shard.Counters.Tcp.TailProbes);
        long untold = Sum(shard => shard.Counters.Tcp.OutOfOrderSegments);
        bool isDisturbed = !_isCalm || drops > 0;
        return _watch.Lost + (2 * _watch.Late)
            + ((drops + untold + (isDisturbed ? probes : 0)) * _stacks.ServerLink.Mtu)
            + ((Sum(shard => shard.Counters.Tcp.ScoreboardsRefused) > 0 ? Recoveries : 0) * _watch.WindowMax)
            + ((PathsLearned + (isDisturbed ? TimedOut : 0)) * _watch.WindowMax);
    }

    private long TimedOut => Sum(shard => shard.Counters.Tcp.RetransmissionTimeouts);

    private long Recoveries => Sum(shard => shard.Counters.Tcp.FastRecoveries);

    private long PathsLearned => Sum(shard => shard.Counters.Ip.PathMtusLearned);

    private long ReceiverDrops => Sum(shard => shard.Counters.Tcp.ReceiveBuffersExhausted
        + shard.Counters.Tcp.ReceiveBuffersOfPeerExhausted
        + shard.Counters.Tcp.OutOfOrderRangesExceeded
        + shard.Counters.Tcp.PawsRejected
        + shard.Counters.Handover.Dropped);

    private long Sum(Func<Shard, long> count) => count(_stacks.Client) + _stacks.Servers.Sum(count);

    private void DrawWay(SimulatedLink link)
    {
        if (_random.Chance(0.5))
        {
            link.Bottleneck = new Bottleneck(
                _world,
                _random.Pick(500_000, 2_000_000, 10_000_000, 100_000_000),
                Math.Max(_random.Pick(3000, 15_000, 60_000, 250_000), QueueFrames * link.Mtu),
                _random.Pick(QueueDiscipline.DropTail, QueueDiscipline.DropTail, QueueDiscipline.CoDel));
            DrawRates(link.Bottleneck);
            DrawOthers(link.Bottleneck);
        }
        link.Faults = link.Faults with { LossBurst = _random.Pick(1, 1, 1, 3, 5, 20) };
        if (_random.Chance(0.1))
        {
            int bunch = _random.Pick(5, 20, 60);
            link.Faults = link.Faults with
            {
                StallEvery = TimeSpan.FromMilliseconds(bunch),
                StallFor = TimeSpan.FromMilliseconds(bunch - 1),
            };
        }
        DrawPaths(link);
    }

    private void DrawRates(Bottleneck router)
    {
        for (int i = _random.Pick(0, 0, 0, 1, 3); i > 0; i--)
        {
            long rate = _random.Pick(500_000, 2_000_000, 10_000_000, 100_000_000);
            _world.Schedule(DrawInstant(), () => router.BitsPerSecond = rate);
        }
    }

    // Others send through the same router, in bursts.
    private void DrawOthers(Bottleneck router)
    {
        for (int i = _random.Pick(0, 0, 0, 20, 100); i > 0; i--)
        {
            int frames = _random.Between(1, 20);
            _world.Schedule(DrawInstant(), () =>
            {
                for (int frame = 0; frame < frames; frame++)
                {
                    router.Take(new byte[FrameLength], static _ => { });
                }
            });
        }
    }

    private void DrawPaths(SimulatedLink link)
    {
        for (int i = _random.Pick(0, 0, 0, 1, 3); i > 0; i--)
        {
            int mtu = _random.Pick(0, 1400, 1000, 552);
            _world.Schedule(DrawInstant(), () => link.Faults = link.Faults with { PathMtu = mtu });
        }
    }

    private Instant DrawInstant() => _world.Now.PlusMilliseconds(
        _random.Between(0, (int)(_faultsEnd.Since(_world.Now) / 1_000_000)));
}
