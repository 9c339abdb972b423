using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// Threads that take up work in turn, a step of each: by peer first, and of one peer by item, so that
/// neither the many blocks of a large file nor a peer's many files keep another one's small one waiting, and
/// storage that holds up one file holds up one thread. Its length is bounded by the uploads and the control
/// connections that there are.
/// </summary>
internal sealed class WorkQueue
{
    private readonly object _gate;
    private readonly FaultLog _faults;
    private readonly Thread[] _threads;
    private readonly FairQueue<IpAddress, WorkItem> _waiting;

    /// <summary>Starts the threads; <paramref name="gate"/> guards the queue and what is in it.</summary>
    public WorkQueue(object gate, int threads, FaultLog faults, int peerPrefixLength = 32)
    {
        _gate = gate;
        _faults = faults;
        _waiting = new(int.MaxValue, int.MaxValue, PeerNetwork.Of(peerPrefixLength));
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"upload-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>What has no thread does not begin, and threads end once nothing is left to do.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>There may be something to do. Under the gate.</summary>
    public void Add(WorkItem item)
    {
        if (item.IsQueued || item.IsBusy || item.IsLost || !item.HasWork)
        {
            return;
        }
        item.IsQueued = true;
        _waiting.Add(item.Peer, item);
        Monitor.Pulse(_gate);
    }

    /// <summary>Finishes what is left to do; false when that takes longer.</summary>
    public bool Stop(TimeSpan timeout)
    {
        lock (_gate)
        {
            IsStopping = true;
            Monitor.PulseAll(_gate);
        }
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        return _threads.All(thread => thread.Join(
            (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue)));
    }

    private void Work()
    {
        while (Take() is WorkItem item)
        {
            bool goesOn = TryRun(item);
            lock (_gate)
            {
                item.IsBusy = false;
                if (goesOn)
                {
                    Add(item);
                }
            }
        }
    }

    // Whether there may be more of it to do: one that cannot even fail in order is left where it is.
    private bool TryRun(WorkItem item)
    {
        bool goesOn = _faults.TryDo("change of the content", item.Run, item.Peer)
            || _faults.TryDo("failed change of the content", item.OnFault, item.Peer);
        item.IsLost |= !goesOn;
        return goesOn;
    }

    private WorkItem? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                while (_waiting.TryTake(out WorkItem? item))
                {
                    item.IsQueued = false;
                    if (item.HasWork)
                    {
                        item.IsBusy = true;
                        return item;
                    }
                }
                if (IsStopping)
                {
                    return null;
                }
                Monitor.Wait(_gate);
            }
        }
    }
}
