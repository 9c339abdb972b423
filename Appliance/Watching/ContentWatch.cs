using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Watching;

/// <summary>
/// Sees what changes in the content directory, and has it looked at: what the kernel gives notice of when it
/// has been still for a moment, the rest from time to time. One thread takes in the notices, so that none is
/// lost or late while another looks.
/// </summary>
/// <remarks>
/// Scans, of whichever thread, watch each directory before they list it and come here for that under the
/// store's lock; the lock of this class is taken within it, and never the other way round.
/// </remarks>
internal sealed partial class ContentWatch : ITreeWatch, IDisposable
{
    /// <summary>How often what cannot be watched is looked at, unless it is configured.</summary>
    public static readonly Duration PollDefault = Duration.Parse("30s");

    private const int BufferBytes = 65_536;
    private const long RetryNanoseconds = 1_000_000_000;
    private const long RetryMostNanoseconds = 30_000_000_000;

    // Who writes all the time, and what happens beside the content (in the directory that its root's link is
    // in, to what is being uploaded) are no reasons to be awake all the time.
    private const int PauseMilliseconds = 1;
    private const int NoiseMilliseconds = 10;

    private readonly Lock _gate = new();
    private readonly ContentOptions _options;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly DirectoryWatch? _watch;
    private readonly WatchTree _tree;
    private readonly ChangeGather _gather;
    private readonly AutoResetEvent _wake = new(false);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly long _poll;
    private readonly Thread _listener;
    private readonly Thread _looker;
    private ContentStore? _store;
    private string _root = "/";
    private (string Path, string Real)? _linkDirectory;
    private string? _toldFailure;
    private bool _hasToldUnwatched;
    private Instant _toldCrowdAt = new(long.MinValue / 2);
    private Instant _pollAt;
    private Instant _retryAt = Instant.Never;
    private long _retry = RetryNanoseconds;
    private volatile bool _isStopped;

    /// <summary>Asks the kernel for notices; nothing is watched before the first scan.</summary>
    /// <param name="options">What is watched, and how.</param>
    /// <param name="logger">Told of what cannot be watched.</param>
    /// <param name="faults">Told of looks that fail by a fault of this program.</param>
    /// <param name="watchedMax">Directories that are watched at most, beside the kernel's limit.</param>
    public ContentWatch(
        ContentOptions options, ILogger logger, FaultLog faults, int watchedMax = int.MaxValue)
    {
        (_options, _logger, _faults) = (options, logger, faults);
        FileOutcome outcome = FileOutcome.Ok;
        _watch = options.Watch ? DirectoryWatch.Open(out outcome) : null;
        if (!outcome.IsOk)
        {
            _logger.LogWarning(
                "The content is not watched: {Reason}. Raise fs.inotify.max_user_instances (sysctl -w "
                + "fs.inotify.max_user_instances=1024); until then it is looked at each {Interval}",
                outcome.Reason, options.Poll ?? PollDefault);
        }
        _tree = new WatchTree(_watch) { WatchedMax = watchedMax };
        _gather = new ChangeGather(options.WatchDelay.Nanoseconds);
        _poll = (options.Poll ?? PollDefault).Nanoseconds;
        _pollAt = PollAfter(MonotonicClock.Now);
        _listener = new Thread(Listen) { IsBackground = true, Name = "content-watch" };
        _looker = new Thread(LookAround) { IsBackground = true, Name = "content-look" };
    }

    /// <summary>What it counts.</summary>
    public WatchCounters Counters { get; } = new();

    /// <summary>Directories that are polled, as of now or of a moment ago.</summary>
    public int Polled => _tree.Polled;

    /// <summary>Directories that are watched, likewise.</summary>
    public int Watched => _tree.Watched;

    /// <summary>The content is loaded: from now on its changes are looked at.</summary>
    public void Start(ContentStore store)
    {
        _store = store;
        TellUnwatched();
        _listener.Start();
        _looker.Start();
    }

    /// <inheritdoc/>
    public void Begin(bool isWhole)
    {
        lock (_gate)
        {
            _tree.Begin();
            _linkDirectory = null;
            if (isWhole)
            {
                _tree.SetRoot(_options.Directory);
            }
        }
    }

    /// <inheritdoc/>
    public void OnDirectory(SafeFileHandle directory, string path, in FileStatus status)
    {
        lock (_gate)
        {
            if (path == "/" && FileTree.RealPath(directory) is { } real)
            {
                _root = Encoding.UTF8.GetString(real).TrimEnd('/');
            }
            _tree.AddDirectory(directory, path, status);
        }
    }

    /// <inheritdoc/>
    public void OnLink(SafeFileHandle directory, string path, byte[] name)
    {
        lock (_gate)
        {
            if (_linkDirectory?.Path != path)
            {
                _linkDirectory = FileTree.RealPath(directory) is { } real
                    ? (path, Encoding.UTF8.GetString(real))
                    : null;
            }
            if (_linkDirectory is { Real: { } at })
            {
                string link = Encoding.UTF8.GetString(name);
                _tree.AddLink(path + link, Path.Combine(at, link), _root);
            }
        }
    }

    /// <inheritdoc/>
    public void End(string path)
    {
        lock (_gate)
        {
            _tree.End(path);
        }
    }

    /// <inheritdoc/>
    public bool IsWritten(string path, long length)
    {
        lock (_gate)
        {
            return _gather.IsWritten(path, length);
        }
    }

    /// <inheritdoc/>
    public void Trust(IEnumerable<ContentFile> files, Action<ContentFile> trust)
    {
        // Who looks because of a notice has all that was told before; another may not.
        bool isComplete = _store is null || Thread.CurrentThread == _looker;
        if (_options.Verify != ContentVerify.Watch || _watch is null || !isComplete)
        {
            return;
        }
        lock (_gate)
        {
            Drain(MonotonicClock.Now);
            foreach (ContentFile file in files)
            {
                // By another name of the same file it can be changed without a notice.
                if (file is { Entry.MayChange: true, Status.Links: 1 }
                    && _tree.IsWatched(file.Entry.Path)
                    && !_gather.IsTouched(file.Entry.Path))
                {
                    trust(file);
                }
            }
        }
    }

    /// <summary>Ends the threads; no scan comes here any more.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Set();
        _watch?.Wake();
        foreach (Thread thread in (Thread[])[_listener, _looker])
        {
            if (thread.IsAlive)
            {
                thread.Join();
            }
        }
        _watch?.Dispose();
        _wake.Dispose();
    }

    private void Listen()
    {
        while (!_isStopped && _watch is not null)
        {
            _watch.Wait(Instant.Never);
            bool isNoise = true;
            _faults.TryDo("notice of changed content", () => isNoise = !Hear());
            Thread.Sleep(isNoise ? NoiseMilliseconds : PauseMilliseconds);
        }
    }

    // Whether something of the content has changed.
    private bool Hear()
    {
        lock (_gate)
        {
            long before = Counters.Changes;
            Drain(MonotonicClock.Now);
            return Counters.Changes != before;
        }
    }

    private void LookAround()
    {
        while (!_isStopped)
        {
            Instant due;
            lock (_gate)
            {
                due = Instant.Min(Instant.Min(_gather.DueAt, _pollAt), _retryAt);
            }
            Instant now = MonotonicClock.Now;
            if (due == Instant.Never)
            {
                _ = _wake.WaitOne();
            }
            else if (now < due)
            {
                // Rounded up: who wakes too early would not sleep again.
                _ = _wake.WaitOne((due - now) + TimeSpan.FromMilliseconds(1));
            }
            else if (!_faults.TryDo("look at changed content", LookAtDue))
            {
                LookLater();
            }
        }
    }

    private void LookAtDue()
    {
        ChangeSet? set;
        Instant now = MonotonicClock.Now;
        lock (_gate)
        {
            if (now >= _retryAt)
            {
                _retryAt = Instant.Never;
                _gather.AddAll(now.Plus(-ChangeGather.MostNanoseconds));
            }
            else if (now >= _pollAt && _gather.DueAt > now)
            {
                _pollAt = PollAfter(now);
                Counters.Polls++;
                AddPolled(now.Plus(-ChangeGather.MostNanoseconds));
            }
            set = _gather.Take(now);
        }
        if (set is not null)
        {
            Counters.Reloads += set.Paths is null ? 1 : 0;
            Look(set);
            TellUnwatched();
        }
    }

    private void AddPolled(Instant since)
    {
        List<string> tops = _options.Poll is null && !_tree.IsRootPolled ? _tree.PolledTops() : ["/"];
        foreach (string path in tops)
        {
            if (path == "/")
            {
                _gather.AddAll(since);
            }
            else
            {
                _gather.Add(path, since);
            }
        }
    }

    private void Look(ChangeSet set)
    {
        try
        {
            LookResult result = _store!.Look(set.Paths?.Keys, looked => IsDisturbed(set, looked));
            if (result == LookResult.Disturbed)
            {
                lock (_gate)
                {
                    Counters.Disturbances++;
                    _gather.PutBack(set, MonotonicClock.Now);
                }
                return;
            }
            if (_toldFailure is not null)
            {
                _logger.LogInformation("The content directory can be read again");
            }
            _toldFailure = null;
            lock (_gate)
            {
                (_retryAt, _retry) = (Instant.Never, RetryNanoseconds);
            }
        }
        catch (ContentException failure)
        {
            Fail(failure.Message);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
        catch (IOException failure)
        {
            Fail(failure.Message);
        }
    }

    // What was served stays. It is looked at again when something changes, and after a while that becomes
    // longer.
    private void Fail(string reason)
    {
        if (reason != _toldFailure)
        {
            _toldFailure = reason;
            _logger.LogWarning(
                "Changed content is not seen, and what was served before stays: {Reason}", reason);
        }
        LookLater();
    }

    private void LookLater()
    {
        lock (_gate)
        {
            _retryAt = MonotonicClock.Now.Plus(_retry);
            _retry = Math.Min(_retry * 2, RetryMostNanoseconds);
        }
    }

    private bool IsDisturbed(ChangeSet set, IReadOnlyCollection<string>? looked)
    {
        lock (_gate)
        {
            Instant now = MonotonicClock.Now;
            Drain(now);
            return _gather.Disturbs(set, looked, now);
        }
    }

    private Instant PollAfter(Instant now)
    {
        bool isNever = _poll == 0 || (_options.Poll is null && _watch is not null && _tree.Polled == 0);
        return isNever ? Instant.Never : now.Plus(_poll);
    }

    private void TellUnwatched()
    {
        int polled;
        lock (_gate)
        {
            polled = _tree.Polled;
            if (_pollAt == Instant.Never)
            {
                _pollAt = PollAfter(MonotonicClock.Now);
            }
        }
        bool isShort = _watch is not null && polled > 0 && _tree.IsShort;
        if (isShort && !_hasToldUnwatched)
        {
            _logger.LogWarning(
                "{Polled} directories of the content are not watched, since there may be no more watches: "
                + "raise fs.inotify.max_user_watches (sysctl -w fs.inotify.max_user_watches={Wanted}). Until "
                + "then they are looked at each {Interval}",
                polled, 2 * (polled + Watched), _options.Poll ?? PollDefault);
        }
        else if (polled > 0 && !_hasToldUnwatched && _watch is not null)
        {
            _logger.LogInformation(
                "{Polled} directories of the content are on a file system whose changes elsewhere are not "
                + "told of: they are looked at each {Interval} (content.poll)",
                polled, _options.Poll ?? PollDefault);
        }
        _hasToldUnwatched = polled > 0;
    }
}
