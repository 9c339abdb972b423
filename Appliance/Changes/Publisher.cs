using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// The thread that makes generations. All changes that come while it makes one share the next, so that a
/// thousand small uploads at once cost a few generations and not a thousand.
/// </summary>
internal sealed class Publisher
{
    private readonly object _gate;
    private readonly UploadStorage _storage;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly object _waitingGate = new();
    private readonly Thread _thread;
    private List<IPublication> _waiting = [];
    private List<IPublication> _publishing = [];
    private bool _isStopping;

    /// <summary>Starts the thread that asks for generations.</summary>
    public Publisher(object gate, UploadStorage storage, ILogger logger, FaultLog faults)
    {
        (_gate, _storage, _logger, _faults) = (gate, storage, logger, faults);
        _thread = new Thread(Publish) { IsBackground = true, Name = "upload-publisher" };
        _thread.Start();
    }

    /// <summary>
    /// A generation is being made, and the charges of what it shows are not yet given back. Under the gate.
    /// </summary>
    public bool IsBusy { get; private set; }

    /// <summary>Generations asked for so far. Under the gate.</summary>
    public long Count { get; private set; }

    /// <summary>Publishes it soon; from any thread.</summary>
    public void Add(IPublication publication)
    {
        lock (_waitingGate)
        {
            _waiting.Add(publication);
            Monitor.Pulse(_waitingGate);
        }
    }

    /// <summary>Publishes what is waiting; false when that takes longer.</summary>
    public bool Stop(TimeSpan timeout)
    {
        lock (_waitingGate)
        {
            _isStopping = true;
            Monitor.Pulse(_waitingGate);
        }
        return _thread.Join(timeout);
    }

    private void Publish()
    {
        while (Take())
        {
            bool isServed = TryPublish();
            lock (_gate)
            {
                long generation = _storage.Generation;
                foreach (IPublication publication in _publishing)
                {
                    Tell(publication, isServed, generation);
                }
                _publishing.Clear();
                IsBusy = false;
            }
        }
    }

    // Under the gate. Who cannot be told that it is there is told that it failed.
    private void Tell(IPublication publication, bool isServed, long generation)
    {
        if (!_faults.TryDo(
            "publication", () => publication.OnPublished(isServed, generation), publication.Peer))
        {
            _faults.TryDo("end of a publication", publication.OnFault);
        }
    }

    private bool TryPublish()
    {
        try
        {
            return _storage.Publish(
                [.. _publishing.SelectMany(publication => publication.Paths).Distinct()]);
        }
        catch (Exception problem) when (Invariant.IsContained(problem))
        {
            _logger.LogError(
                problem, "Changed content is on the storage and not served: reload the content to serve it");
            return false;
        }
    }

    private bool Take()
    {
        lock (_waitingGate)
        {
            while (_waiting.Count == 0)
            {
                if (_isStopping)
                {
                    return false;
                }
                Monitor.Wait(_waitingGate);
            }
            (_waiting, _publishing) = (_publishing, _waiting);
        }
        lock (_gate)
        {
            IsBusy = true;
            Count++;
        }
        return true;
    }
}
