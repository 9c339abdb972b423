using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Faults;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>
/// The content of the whole process: loads it, replaces it as a whole or by single paths when it changes, and
/// frees what nobody needs any more.
/// </summary>
/// <remarks>
/// A region is freed when three things hold: the current generation has no entry in it; every shard has begun
/// a pass with a generation that has none, so that it takes up no further slice of it; and no shard still
/// holds a slice. The packed region that changes of single paths are filling stays until it is full or the
/// content is reloaded as a whole, even when nothing in it is used any more.
/// </remarks>
public sealed partial class ContentStore : IDisposable
{
    // So many half-empty chunks are borne before they are packed together.
    private const int LooseChunksMax = 16;

    private static readonly TimeSpan ReclaimInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly ContentOptions _options;
    private readonly IContentRules _rules;
    private readonly RegionTable _regions;
    private readonly ILogger _logger;
    private readonly FaultLog _faults;
    private readonly Residency _residency;
    private readonly Renewal _renewal;
    private readonly ContentDigests? _digests;
    private readonly ITreeWatch? _watch;
    private readonly Lock _changing = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Timer _reclaim;
    private readonly List<ShardContent> _shards = [];
    private readonly RegionUse _use = new();
    private readonly List<(int Region, long Generation)> _retired = [];
    private readonly HashSet<string> _toldLeftOut = new(StringComparer.Ordinal);
    private Dictionary<string, ContentFile> _files = new(StringComparer.Ordinal);
    private ContentGeneration _newest = new(0, []);
    private ChunkPacker _filling;
    private bool _isReclaiming;

    private ContentStore(
        ContentOptions options,
        IContentRules rules,
        RegionTable regions,
        ILogger logger,
        FaultLog? faults,
        ITreeWatch? watch)
    {
        _rules = rules;
        _watch = watch;
        _faults = faults ?? new FaultLog(logger);
        _options = options;
        _regions = regions;
        _logger = logger;
        _residency = new Residency(
            regions.Populate,
            static () => MonotonicClock.Now,
            options.ResidencyThreads,
            logger,
            regions.TryRead,
            _faults,
            options.PeerPrefixLength)
        {
            Renew = (file, peer) => _renewal!.Add(file, peer),
        };
        _renewal = new Renewal(Apply, _residency, _faults, options.PeerPrefixLength);
        _digests = options.Tags == ContentTags.Digest
            ? new ContentDigests(this, _residency, _faults, options.DigestBytesPerSecond)
            : null;
        _filling = new ChunkPacker(regions);
        _reclaim = new Timer(_ => _faults.TryDo("release of old content", () => Reclaim()));
    }

    /// <summary>What is served now.</summary>
    public ContentSummary Summary { get; private set; } = new(0, 0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Files that were truncated or could not be read while they were served.</summary>
    public long FaultedFiles => _residency.FaultedFiles;

    /// <summary>Files whose bytes changed while they were served.</summary>
    public long ChangedFiles => _residency.ChangedFiles;

    /// <summary>Large files whose bytes are still to be read, so that they have no tag yet.</summary>
    public long UntaggedFiles => _digests?.Waiting ?? 0;

    /// <summary>The newest generation, which shards take up with their next pass.</summary>
    internal ContentGeneration Newest => Volatile.Read(ref _newest);

    /// <summary>Loads the content directory.</summary>
    /// <param name="options">Which directory, and limits.</param>
    /// <param name="regions">Where its memory is known to links.</param>
    /// <param name="logger">Told of everything that is left out.</param>
    /// <param name="faults">Told of jobs that fail by a fault; null: the logger alone.</param>
    /// <param name="terminal">Where a person waits for it; null: nobody does.</param>
    /// <param name="rules">What is said of files besides; null: nothing but their media types.</param>
    /// <exception cref="ContentException">There is nothing to serve; the message says what to do.</exception>
    public static ContentStore Load(
        ContentOptions options,
        RegionTable regions,
        ILogger logger,
        FaultLog? faults = null,
        TextWriter? terminal = null,
        IContentRules? rules = null) =>
        Load(options, regions, logger, faults, terminal, rules, watch: null);

    /// <summary>The same of content that is watched from before it is looked at.</summary>
    internal static ContentStore Load(
        ContentOptions options,
        RegionTable regions,
        ILogger logger,
        FaultLog? faults,
        TextWriter? terminal,
        IContentRules? rules,
        ITreeWatch? watch)
    {
        var store = new ContentStore(
            options, rules ?? PlainRules.Instance, regions, logger, faults, watch);
        try
        {
            lock (store._changing)
            {
                store.ChangeAll(terminal);
            }
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Looks at the directory again and serves what it finds; from any thread. False when that fails as a
    /// whole: the reason is logged, and the old generation stays; and after <see cref="Dispose"/>, when there
    /// is no memory to read into any more.
    /// </summary>
    public bool Reload()
    {
        try
        {
            lock (_changing)
            {
                if (_ending.IsCancellationRequested)
                {
                    return false;
                }
                ChangeAll();
            }
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception problem)
        {
            // Whatever it is: a server that has something to serve goes on serving it.
            _logger.LogError(problem, "The content is not reloaded, and what was served before stays");
            return false;
        }
    }

    /// <summary>A shard's view. <paramref name="wake"/> ends the shard's wait, from any thread.</summary>
    public ShardContent AddShard(Action wake)
    {
        lock (_changing)
        {
            var shard = new ShardContent(this, _regions, _residency, wake);
            _residency.AddShard(shard);
            _shards.Add(shard);
            return shard;
        }
    }

    /// <summary>
    /// Stops the threads, and a reload that runs. The regions stay as they are: shards may still send.
    /// </summary>
    public void Dispose()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }
        _ending.Cancel();
        lock (_changing)
        {
            _reclaim.Dispose();
        }
        _renewal.Dispose();
        _digests?.Dispose();
        _residency.Dispose();
        _ending.Dispose();
    }

    /// <summary>Frees the regions that nobody needs any more; returns how many are still needed.</summary>
    internal int Reclaim()
    {
        lock (_changing)
        {
            if (_ending.IsCancellationRequested)
            {
                return _retired.Count;
            }
            _retired.RemoveAll(TryFree);
            if (_retired.Count == 0)
            {
                _isReclaiming = false;
                _reclaim.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            return _retired.Count;
        }
    }

    private bool TryFree((int Region, long Generation) retired)
    {
        foreach (ShardContent shard in _shards)
        {
            // In this order: what a shard holds is final only once it has left the older generations.
            if (shard.Adopted < retired.Generation || shard.Holds(retired.Region))
            {
                return false;
            }
        }
        if (!_residency.TryRemove(retired.Region))
        {
            return false;
        }
        // What cannot be given back is lost, and does not keep others from it.
        _faults.TryDo("release of a file", () => _regions.Remove(retired.Region));
        return true;
    }

    // Under the lock. With who knows of disturbances it is a look, after which all may stay as it is; false
    // when it is disturbed.
    private bool ChangeAll(
        TextWriter? terminal = null, Func<IReadOnlyCollection<string>?, bool>? isDisturbed = null)
    {
        long started = Stopwatch.GetTimestamp();
        if (isDisturbed is null)
        {
            _toldLeftOut.Clear();
        }
        var leftOut = new LeftOutLog(_logger, _toldLeftOut);
        StopFilling();
        var builder = new GenerationBuilder(
            _options,
            _rules,
            _regions,
            _residency,
            leftOut,
            _files,
            _use.FilledBytes,
            new ChunkPacker(_regions))
        {
            Watch = _watch,
        };
        ContentGeneration generation;
        Chunk[] chunks;
        try
        {
            Scan(builder, leftOut, terminal);
            if (isDisturbed?.Invoke(null) == true)
            {
                builder.Discard();
                builder.Packer.Discard();
                return false;
            }
            if (isDisturbed is not null && IsServed(builder))
            {
                Stay(builder, leftOut);
                return true;
            }
            Repack(builder);
            generation = new ContentGeneration(
                _newest.Number + 1, builder.Files.Values.Select(static file => file.Entry))
            {
                Rules = _rules,
                Directories = builder.Directories,
            };
            chunks = builder.Packer.Seal();
        }
        catch
        {
            builder.Discard();
            builder.Packer.Discard();
            throw;
        }
        leftOut.Finish();
        Replace(builder, chunks);
        Confirm(builder);
        Publish(generation);
        Trust(builder);
        Tell(generation, leftOut.All, Stopwatch.GetElapsedTime(started));
        return true;
    }

    private void Tell(ContentGeneration generation, int leftOut, TimeSpan duration)
    {
        Summary = new ContentSummary(
            generation.Number, _files.Count, _use.PackedBytes, _use.MappedBytes, leftOut, duration);
        _logger.LogInformation(
            "Content generation {Generation}: {Files} files, {PackedBytes} bytes packed, {MappedBytes} "
            + "bytes mapped, {LeftOut} names left out, {Milliseconds} ms",
            Summary.Generation,
            Summary.Files,
            Summary.PackedBytes,
            Summary.MappedBytes,
            Summary.LeftOut,
            (long)Summary.Duration.TotalMilliseconds);
    }

    private void Scan(GenerationBuilder builder, LeftOutLog leftOut, TextWriter? terminal)
    {
        using var progress = new ScanProgress(builder, terminal, ProgressInterval);
        _watch?.Begin(isWhole: true);
        new ContentScan(_options, _logger, leftOut, progress)
        {
            MayFail = _newest.Number > 0,
            Ending = _ending.Token,
            Watch = _watch,
        }.Run();
        _watch?.End("/");
    }

    // The chunk that changes of single paths fill is like any other for what follows.
    private void StopFilling()
    {
        foreach (Chunk chunk in _filling.Seal())
        {
            _use.Know(chunk);
        }
        _filling = new ChunkPacker(_regions);
    }

    private void Replace(GenerationBuilder builder, Chunk[] chunks)
    {
        _files = builder.Files;
        _toldLeftOut.RemoveWhere(_files.ContainsKey);
        _use.RemoveAll();
        foreach (Chunk chunk in chunks)
        {
            _use.Know(chunk);
        }
        foreach (int region in builder.Mapped)
        {
            _use.Know(region);
        }
        foreach (ContentFile file in _files.Values)
        {
            _use.Add(file.Entry);
        }
    }

    // What is told of files that are carried over is true again from here on, also of those that changed in
    // no more than names and permissions.
    private void Confirm(GenerationBuilder builder)
    {
        foreach (ContentFile file in builder.Files.Values)
        {
            if (file.Entry.MayChange)
            {
                _residency.Confirm(file.Entry.Body.Region, file.Status);
            }
        }
        _renewal.AddLater(builder.TryAgain);
        _digests?.Add(builder.Mapped);
    }

    private void Publish(ContentGeneration generation)
    {
        Volatile.Write(ref _newest, generation);
        foreach (int region in _use.TakeUnused(_filling.Current))
        {
            _retired.Add((region, generation.Number));
        }
        foreach (ShardContent shard in _shards)
        {
            shard.Wake();
        }
        // A timer that runs is not set anew: changes close to each other would put it off for good.
        if (_retired.Count > 0 && !_isReclaiming)
        {
            _isReclaiming = true;
            _reclaim.Change(ReclaimInterval, ReclaimInterval);
        }
    }

    /// <summary>
    /// Empties chunks of which less than half is in use, and, when there are many that never were half full
    /// (each reload of a few files makes one), those as well.
    /// </summary>
    private void Repack(GenerationBuilder builder)
    {
        var live = new Dictionary<int, long>();
        foreach (ContentFile file in builder.Files.Values)
        {
            int region = file.Entry.Http1.Ok.Region;
            live[region] = live.GetValueOrDefault(region) + RegionUse.PackedLength(file.Entry);
        }
        bool isLoose = _use.Chunks.Count(chunk => chunk.Filled < chunk.Length / 2) > LooseChunksMax;
        HashSet<int> emptied = [.. _use.Chunks.Where(IsToBeEmptied).Select(chunk => chunk.Region)];
        foreach (ContentFile file in builder.Files.Values
            .Where(file => emptied.Contains(file.Entry.Http1.Ok.Region)).ToArray())
        {
            builder.Repack(file);
        }

        bool IsToBeEmptied(Chunk chunk) =>
            live.GetValueOrDefault(chunk.Region) < (isLoose ? chunk.Length : chunk.Filled) / 2;
    }
}
