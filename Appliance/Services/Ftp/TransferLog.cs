using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>
/// The logs of transfers: xferlog and JSON, as far as there are such files, and failed logins in the log of
/// the program.
/// </summary>
public sealed class TransferLog : IFtpLog, IDisposable
{
    private const int BatchBytes = 65_536;

    private readonly List<RecordFile<FtpRecord>> _files = [];
    private readonly PeerRecords<FtpRecord> _queue;
    private readonly RecordLog<FtpRecord> _log;
    private readonly AddressMask _mask;

    /// <summary>Opens the files and starts the thread.</summary>
    /// <param name="options">Which files, and limits.</param>
    /// <param name="logger">Told of failed logins, and of what is not logged.</param>
    /// <param name="faults">Told of lines that fail by a fault; null: the logger alone.</param>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public TransferLog(TransferLogOptions options, ILogger logger, FaultLog? faults = null)
    {
        try
        {
            Open(options.Xferlog, new XferlogFormat(TimeZoneInfo.Local), logger);
            Open(options.Json, new JsonFormat(), logger);
        }
        catch
        {
            _files.ForEach(static file => file.Dispose());
            throw;
        }
        _mask = options.Mask;
        _queue = new PeerRecords<FtpRecord>(options.Queue, options.PeerPrefixLength);
        _log = new RecordLog<FtpRecord>(
            "FTP",
            _queue,
            [new FailedLogins(logger), .. _files],
            BatchBytes,
            logger,
            faults ?? new FaultLog(logger));
    }

    /// <summary>Records that found the queue full.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>Writes to files that failed.</summary>
    public long Failures => _files.Sum(static file => file.Failures);

    /// <inheritdoc/>
    public void Write(in FtpRecord record)
    {
        // What no log takes wakes no thread: that costs more than all else about a small file.
        if (_log.Takes(in record))
        {
            _queue.Add(record with { Peer = _mask.Of(record.Peer) }, record.Peer);
        }
    }

    /// <summary>Opens the files anew, after they were renamed; from any thread.</summary>
    public void Reopen() => _files.ForEach(static file => file.Reopen());

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _files.ForEach(static file => file.Dispose());
    }

    private void Open(string? path, IRecordFormat<FtpRecord> format, ILogger logger)
    {
        if (path is not null)
        {
            _files.Add(new RecordFile<FtpRecord>(path, format, logger));
        }
    }
}
