using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// A log of what a service did. The shards leave their records in a bounded queue, and a thread of the log's
/// own formats and writes them, so that slow storage costs lines and no time: in turn by peer, so that what
/// one of them floods costs no other one's lines.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
public sealed class RecordLog<T> : IDisposable
    where T : struct
{
    // Lines are written once nothing waits any more, or so many bytes have come together.
    private const int BatchBytes = 65_536;

    private static readonly TimeSpan DropReportInterval = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly IRecordSink<T>[] _sinks;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly object _gate = new();
    private readonly FairQueue<IpAddress, Entry> _queue;
    private readonly Thread _thread;
    private bool _isEnding;
    private long _droppedTold;
    private long _dropsToldAt;

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="name">The service, as it is told of.</param>
    /// <param name="sinks">Where the records go, one after the other.</param>
    /// <param name="queueMax">
    /// Records that wait to be written; beyond them the last one of the peer that has most is dropped and
    /// counted.
    /// </param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    /// <param name="logger">Told of what is not logged.</param>
    /// <param name="faults">Told of lines that fail by a fault.</param>
    public RecordLog(
        string name,
        IEnumerable<IRecordSink<T>> sinks,
        int queueMax,
        int peerPrefixLength,
        ILogger logger,
        FaultLog faults)
    {
        (_name, _logger, _faults) = (name, logger, faults);
        _sinks = [.. sinks];
        _queue = new(queueMax, queueMax, PeerNetwork.Of(peerPrefixLength));
        _thread = new Thread(Run) { Name = $"{name} log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Records that found the queue full.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _queue.Refused;
            }
        }
    }

    /// <summary>Takes a record of a peer's; from any thread.</summary>
    public void Write(in T record, IpAddress peer)
    {
        // What no log takes wakes no thread: that costs more than all else about a small file.
        foreach (IRecordSink<T> sink in _sinks)
        {
            if (sink.Takes(in record))
            {
                lock (_gate)
                {
                    _ = _queue.TryAdd(peer, new Entry(record, peer), out _, out _);
                    Monitor.Pulse(_gate);
                }
                return;
            }
        }
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (TryTake(out Entry entry, out bool isLast))
        {
            // A record that cannot be written costs its own line.
            _faults.TryDo(
                "line of the log",
                (Log: this, entry.Record),
                static job => job.Log.Add(in job.Record),
                entry.Peer);
            if (isLast || Array.Exists(_sinks, static sink => sink.Gathered > BatchBytes))
            {
                Flush();
                TellDrops(isLast: false);
            }
        }
        Flush();
        TellDrops(isLast: true);
    }

    // False at the end; isLast when nothing waits behind it.
    private bool TryTake(out Entry entry, out bool isLast)
    {
        lock (_gate)
        {
            while (!_queue.TryTake(out entry))
            {
                if (_isEnding)
                {
                    isLast = true;
                    return false;
                }
                Monitor.Wait(_gate);
            }
            isLast = _queue.Count == 0;
            return true;
        }
    }

    private void Add(in T record)
    {
        foreach (IRecordSink<T> sink in _sinks)
        {
            if (sink.Takes(in record))
            {
                sink.Add(in record);
            }
        }
    }

    private void Flush()
    {
        foreach (IRecordSink<T> sink in _sinks)
        {
            if (sink.Gathered > 0)
            {
                _faults.TryDo("write of a log", sink, static sink => sink.Flush());
            }
        }
    }

    private void TellDrops(bool isLast)
    {
        long dropped = Dropped;
        bool isTime = isLast || _dropsToldAt == 0
            || Stopwatch.GetElapsedTime(_dropsToldAt) > DropReportInterval;
        if (dropped > _droppedTold && isTime)
        {
            _logger.LogWarning("{Name:l}: {Count} records were not logged: the log cannot keep up",
                _name,
                dropped - _droppedTold);
            _droppedTold = dropped;
            _dropsToldAt = Stopwatch.GetTimestamp();
        }
    }

    private readonly record struct Entry(T Record, IpAddress Peer);
}
