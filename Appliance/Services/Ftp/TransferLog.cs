using System.Buffers;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What the logs of transfers are told.</summary>
public sealed record TransferLogOptions
{
    /// <summary>A file in wu-ftpd's format; null: none.</summary>
    public string? XferlogFile { get; init; }

    /// <summary>A file with a JSON object on each line; null: none.</summary>
    public string? JsonFile { get; init; }

    /// <summary>
    /// Records that wait to be written; beyond them the last one of the peer that has most is dropped and
    /// counted.
    /// </summary>
    public int QueueMax { get; init; } = 4096;

    /// <summary>How much of an IPv4 address makes a peer, whose records are written in turn.</summary>
    public int PeerPrefixLength { get; init; } = 32;
}

/// <summary>
/// The logs of transfers. The shards leave their records in a bounded queue, and a thread of the log's own
/// formats and writes them, so that slow storage costs lines and no time: in turn by peer, so that what one
/// of them floods costs no other one's lines.
/// </summary>
public sealed class TransferLog : IFtpLog, IDisposable
{
    // Lines are written once nothing waits any more, or so many bytes have come together.
    private const int BatchBytes = 65_536;

    private static readonly TimeSpan DropReportInterval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly LogFile? _xferlog;
    private readonly LogFile? _json;
    private readonly object _gate = new();
    private readonly FairQueue<Ipv4Address, FtpRecord> _queue;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _xferlogLines = new();
    private readonly ArrayBufferWriter<byte> _jsonLines = new();
    private readonly Thread _thread;
    private bool _isEnding;
    private long _droppedTold;
    private long _dropsToldAt;

    /// <summary>Opens the files and starts the thread.</summary>
    /// <param name="options">Which files, and limits.</param>
    /// <param name="logger">Told of failed logins, and of what is not logged.</param>
    /// <param name="faults">Told of lines that fail by a fault; null: the logger alone.</param>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public TransferLog(TransferLogOptions options, ILogger logger, FaultLog? faults = null)
    {
        _logger = logger;
        _faults = faults ?? new FaultLog(logger);
        _queue = new(options.QueueMax, options.QueueMax, PeerNetwork.Of(options.PeerPrefixLength));
        try
        {
            _xferlog = options.XferlogFile is { } xferlog ? new LogFile(xferlog, logger) : null;
            _json = options.JsonFile is { } json ? new LogFile(json, logger) : null;
        }
        catch
        {
            _xferlog?.Dispose();
            throw;
        }
        _thread = new Thread(Run) { Name = "transfer log", IsBackground = true };
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

    /// <summary>Writes to files that failed.</summary>
    public long Failures => (_xferlog?.Failures ?? 0) + (_json?.Failures ?? 0);

    /// <inheritdoc/>
    public void Write(in FtpRecord record)
    {
        // What no log takes wakes no thread: that costs more than all else about a small file.
        bool isWanted = _json is not null || record.Action == FtpAction.LoginFailed
            || (_xferlog is not null && XferlogLine.Has(record.Action));
        if (isWanted)
        {
            lock (_gate)
            {
                _ = _queue.TryAdd(record.Peer, record, out _, out _);
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Opens the files anew, after they were renamed; from any thread.</summary>
    public void Reopen()
    {
        _xferlog?.Reopen();
        _json?.Reopen();
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
        _xferlog?.Dispose();
        _json?.Dispose();
    }

    private void Run()
    {
        while (TryTake(out FtpRecord record, out bool isLast))
        {
            TryAdd(in record);
            int gathered = Math.Max(_xferlogLines.WrittenCount, _jsonLines.WrittenCount);
            if (isLast || gathered > BatchBytes)
            {
                Flush();
                TellDrops(isLast: false);
            }
        }
        Flush();
        TellDrops(isLast: true);
    }

    // False at the end; isLast when nothing waits behind it.
    private bool TryTake(out FtpRecord record, out bool isLast)
    {
        lock (_gate)
        {
            while (!_queue.TryTake(out record))
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

    // A record that cannot be written costs its own line.
    private void TryAdd(in FtpRecord record)
    {
        try
        {
            Add(in record);
        }
        catch (Exception fault) when (Invariant.IsContained(fault))
        {
            _faults.OnJobFault("line of the log", record.Peer, fault);
        }
    }

    private void Add(in FtpRecord record)
    {
        if (record.Action == FtpAction.LoginFailed)
        {
            _logger.LogInformation(
                "FTP: {Peer:l} failed to log in as {User}", record.Peer.ToString(), record.User);
        }
        if (_xferlog is not null && XferlogLine.Has(record.Action))
        {
            _line.ResetWrittenCount();
            XferlogLine.Write(in record, TimeZoneInfo.Local, _line);
            _xferlogLines.Write(_line.WrittenSpan);
        }
        if (_json is not null)
        {
            _line.ResetWrittenCount();
            JsonLogLine.Write(in record, _line);
            _jsonLines.Write(_line.WrittenSpan);
        }
    }

    private void Flush()
    {
        Flush(_xferlog, _xferlogLines);
        Flush(_json, _jsonLines);
    }

    private void Flush(LogFile? file, ArrayBufferWriter<byte> lines)
    {
        if (lines.WrittenCount > 0)
        {
            _faults.TryDo("write of a log", () => file!.TryWrite(lines.WrittenSpan));
            lines.ResetWrittenCount();
        }
    }

    private void TellDrops(bool isLast)
    {
        long dropped = Dropped;
        bool isTime = isLast || _dropsToldAt == 0
            || Stopwatch.GetElapsedTime(_dropsToldAt) > DropReportInterval;
        if (dropped > _droppedTold && isTime)
        {
            _logger.LogWarning("FTP: {Count} records were not logged: the log cannot keep up",
                dropped - _droppedTold);
            _droppedTold = dropped;
            _dropsToldAt = Stopwatch.GetTimestamp();
        }
    }
}
