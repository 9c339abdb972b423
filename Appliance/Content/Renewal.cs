namespace Straightwire.Appliance.Content;

/// <summary>
/// The thread that reads names anew: of files that were seen to change, at once; of those that could not be
/// read, or not be trusted yet, a moment later.
/// </summary>
internal sealed class Renewal : IDisposable
{
    // Names that wait; a tree that changes as a whole is for a reload.
    private const int WaitingMax = 10_000;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    private readonly ContentStore _store;
    private readonly Residency _residency;
    private readonly object _gate = new();
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private List<FileWindows> _waiting = [];
    private DateTime _laterAt = DateTime.MaxValue;
    private bool _isStopped;

    /// <summary>Starts the thread.</summary>
    public Renewal(ContentStore store, Residency residency)
    {
        (_store, _residency) = (store, residency);
        _thread = new Thread(Run) { IsBackground = true, Name = "content-renewal" };
        _thread.Start();
    }

    /// <summary>A file changed: its name is read anew soon.</summary>
    public void Add(FileWindows file)
    {
        lock (_gate)
        {
            _waiting.Add(file);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Names to be read anew in a while.</summary>
    public void AddLater(IEnumerable<string> paths)
    {
        lock (_gate)
        {
            foreach (string path in paths)
            {
                if (_later.Count < WaitingMax)
                {
                    _later.Add(path);
                }
            }
            if (_later.Count > 0 && _laterAt == DateTime.MaxValue)
            {
                _laterAt = DateTime.UtcNow + Later;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Ends the thread; one that storage holds up ends with the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Run()
    {
        while (Take(out List<FileWindows> files, out HashSet<string> paths))
        {
            foreach (FileWindows file in files)
            {
                _residency.Resolve(file);
                paths.Add(file.Path);
            }
            bool isRead = paths.Count > 0 && _store.Apply(paths);
            foreach (FileWindows file in files)
            {
                _residency.Answer(file, isRead);
            }
        }
    }

    private bool Take(out List<FileWindows> files, out HashSet<string> paths)
    {
        files = [];
        paths = new HashSet<string>(StringComparer.Ordinal);
        lock (_gate)
        {
            while (!_isStopped && _waiting.Count == 0 && DateTime.UtcNow < _laterAt)
            {
                TimeSpan wait = _laterAt == DateTime.MaxValue
                    ? Timeout.InfiniteTimeSpan
                    : TimeSpan.FromMilliseconds(Math.Max(1, (_laterAt - DateTime.UtcNow).TotalMilliseconds));
                Monitor.Wait(_gate, wait);
            }
            (files, _waiting) = (_waiting, files);
            if (DateTime.UtcNow >= _laterAt)
            {
                paths.UnionWith(_later);
                _later.Clear();
                _laterAt = DateTime.MaxValue;
            }
            return !_isStopped;
        }
    }
}
