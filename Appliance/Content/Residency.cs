using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Brings the windows of mapped files into memory ahead of the shards that send them, so that no shard ever
/// waits for storage. Helper threads block instead, each for another file; the lock is held for a few steps
/// only, and never while one blocks. Windows are brought in turn by the peers that wait for them, so that one
/// who asks for a thousand cold files keeps nobody else waiting for more than one of them.
/// </summary>
internal sealed partial class Residency : IDisposable
{
    /// <summary>Most regions, by number.</summary>
    public const int RegionMax = 262_144;

    /// <summary>
    /// Most mapped files. Each takes one of the mappings that the system allows a process; with none to spare
    /// the runtime itself would fail.
    /// </summary>
    public static readonly int FileMax = (int)FilesFor(MappingMax());

    /// <summary>
    /// Mappings that the runtime, its libraries, packed content and rings have, generously.
    /// </summary>
    public const int MappingsOfOurOwn = 5000;

    /// <summary>Windows asked for ahead of the one that is sent.</summary>
    public const int ReadAhead = 2;

    /// <summary>Most shards: each is a bit of a word.</summary>
    public const int ShardMax = 64;

    /// <summary>Why a file is left out when <see cref="IsFull"/>.</summary>
    public static readonly string TooManyFiles =
        $"{FileMax} files are mapped where they lie, and the system's limit allows no more: raise "
        + "vm.max_map_count (sysctl -w vm.max_map_count=262144), or the size up to which files are packed";

    // A window is seen to again at the first age, and may have left memory at the second.
    private const long RefreshNanoseconds = 1_000_000_000;
    private const long ExpireNanoseconds = 30_000_000_000;

    private readonly object _gate = new();
    private readonly Func<int, long, long, bool> _populate;
    private readonly Func<Instant> _clock;
    private readonly ReadRegion? _read;
    private readonly ILogger _logger;
    private readonly FileWindows?[] _files = new FileWindows?[RegionMax];
    private readonly ShardContent[] _shards = new ShardContent[ShardMax];
    private readonly Thread[] _helpers;
    private readonly FairQueue<IpAddress, FileWindows> _waiting;
    private readonly FaultLog _faults;
    private bool _isStopped;
    private long _faultedFiles;
    private int _fileCount;
    private int _descriptorCount;
    private int _shardCount;

    /// <summary>Starts the threads that bring pages into memory.</summary>
    /// <param name="populate">Blocks until a range of a region is in memory; false when it cannot be
    /// read.</param>
    /// <param name="clock">The clock that shards' instants are of.</param>
    /// <param name="threads">Threads: so many files can wait for storage at once.</param>
    /// <param name="logger">Where faulted files are named.</param>
    /// <param name="read">Reads a part of a region, for digests; null: none are made.</param>
    /// <param name="faults">Told of jobs that fail by a fault; null: the logger alone.</param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    public Residency(
        Func<int, long, long, bool> populate,
        Func<Instant> clock,
        int threads,
        ILogger logger,
        ReadRegion? read = null,
        FaultLog? faults = null,
        int peerPrefixLength = 32)
    {
        _waiting = new(int.MaxValue, int.MaxValue, PeerNetwork.Of(peerPrefixLength));
        _faults = faults ?? new FaultLog(logger);
        _read = read;
        _populate = populate;
        _clock = clock;
        _logger = logger;
        _helpers = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"content-{i}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Files that were truncated or could not be read while they were served.</summary>
    public long FaultedFiles => Volatile.Read(ref _faultedFiles);

    /// <summary>The mapped file of each region; null for packed ones.</summary>
    public FileWindows?[] Files => _files;

    /// <summary>A shard takes part; there are at most <see cref="ShardMax"/>.</summary>
    public void AddShard(ShardContent shard)
    {
        lock (_gate)
        {
            _shards[_shardCount++] = shard;
        }
    }

    /// <summary>Whether no further file may be mapped; <see cref="TooManyFiles"/> says what to do.</summary>
    public bool IsFull => Volatile.Read(ref _fileCount) >= FileMax;

    /// <summary>Knows a mapped file from now on.</summary>
    /// <param name="region">The number of its mapped region.</param>
    /// <param name="length">Bytes of the file when it was mapped.</param>
    /// <param name="path">Its canonical path.</param>
    /// <param name="identity">How to look whether it changed; null: nobody looks.</param>
    public void Add(int region, long length, string path, FileIdentity? identity = null)
    {
        Interlocked.Increment(ref _fileCount);
        Interlocked.Add(ref _descriptorCount, identity is { HasDescriptor: true } ? 1 : 0);
        Volatile.Write(ref _files[region], new FileWindows(region, length, path) { Identity = identity });
    }

    /// <summary>Whether windows wait for a helper.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>
    /// Forgets a region that no shard uses; false when a helper is at it, and it must stay.
    /// </summary>
    public bool TryRemove(int region)
    {
        lock (_gate)
        {
            FileWindows? file = _files[region];
            if (file is { IsBusy: true } or { IsDigested: true })
            {
                return false;
            }
            if (file is not null)
            {
                file.Forget();
                _files[region] = null;
                Interlocked.Decrement(ref _fileCount);
                Interlocked.Add(ref _descriptorCount, file.Identity is { HasDescriptor: true } ? -1 : 0);
                file.Identity?.Dispose();
            }
            return true;
        }
    }

    /// <summary>See <see cref="IContentMemory.Prepare(in ContentSlice, IpAddress, Instant)"/>.</summary>
    public ContentReadiness Prepare(
        ShardContent shard, FileWindows file, in ContentSlice slice, IpAddress peer, Instant now)
    {
        int first = (int)(slice.Offset >> FileWindows.WindowShift);
        int last = (int)((slice.Offset + Math.Max(slice.Length, 1) - 1) >> FileWindows.WindowShift);
        var readiness = ContentReadiness.Resident;
        for (int window = first; window <= last; window++)
        {
            if (IsFresh(file, window, now))
            {
                continue;
            }
            switch (Ask(shard, file, window, peer, now))
            {
                case ContentReadiness.Faulted:
                    return ContentReadiness.Faulted;
                case ContentReadiness.Pending:
                    readiness = ContentReadiness.Pending;
                    break;
            }
        }
        int ahead = Math.Min(last + ReadAhead, file.Count - 1);
        for (int window = last + 1; window <= ahead; window++)
        {
            if (file.StateOf(window) == WindowState.Unknown || IsStale(file, window, now))
            {
                Ask(shard: null, file, window, peer, now);
            }
        }
        return readiness;
    }

    /// <summary>
    /// See <see cref="IContentMemory.OnFault"/>: a helper reads again, and logs what it cannot.
    /// </summary>
    public void Suspect(FileWindows file, in ContentSlice slice, Instant now)
    {
        int last = (int)((slice.Offset + Math.Max(slice.Length, 1) - 1) >> FileWindows.WindowShift);
        for (int window = (int)(slice.Offset >> FileWindows.WindowShift); window <= last; window++)
        {
            lock (_gate)
            {
                if (file.StateOf(window) == WindowState.Resident)
                {
                    file.Set(window, WindowState.Unknown);
                }
            }
            Ask(shard: null, file, window, default, now);
        }
    }

    /// <summary>Stops the helpers; one that storage holds up ends with the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread helper in _helpers)
        {
            helper.Join(TimeSpan.FromSeconds(1));
        }
    }

    // One of these windows is sent from at once, and nobody need be asked.
    private static bool IsFresh(FileWindows file, int window, Instant now) => file.StateOf(window) switch
    {
        WindowState.Resident => file.AgeOf(window, now) < RefreshNanoseconds,
        WindowState.Refreshing => file.AgeOf(window, now) < ExpireNanoseconds,
        _ => false,
    };

    private static bool IsStale(FileWindows file, int window, Instant now) =>
        file.StateOf(window) == WindowState.Resident && file.AgeOf(window, now) >= RefreshNanoseconds;

    /// <summary>Files that may be mapped where the system allows a process some mappings.</summary>
    public static long FilesFor(long mappings) =>
        Math.Min(Math.Max(mappings - MappingsOfOurOwn, mappings / 2), RegionMax - MappingsOfOurOwn);

    /// <summary>Mappings that the system allows a process (vm.max_map_count).</summary>
    public static int MappingMax()
    {
        const string Setting = "/proc/sys/vm/max_map_count";
        return File.Exists(Setting) && int.TryParse(File.ReadAllText(Setting), out int max) ? max : 65_530;
    }

    private ContentReadiness Ask(
        ShardContent? shard, FileWindows file, int window, IpAddress peer, Instant now)
    {
        lock (_gate)
        {
            peer = _waiting.OwnerOf(peer);
            WindowState state = file.StateOf(window);
            if (state == WindowState.Faulted)
            {
                return ContentReadiness.Faulted;
            }
            bool canBeSent = state is WindowState.Resident or WindowState.Refreshing
                && file.AgeOf(window, now) < ExpireNanoseconds;
            if ((state == WindowState.Unknown || IsStale(file, window, now)) && file.TryWant(window, peer))
            {
                file.Set(window, canBeSent ? WindowState.Refreshing : WindowState.Pending);
                Enqueue(file, peer);
            }
            else if (state == WindowState.Pending && file.OwnerOf(window) is { } owner
                && _waiting.CountOf(owner) > _waiting.CountOf(peer) + 1)
            {
                // Who else waits for it has less to wait for.
                file.SetOwner(window, peer);
                Enqueue(file, peer);
            }
            if (canBeSent)
            {
                return ContentReadiness.Resident;
            }
            if (shard is not null)
            {
                shard.IsWaiting = true;
            }
            return ContentReadiness.Pending;
        }
    }

    // For each window that is wanted there is one entry of who wants it, here or with the file.
    private void Enqueue(FileWindows file, IpAddress peer)
    {
        _waiting.Add(peer, file);
        Monitor.Pulse(_gate);
    }

    // Skips files that were removed while they stood in line, and puts aside those that a helper is at.
    private bool TryDequeue(out FileWindows file, out int window, out IpAddress peer)
    {
        window = 0;
        while (_waiting.TryTake(out file!, out peer))
        {
            if (file.IsBusy)
            {
                file.PutAside(peer);
            }
            else if (file.TryTakeWanted(peer, out window))
            {
                return true;
            }
        }
        return false;
    }

    private void Help()
    {
        byte[] scratch = new byte[DigestPiece];
        while (TryTake(out FileWindows file, out int window, out IpAddress peer))
        {
            Instant began = _clock();
            bool isThere = false;
            UInt128? digest = null;
            var change = FileChange.None;
            // After a fault nothing is known of this file any more; its name is read anew.
            _faults.TryDo(
                "piece of a large file",
                () => isThere = Bring(file, window, scratch, out digest, out change),
                peer);
            Finish(file, window, isThere, change, digest, began);
        }
    }

    private bool Bring(
        FileWindows file, int window, byte[] scratch, out UInt128? digest, out FileChange change)
    {
        (long offset, long length) = file.RangeOf(window);
        bool isThere = _populate(file.Region, offset, length);
        bool isNew = isThere && file.Identity is not null && !file.TryDigest(window, out _);
        digest = isNew ? DigestOf(file, window, scratch) : null;
        // In this order: bytes are those of a state that holds still after they were read.
        change = file.Identity?.Look(mayWait: true, out _) ?? FileChange.None;
        return isThere;
    }

    private bool TryTake(out FileWindows file, out int window, out IpAddress peer)
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (TryDequeue(out file, out window, out peer))
                {
                    file.IsBusy = true;
                    return true;
                }
                Monitor.Wait(_gate);
            }
            (file, window, peer) = (null!, 0, default);
            return false;
        }
    }

    private void Finish(
        FileWindows file, int window, bool isThere, FileChange change, UInt128? digest, Instant began)
    {
        bool isNewFault = false;
        ulong woken;
        lock (_gate)
        {
            file.IsBusy = false;
            Judge(file, window, isThere, change, digest, began);
            if (isThere)
            {
                file.SetResident(window, _clock());
            }
            else
            {
                file.Set(window, WindowState.Faulted);
                isNewFault = !file.IsFaulted;
                file.IsFaulted = true;
                _faultedFiles += isNewFault ? 1 : 0;
            }
            while (file.TryTakeAside(out IpAddress peer))
            {
                Enqueue(file, peer);
            }
            woken = AdvanceWaiting();
        }
        if (isNewFault)
        {
            _logger.LogError(
                "Content {Path} cannot be read any more: it was truncated, or storage fails. Connections "
                + "that send it are reset, and its name is read anew",
                file.Path);
        }
        Wake(woken);
    }
}
