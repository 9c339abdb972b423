using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Straightwire.Appliance.Logs;

/// <summary>Records as lines of a file, many of which are written at once.</summary>
/// <typeparam name="T">A record.</typeparam>
public sealed class RecordFile<T> : IRecordSink<T>, IDisposable
    where T : allows ref struct
{
    private readonly LogFile _file;
    private readonly IRecordFormat<T> _format;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _lines = new();
    private int _count;
    private long _lost;

    /// <summary>Opens the file, which is made when there is none.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="format">Makes the lines.</param>
    /// <param name="logger">Told of what cannot be written.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public RecordFile(string path, IRecordFormat<T> format, ILogger logger)
    {
        _format = format;
        _file = new LogFile(path, logger);
    }

    /// <summary>Writes to the file that failed.</summary>
    public long Failures => _file.Failures;

    /// <summary>Lines that those would have written.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <inheritdoc/>
    public int Gathered => _lines.WrittenCount;

    /// <inheritdoc/>
    public bool Takes(in T record) => _format.Has(in record);

    /// <inheritdoc/>
    public void Add(in T record)
    {
        // What is thrown in the middle of a line leaves none of it.
        _line.ResetWrittenCount();
        _format.Write(in record, _line);
        _lines.Write(_line.WrittenSpan);
        _count++;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        bool written = false;
        try
        {
            written = _file.TryWrite(_lines.WrittenSpan);
        }
        finally
        {
            Volatile.Write(ref _lost, _lost + (written ? 0 : _count));
            _lines.ResetWrittenCount();
            _count = 0;
        }
    }

    /// <summary>Opens the file anew under its name, after it was renamed; from any thread.</summary>
    public void Reopen() => _file.Reopen();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
