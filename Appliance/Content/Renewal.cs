using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Content;

/// <summary>
/// The thread that reads names anew: of files that were seen to change, at once and in turn by the peers that
/// wait for it, a few together; of those that could not be read, or not be trusted yet, a moment later.
/// </summary>
internal sealed class Renewal : IDisposable
{
    // Names that wait; a tree that changes as a whole is for a reload.
    private const int WaitingMax = 10_000;

    // Of what is done at once: names, and bytes that may have to be compared for it, which takes some tenths
    // of a second.
    private const int BatchMax = 64;
    private const long BatchBytes = 64L << 20;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    // Names that could not be read may stay so: reading so many in vain takes a hundredth of a core.
    private static readonly TimeSpan LaterByName = TimeSpan.FromMilliseconds(2);

    private readonly Func<IReadOnlyCollection<string>, bool> _apply;
    private readonly Residency _residency;
    private readonly FaultLog _faults;
    private readonly object _gate = new();
    private readonly FairQueue<IpAddress, FileWindows> _waiting;
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private DateTime _laterAt = DateTime.MaxValue;
    private bool _isStopped;

    /// <summary>Starts the thread that looks at files again.</summary>
    /// <param name="apply">Looks at paths; false when that fails.</param>
    /// <param name="residency">Whose files they are.</param>
    /// <param name="faults">Told of jobs that fail by a fault.</param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    public Renewal(
        Func<IReadOnlyCollection<string>, bool> apply,
        Residency residency,
        FaultLog faults,
        int peerPrefixLength)
    {
        (_apply, _residency, _faults) = (apply, residency, faults);
        _waiting = new(int.MaxValue, int.MaxValue, PeerNetwork.Of(peerPrefixLength));
        _thread = new Thread(Run) { IsBackground = true, Name = "content-renewal" };
        _thread.Start();
    }

    /// <summary>
    /// A file changed: its name is read anew soon, once, for whoever waits for the least. Under the lock of
    /// <see cref="Residency"/>.
    /// </summary>
    /// <param name="file">The file; <see cref="FileWindows.IsAsked"/> when it was added before.</param>
    /// <param name="peer">Who waits for it; 0.0.0.0: the server itself.</param>
    public void Add(FileWindows file, IpAddress peer)
    {
        lock (_gate)
        {
            peer = _waiting.OwnerOf(peer);
            bool isBetter = file.Asker is { } asker
                ? _waiting.CountOf(asker) > _waiting.CountOf(peer) + 1
                : !file.IsAsked;
            if (isBetter)
            {
                file.Asker = peer;
                _waiting.Add(peer, file);
                Monitor.Pulse(_gate);
            }
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
                _laterAt = DateTime.UtcNow + Later + (_later.Count * LaterByName);
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
        List<FileWindows> files = [];
        while (Take(files, out HashSet<string> paths))
        {
            foreach (FileWindows file in files)
            {
                _residency.Resolve(file);
                paths.Add(file.Path);
            }
            bool isRead = false;
            if (paths.Count > 0)
            {
                _faults.TryDo("look at changed files", () => isRead = _apply(paths));
            }
            foreach (FileWindows file in files)
            {
                _residency.Answer(file, isRead);
            }
        }
    }

    private bool Take(List<FileWindows> files, out HashSet<string> paths)
    {
        files.Clear();
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
            TakeTurns(files);
            if (DateTime.UtcNow >= _laterAt)
            {
                paths.UnionWith(_later);
                _later.Clear();
                _laterAt = DateTime.MaxValue;
            }
            return !_isStopped;
        }
    }

    // One that stands in line for several peers is taken in the turn of the last of them.
    private void TakeTurns(List<FileWindows> files)
    {
        long bytes = 0;
        while (files.Count < BatchMax && bytes < BatchBytes
            && _waiting.TryTake(out FileWindows? file, out IpAddress peer))
        {
            if (file.Asker == peer)
            {
                file.Asker = null;
                files.Add(file);
                bytes += file.Standing == FileStanding.Unsure ? file.Length : 0;
            }
        }
    }
}
