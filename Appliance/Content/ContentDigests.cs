using System.Diagnostics;
using Straightwire.Appliance.Faults;

namespace Straightwire.Appliance.Content;

/// <summary>
/// The thread that reads large files for the digests that are their tags: small ones first, slowly, and more
/// slowly while windows are wanted that somebody waits for. A file that changes meanwhile is given up, and
/// comes again as the file that it is then.
/// </summary>
internal sealed class ContentDigests : IDisposable
{
    // Tags are given to many files at once, since that makes a generation.
    private const int PublishedAtOnce = 256;
    private const int PieceBytes = 262_144;

    // A tenth of the rate is left while storage is wanted for answers.
    private const int SlowerWhileAsked = 10;

    private static readonly TimeSpan PublishDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AgainDelay = TimeSpan.FromMilliseconds(20);

    private readonly ContentStore _store;
    private readonly Residency _residency;
    private readonly FaultLog _faults;
    private readonly long _bytesPerSecond;
    private readonly object _gate = new();
    private readonly PriorityQueue<FileWindows, long> _waiting = new();
    private readonly List<(FileWindows File, byte[] Digest)> _known = [];
    private readonly Thread _thread;
    private long _knownSince;
    private long _waitingCount;
    private bool _isStopped;

    /// <summary>Starts the thread that reads files for their digests.</summary>
    public ContentDigests(ContentStore store, Residency residency, FaultLog faults, long bytesPerSecond)
    {
        (_store, _residency, _faults, _bytesPerSecond) = (store, residency, faults, bytesPerSecond);
        _thread = new Thread(Run) { IsBackground = true, Name = "content-digests" };
        _thread.Start();
    }

    /// <summary>Files that wait, and those whose digest is not told yet.</summary>
    public long Waiting => Volatile.Read(ref _waitingCount);

    /// <summary>Regions of mapped files that are to have a tag.</summary>
    public void Add(IReadOnlyList<int> regions)
    {
        lock (_gate)
        {
            foreach (int region in regions)
            {
                if (Volatile.Read(ref _residency.Files[region]) is FileWindows file)
                {
                    _waiting.Enqueue(file, file.Length);
                    Interlocked.Increment(ref _waitingCount);
                }
            }
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the thread; one that storage holds up ends with the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Run()
    {
        byte[] scratch = new byte[PieceBytes];
        while (TryTake(out FileWindows file))
        {
            byte[] digest = new byte[16];
            var outcome = DigestOutcome.Gone;
            if (_store.IsUntagged(file))
            {
                _faults.TryDo(
                    "digest of a large file",
                    () => outcome = _residency.Digest(file, scratch, Pace, digest));
            }
            switch (outcome)
            {
                case DigestOutcome.Known:
                    _knownSince = _known.Count == 0 ? Stopwatch.GetTimestamp() : _knownSince;
                    _known.Add((file, digest));
                    break;
                case DigestOutcome.Later:
                    Wait(AgainDelay);
                    lock (_gate)
                    {
                        _waiting.Enqueue(file, file.Length);
                    }
                    break;
                default:
                    Interlocked.Decrement(ref _waitingCount);
                    break;
            }
            PublishIfDue();
        }
    }

    private bool TryTake(out FileWindows file)
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (_waiting.TryDequeue(out file!, out _))
                {
                    return true;
                }
                Monitor.Wait(_gate);
            }
            file = null!;
            return false;
        }
    }

    // Between two pieces: what was read so fast is paid for by waiting.
    private bool Pace(int bytes)
    {
        PublishIfDue();
        int slower = _residency.HasWaiting ? SlowerWhileAsked : 1;
        return Wait(TimeSpan.FromSeconds((double)bytes * slower / _bytesPerSecond));
    }

    private bool Wait(TimeSpan time)
    {
        lock (_gate)
        {
            long began = Stopwatch.GetTimestamp();
            while (!_isStopped && time - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
            {
                // In whole milliseconds, or the last part of one would be spun through.
                Monitor.Wait(_gate, (int)Math.Ceiling(left.TotalMilliseconds));
            }
            return !_isStopped;
        }
    }

    private void PublishIfDue()
    {
        bool isLast;
        lock (_gate)
        {
            isLast = _waiting.Count == 0;
        }
        if (_known.Count > 0
            && (isLast || _known.Count >= PublishedAtOnce
                || Stopwatch.GetElapsedTime(_knownSince) >= PublishDelay))
        {
            _store.Tag(_known);
            Interlocked.Add(ref _waitingCount, -_known.Count);
            _known.Clear();
        }
    }
}
