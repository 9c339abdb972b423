using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Changes;

/// <summary>
/// Changes the content directory for who asks any shard for it: threads that write what is received and make
/// the other changes, and one that publishes them. What threads share is guarded by one gate, which is held
/// for no system call.
/// </summary>
/// <remarks>
/// One process at a time may write to a content directory: at its start it deletes the unfinished uploads
/// that others have left. Files are made rw-r--r-- and directories rwxr-xr-x, less the process's umask,
/// whatever the file that is replaced had. Names below a directory that is a link cannot be changed, though
/// they may be served: <see cref="ChangeResult.BadName"/>.
/// </remarks>
public sealed class ContentWriter : IDisposable
{
    private const int ExpiryMillisecondsMin = 10;
    private const int ExpiryMillisecondsMax = 10_000;

    private readonly UploadOptions _options;
    private readonly ILogger _logger;
    private readonly List<ContentChanges> _shards = [];
    private readonly Dictionary<string, OwnerUsage> _usage = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uploadsByPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> _temporariesInUse = new(StringComparer.Ordinal);
    private readonly WorkQueue _queue;
    private readonly Publisher _publisher;
    private readonly Timer _expiry;
    private readonly HashSet<UploadJob> _uploads = [];
    private bool _isDisposed;

    /// <summary>Starts the threads, and deletes what an earlier process left unfinished.</summary>
    /// <param name="store">Publishes what was changed.</param>
    /// <param name="content">Where the content is.</param>
    /// <param name="options">Limits.</param>
    /// <param name="logger">Told of failures.</param>
    /// <param name="faults">Told of jobs that fail by a fault; null: the logger alone.</param>
    public ContentWriter(
        ContentStore store,
        ContentOptions content,
        UploadOptions options,
        ILogger logger,
        FaultLog? faults = null)
        : this(new UploadStorage(store), content, options, logger, faults)
    {
    }

    internal ContentWriter(
        UploadStorage storage,
        ContentOptions content,
        UploadOptions options,
        ILogger logger,
        FaultLog? faults = null)
    {
        faults ??= new FaultLog(logger);
        (_options, _logger, Storage) = (options, logger, storage);
        Tree = new ContentTree(content, storage, logger);
        Pool = new BlockPool(options);
        Partials = new PartialUploads(options, Remove);
        _queue = new WorkQueue(Gate, options.Threads, faults, options.PeerPrefixLength);
        _publisher = new Publisher(Gate, storage, logger, faults);
        lock (Gate)
        {
            _queue.Add(new FileTask(() => Tree.RemoveLeftovers(Names, () => !_queue.IsStopping)));
        }
        int interval = (int)Math.Clamp(
            options.PartialLifetime.Milliseconds / 4, ExpiryMillisecondsMin, ExpiryMillisecondsMax);
        _expiry = new Timer(_ => faults.TryDo("expiry of broken uploads", Expire), null, interval, interval);
    }

    /// <summary>Guards all state that is not one thread's.</summary>
    internal object Gate { get; } = new();

    /// <summary>What may take long.</summary>
    internal UploadStorage Storage { get; }

    internal ContentTree Tree { get; }

    internal BlockPool Pool { get; }

    internal TemporaryNames Names { get; } = new();

    /// <summary>What is kept of uploads that broke off, or waits for a name. Under the gate.</summary>
    internal PartialUploads Partials { get; }

    /// <summary>Who gets a path's name after whom. Under the gate.</summary>
    internal CommitOrder Commits { get; } = new();

    internal UploadOptions Options => _options;

    internal bool IsStopping => _queue.IsStopping;

    /// <summary>Generations that were made for changes.</summary>
    internal long Publications
    {
        get
        {
            lock (Gate)
            {
                return _publisher.Count;
            }
        }
    }

    /// <summary>
    /// A shard's own way to change the content. Its <see cref="IContentChanges.Poll"/> comes after
    /// <see cref="ShardContent.BeginPass"/>, on the same thread, and the shard is woken for news as it is for
    /// generations.
    /// </summary>
    public IContentChanges AddShard(ShardContent content)
    {
        lock (Gate)
        {
            var shard = new ContentChanges(this, content);
            _shards.Add(shard);
            return shard;
        }
    }

    /// <summary>
    /// Finishes what was committed, within <see cref="UploadOptions.StopTimeout"/>, and deletes what is not
    /// whole. The shards have ended before, or begin nothing any more.
    /// </summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
        }
        _expiry.Dispose();
        bool hasFinished = _queue.Stop(_options.StopTimeout.Value)
            && _publisher.Stop(_options.StopTimeout.Value);
        if (!hasFinished)
        {
            _logger.LogError(
                "Changes of the content are not finished after {Seconds} s: storage is too slow. Look at "
                + "what was uploaded last",
                _options.StopTimeout.Value.TotalSeconds);
            return;
        }
        foreach (PartialUpload partial in Partials.All)
        {
            Tree.RemoveBeside(partial.Path, partial.TemporaryName);
        }
        foreach (UploadJob upload in _uploads)
        {
            upload.Dispose();
        }
    }

    /// <summary>A change or upload begins.</summary>
    internal void Begin(WorkItem item)
    {
        lock (Gate)
        {
            if (item is UploadJob upload && !TryBegin(upload))
            {
                return;
            }
            _queue.Add(item);
        }
    }

    /// <summary>There may be something to do. Under the gate.</summary>
    internal void Continue(WorkItem item) => _queue.Add(item);

    internal long? PartialLength(string path, string owner)
    {
        lock (Gate)
        {
            return Partials.Find(owner, path)?.Length;
        }
    }

    internal bool HasAside(string path, string owner)
    {
        lock (Gate)
        {
            return Partials.Find(owner, path) is { IsWhole: true };
        }
    }

    /// <summary>
    /// Takes an owner's upload aside out of what is kept, for a change of its name; null when there is none.
    /// Its file is in use until <see cref="GiveBack"/> or <see cref="Leave"/>.
    /// </summary>
    internal PartialUpload? TakeAside(string path, string owner)
    {
        lock (Gate)
        {
            if (Partials.Find(owner, path) is not { IsWhole: true } aside)
            {
                return null;
            }
            Use(aside.TemporaryName);
            return Partials.Take(owner, path);
        }
    }

    /// <summary>An upload aside stays one.</summary>
    internal void GiveBack(PartialUpload aside)
    {
        lock (Gate)
        {
            Leave(aside.TemporaryName);
            Partials.Add(aside);
        }
    }

    /// <summary>What was changed on the storage shall be served.</summary>
    internal void Publish(IPublication publication) => _publisher.Add(publication);

    /// <summary>Uploads that fill a block slowly shall hand it over.</summary>
    internal void WakeShards()
    {
        lock (Gate)
        {
            foreach (ContentChanges shard in _shards)
            {
                shard.Wake();
            }
        }
    }

    /// <summary>A path is in view of one upload more; false when it shall be the first and is not.</summary>
    internal bool TryReserve(string path, bool mustBeFirst)
    {
        lock (Gate)
        {
            int count = _uploadsByPath.GetValueOrDefault(path);
            if (count > 0 && mustBeFirst)
            {
                return false;
            }
            _uploadsByPath[path] = count + 1;
            return true;
        }
    }

    /// <summary>A path is in view of one upload less.</summary>
    internal void Release(string path)
    {
        lock (Gate)
        {
            if (--_uploadsByPath[path] == 0)
            {
                _uploadsByPath.Remove(path);
            }
        }
    }

    /// <summary>A temporary file belongs to a running upload. Under the gate.</summary>
    internal void Use(string temporaryName) => _temporariesInUse.Add(temporaryName);

    /// <summary>It is nobody's. Under the gate.</summary>
    internal void Leave(string temporaryName) => _temporariesInUse.Remove(temporaryName);

    /// <summary>Whether it is a running upload's. Under the gate.</summary>
    internal bool IsInUse(string temporaryName) => _temporariesInUse.Contains(temporaryName);

    /// <summary>An upload is over, and its temporary file is nobody's or kept. Under the gate.</summary>
    internal void End(UploadJob upload, string temporaryName)
    {
        _uploads.Remove(upload);
        _temporariesInUse.Remove(temporaryName);
    }

    /// <summary>What an owner has of its quota. Under the gate.</summary>
    internal OwnerUsage UsageOf(ContentOwner owner)
    {
        if (!_usage.TryGetValue(owner.Name, out OwnerUsage? usage))
        {
            usage = new OwnerUsage();
            _usage.Add(owner.Name, usage);
        }
        return usage;
    }

    /// <summary>
    /// Counts the files of an owner, unless what is known of them is of the newest generation. What a
    /// generation shows that is being published is still charged as an upload, and is not counted twice.
    /// </summary>
    internal void CountFiles(ContentOwner owner)
    {
        if (owner.QuotaBytes == long.MaxValue)
        {
            return;
        }
        long published;
        long generation = Storage.Generation;
        OwnerUsage usage;
        lock (Gate)
        {
            usage = UsageOf(owner);
            bool isKnown = usage.Generation >= 0 && usage.Root == owner.Root;
            if (isKnown && (usage.Generation == generation || _publisher.IsBusy))
            {
                return;
            }
            published = _publisher.Count;
        }
        long below = Storage.BytesBelow(owner.Root);
        lock (Gate)
        {
            if (usage.Generation < 0 || usage.Root != owner.Root || published == _publisher.Count)
            {
                (usage.Root, usage.Below, usage.Generation) = (owner.Root, below, generation);
            }
        }
    }

    private bool TryBegin(UploadJob upload)
    {
        if (_uploads.Count >= _options.Uploads)
        {
            _logger.LogWarning(
                "Upload {Path} is refused: {Count} are running, and no more may",
                upload.Path,
                _uploads.Count);
            upload.Refuse(ChangeResult.Failed);
            return false;
        }
        _uploads.Add(upload);
        upload.Prepare();
        return true;
    }

    private void Expire()
    {
        lock (Gate)
        {
            if (!_isDisposed)
            {
                Partials.Expire(MonotonicClock.Now);
            }
        }
    }

    // One that is still being written is removed by whoever writes it.
    private void Remove(PartialUpload partial)
    {
        if (partial.IsReady)
        {
            partial.Charge.Release();
            _queue.Add(new FileTask(() => Tree.RemoveBeside(partial.Path, partial.TemporaryName)));
        }
    }
}
