using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;

namespace Straightwire.Appliance.Logs;

/// <summary>
/// A file that lines are appended to, and which may be opened anew under its name after somebody renamed it.
/// Storage that fails costs lines, which are counted, and is told once until it works again.
/// </summary>
public sealed class LogFile : IDisposable
{
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _using = new();
    private FileStream? _file;
    private bool _hasFailed;
    private long _failures;

    /// <summary>Opens the file, which is made when there is none.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public LogFile(string path, ILogger logger)
    {
        _path = Path.GetFullPath(path);
        _logger = logger;
        _file = Open();
    }

    /// <summary>Writes to the file that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Appends whole lines; false when that fails.</summary>
    public bool TryWrite(ReadOnlySpan<byte> lines)
    {
        lock (_using)
        {
            try
            {
                Append(_file ??= Open(), lines);
                _hasFailed = false;
                return true;
            }
            catch (Exception e) when (StorageFault.Is(e))
            {
                Fail(e);
                return false;
            }
        }
    }

    /// <summary>Opens the file anew under its name; from any thread.</summary>
    public void Reopen()
    {
        lock (_using)
        {
            _file?.Dispose();
            _file = null;
            try
            {
                _file = Open();
            }
            catch (Exception e) when (StorageFault.Is(e))
            {
                Fail(e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_using)
        {
            _file?.Dispose();
        }
    }

    // Behind what is there, which somebody else may have cut short meanwhile (copytruncate of logrotate(8)).
    // What has no room for all lines gets none of them: half of one would be none that is read.
    private static void Append(FileStream file, ReadOnlySpan<byte> lines)
    {
        long end = file.CanSeek ? file.Seek(0, SeekOrigin.End) : 0;
        try
        {
            file.Write(lines);
        }
        catch (Exception e) when (StorageFault.Is(e) && file.CanSeek)
        {
            TryCut(file, end);
            throw;
        }
    }

    private static void TryCut(FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            // A device has no length, and keeps no half of a line either.
        }
    }

    private void Fail(Exception problem)
    {
        Volatile.Write(ref _failures, _failures + 1);
        if (!_hasFailed)
        {
            _hasFailed = true;
            _logger.LogError("{File:l} cannot be written: {Reason:l}", _path, problem.Message);
        }
    }

    private FileStream Open() => new(_path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
    });
}
