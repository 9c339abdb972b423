using System.Buffers;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Http;

namespace Straightwire.Appliance.Services.Http;

/// <summary>The logs of requests: those of the three formats that have a file.</summary>
public sealed class AccessLog : IDisposable
{
    private const int BatchBytes = 262_144;

    private readonly List<RecordFile<HttpRecord>> _files = [];
    private readonly HttpRecords _records;
    private readonly RecordLog<HttpRecord> _log;

    /// <summary>Opens the files and starts the thread.</summary>
    /// <param name="options">Which files, and limits.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="mask">What of addresses is told.</param>
    /// <param name="logger">Told of what is not logged.</param>
    /// <param name="faults">Told of lines that fail by a fault.</param>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public AccessLog(HttpLogOptions options, int port, AddressMask mask, ILogger logger, FaultLog faults)
    {
        try
        {
            int? host = options.Vhost ? port : null;
            Open(options.Common, new AccessText(isCombined: false, host), options, logger);
            Open(options.Combined, new AccessText(isCombined: true, host), options, logger);
            Open(options.Json, new AccessJson(), options, logger);
        }
        catch
        {
            _files.ForEach(static file => file.Dispose());
            throw;
        }
        int batch = Math.Min(BatchBytes, options.QueueBytes / 2);
        _records = new HttpRecords(options.QueueBytes, batch, mask);
        _log = new RecordLog<HttpRecord>("HTTP", _records, _files, BatchBytes, logger, faults);
    }

    /// <summary>Records that found no room, and lines that could not be written.</summary>
    public long Dropped => _records.Dropped + _files.Sum(static file => file.Lost);

    /// <summary>Writes to files that failed.</summary>
    public long Failures => _files.Sum(static file => file.Failures);

    /// <summary>Where a shard leaves its records; before its first pass.</summary>
    public IHttpLog AddShard() => _records.AddShard();

    /// <summary>Opens the files anew, after they were renamed; from any thread.</summary>
    public void Reopen() => _files.ForEach(static file => file.Reopen());

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _files.ForEach(static file => file.Dispose());
        _records.Dispose();
    }

    private void Open(
        string? path, IRecordFormat<HttpRecord> format, HttpLogOptions options, ILogger logger)
    {
        if (path is not null)
        {
            IRecordFormat<HttpRecord> some = options.Skip is { } skipped ? new Some(format, skipped) : format;
            _files.Add(new RecordFile<HttpRecord>(path, some, logger));
        }
    }

    /// <summary>Has no line for what is not to be logged.</summary>
    private sealed class Some(IRecordFormat<HttpRecord> format, string[] skipped) : IRecordFormat<HttpRecord>
    {
        private readonly PathFilter _skipped = new(skipped);

        public bool Has(in HttpRecord record) =>
            !_skipped.Matches(RequestLineParts.Of(record.RequestLine).Target) && format.Has(in record);

        public void Write(in HttpRecord record, IBufferWriter<byte> destination) =>
            format.Write(in record, destination);
    }
}
