using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>
/// Metrics in a file, anew every 15 s, for who reads files of this machine and does not reach the port. A
/// shard renders them, as for the port; a thread writes them, and names the file when it is whole.
/// </summary>
internal sealed class MetricsFile : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly string _path;
    private readonly IMetricsSource _source;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _rendered = new(initialState: false);
    private readonly ManualResetEvent _ending = new(initialState: false);
    private readonly Thread _thread;
    private Action _wake = static () => { };
    private ReadOnlyMemory<byte> _text;
    private volatile bool _isWanted;
    private bool _hasFailed;

    /// <summary>Makes it; nothing is written before <see cref="Start"/>.</summary>
    public MetricsFile(string path, IMetricsSource source, ILogger logger)
    {
        (_path, _source, _logger) = (Path.GetFullPath(path), source, logger);
        _thread = new Thread(Run) { Name = "metrics file", IsBackground = true };
    }

    /// <summary>Begins to ask a shard, which is woken by this.</summary>
    public void Start(Action wake)
    {
        _wake = wake;
        _thread.Start();
    }

    /// <summary>The shard begins a pass: what is wanted is rendered.</summary>
    public void BeginPass()
    {
        if (_isWanted)
        {
            _isWanted = false;
            _text = _source.Render();
            _rendered.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        _ending.Dispose();
        _rendered.Dispose();
    }

    private void Run()
    {
        do
        {
            _isWanted = true;
            _wake();
            if (WaitHandle.WaitAny([_ending, _rendered]) == 0)
            {
                return;
            }
            Write();
        }
        while (!_ending.WaitOne(Interval));
    }

    private void Write()
    {
        string temporary = _path + ".new";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                file.Write(_text.Span);
            }
            // Whoever reads has the one before or this one, each whole.
            File.Move(temporary, _path, overwrite: true);
            _hasFailed = false;
        }
        catch (Exception e) when (StorageFault.Is(e))
        {
            if (!_hasFailed)
            {
                _logger.LogError("{File:l} cannot be written: {Reason:l}", _path, e.Message);
            }
            _hasFailed = true;
        }
    }
}
