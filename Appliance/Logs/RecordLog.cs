using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// A log of what a service did. The shards leave their records in a bounded queue, and a thread of the log's
/// own formats and writes them, so that slow storage costs lines and no time.
/// </summary>
/// <typeparam name="T">A record.</typeparam>
public sealed class RecordLog<T> : IDisposable
    where T : allows ref struct
{
    private static readonly TimeSpan DropReportInterval = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly IRecordQueue<T> _queue;
    private readonly IRecordSink<T>[] _sinks;
    private readonly int _batchBytes;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly Thread _thread;
    private long _droppedTold;
    private long _dropsToldAt;

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="name">The service, as it is told of.</param>
    /// <param name="queue">Where the records come from.</param>
    /// <param name="sinks">Where they go, one after the other.</param>
    /// <param name="batchBytes">Lines are written once nothing waits, or so many bytes are together.</param>
    /// <param name="logger">Told of what is not logged.</param>
    /// <param name="faults">Told of lines that fail by a fault.</param>
    public RecordLog(
        string name,
        IRecordQueue<T> queue,
        IEnumerable<IRecordSink<T>> sinks,
        int batchBytes,
        ILogger logger,
        FaultLog faults)
    {
        (_name, _queue, _batchBytes, _logger, _faults) = (name, queue, batchBytes, logger, faults);
        _sinks = [.. sinks];
        _thread = new Thread(Run) { Name = $"{name} log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether any sink takes a record; from any thread.</summary>
    public bool Takes(in T record)
    {
        foreach (IRecordSink<T> sink in _sinks)
        {
            if (sink.Takes(in record))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        _queue.End();
        _thread.Join();
    }

    private void Run()
    {
        while (_queue.Wait())
        {
            while (_queue.TryTake(out T record, out IpAddress peer))
            {
                // A record that cannot be written costs its own line.
                _faults.TryDo(
                    "line of the log",
                    new Line { Sinks = _sinks, Record = record },
                    static line => line.Write(),
                    peer);
                if (Array.Exists(_sinks, sink => sink.Gathered > _batchBytes))
                {
                    Flush();
                }
            }
            Flush();
            TellDrops(isLast: false);
        }
        TellDrops(isLast: true);
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
        long dropped = _queue.Dropped;
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

    private ref struct Line
    {
        public IRecordSink<T>[] Sinks;
        public T Record;

        public readonly void Write()
        {
            foreach (IRecordSink<T> sink in Sinks)
            {
                if (sink.Takes(in Record))
                {
                    sink.Add(in Record);
                }
            }
        }
    }
}
