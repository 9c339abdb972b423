using Straightwire.Devices.Native;
using Straightwire.Devices.Processes;
using Straightwire.Protocols;
using Straightwire.Stack;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// The thread of one shard: reads the clock once a pass, polls, and sleeps when there is nothing to do.
/// Everything
/// that the shard owns is touched by this thread only; other threads leave requests.
/// </summary>
public sealed class ShardThread : IDisposable
{
    private const long WallClockNanoseconds = 1_000_000_000;

    private readonly Shard _shard;
    private readonly ILinkDevice _link;
    private readonly WallClock _wallClock;
    private readonly Action<Instant> _beginPass;
    private readonly Action<Exception> _onFault;
    private readonly int? _processor;
    private readonly ShardPeers _peers;
    private readonly SpinBudget _spin;
    private readonly AnswerHold _hold;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _drained = new();
    private Instant _wallClockAt;
    private long _passes;
    private volatile bool _drainRequested;
    private volatile bool _stopRequested;
    private bool _isDraining;

    /// <summary>Makes the thread; <see cref="Start"/> starts it.</summary>
    /// <param name="shard">Built, with its services.</param>
    /// <param name="peers">Its place among the others.</param>
    /// <param name="link">The shard's queue of the link, for sleeping and waking.</param>
    /// <param name="wallClock">Set about once a second.</param>
    /// <param name="beginPass">Called before every poll: content may change only then.</param>
    /// <param name="spin">How long to look for work before sleeping.</param>
    /// <param name="hold">How long answers wait for company.</param>
    /// <param name="processor">The CPU to stay on; null: any that the process may use.</param>
    /// <param name="onFault">Told, on this thread, of what ended the loop.</param>
    public ShardThread(
        Shard shard,
        ShardPeers peers,
        ILinkDevice link,
        WallClock wallClock,
        Action<Instant> beginPass,
        Duration spin,
        Duration hold,
        int? processor,
        Action<Exception> onFault)
    {
        (_shard, _peers, _link, _wallClock, _beginPass) = (shard, peers, link, wallClock, beginPass);
        (_processor, _onFault) = (processor, onFault);
        _spin = new SpinBudget(spin);
        _hold = new AnswerHold(hold);
        string name = FormattableString.Invariant($"shard {shard.Options.Place.Number}");
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Passes so far; after each wake of its link one more, while the thread lives.</summary>
    public long Passes => Volatile.Read(ref _passes);

    /// <summary>For the watchdog, from any thread.</summary>
    public WatchedShard Watched => new(() => Passes, _link.Wake);

    /// <summary>Starts the loop: from now on the shard is the thread's alone.</summary>
    public void Start() => _thread.Start();

    /// <summary>Accepts no more, and lets every connection finish what it was asked for.</summary>
    public void Drain()
    {
        _drainRequested = true;
        _link.Wake();
    }

    /// <summary>Whether all connections have finished within some time, after <see cref="Drain"/>.</summary>
    public bool WaitUntilDrained(TimeSpan timeout) => _drained.Wait(timeout);

    /// <summary>The loop ends soon.</summary>
    public void RequestStop()
    {
        _stopRequested = true;
        _link.Wake();
    }

    /// <summary>Ends the loop and waits for it.</summary>
    public void Stop()
    {
        RequestStop();
        _thread.Join();
    }

    /// <summary>Ends the loop, if it was started.</summary>
    public void Dispose()
    {
        if (_thread.IsAlive)
        {
            Stop();
        }
        _drained.Dispose();
    }

    private void Run()
    {
        try
        {
            if (_processor is { } processor)
            {
                CpuAffinity.PinCurrentThread(processor);
            }
            while (!_stopRequested)
            {
                Pass();
            }
            _shard.Reset(MonotonicClock.Now);
        }
        catch (Exception e)
        {
            _onFault(e);
        }
        finally
        {
            _drained.Set();
        }
    }

    /// <summary>One poll and, when it found nothing and spinning is spent, one sleep.</summary>
    private void Pass()
    {
        Volatile.Write(ref _passes, _passes + 1);
        Instant now = MonotonicClock.Now;
        if (now >= _wallClockAt)
        {
            _wallClock.Set(now, DateTimeOffset.UtcNow);
            _wallClockAt = now.Plus(WallClockNanoseconds);
        }
        if (_drainRequested && !_isDraining)
        {
            _isDraining = true;
            _shard.Drain(now);
        }
        _beginPass(now);
        int received = _shard.Receive(now);
        if (received > 0)
        {
            now = Hold(now, received);
        }
        bool worked = _shard.Complete(now) || received > 0;
        if (_isDraining && _shard.ConnectionCount == 0)
        {
            _drained.Set();
        }
        if (worked)
        {
            _spin.Worked(now);
        }
        else if (!_spin.MaySpin(now))
        {
            if (_peers.TrySleep())
            {
                _link.Wait(_shard.NextDeadline, _shard.WantsRoom);
            }
            _peers.Awake();
            _spin.Slept(now, MonotonicClock.Now);
        }
    }

    /// <summary>Receives on while company for what was received is near; returns the time then.</summary>
    private Instant Hold(Instant now, int received)
    {
        _hold.Begin(now, received);
        while (received < _shard.Options.Frames.ReceiveBatch && _hold.IsWorth(now))
        {
            now = MonotonicClock.Now;
            int more = _shard.Receive(now);
            if (more > 0)
            {
                received += more;
                _hold.Arrived(now, more);
            }
        }
        return now;
    }
}
