using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Straightwire.Devices;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>
/// The content of the whole process: loads it, replaces it as a whole when it changes, and frees what nobody
/// needs any more.
/// </summary>
/// <remarks>
/// A region is freed when three things hold: the current generation has no entry in it; every shard has begun
/// a pass with a generation that has none, so that it takes up no further slice of it; and no shard still
/// holds a slice.
/// </remarks>
public sealed class ContentStore : IDisposable
{
    private const string IndexFile = "index.html";

    // So many half-empty chunks are borne before they are packed together.
    private const int LooseChunksMax = 16;

    private static readonly TimeSpan ReclaimInterval = TimeSpan.FromSeconds(1);

    private readonly ContentOptions _options;
    private readonly RegionTable _regions;
    private readonly ILogger _logger;
    private readonly Residency _residency;
    private readonly Lock _changing = new();
    private readonly Timer _reclaim;
    private readonly List<ShardContent> _shards = [];
    private readonly Dictionary<int, Chunk> _chunks = [];
    private readonly HashSet<int> _mapped = [];
    private readonly List<(int Region, long Generation)> _retired = [];
    private Dictionary<string, ContentFile> _files = new(StringComparer.Ordinal);
    private ContentGeneration _newest = new(0, []);
    private bool _isDisposed;

    private ContentStore(ContentOptions options, RegionTable regions, ILogger logger)
    {
        _options = options;
        _regions = regions;
        _logger = logger;
        _residency = new Residency(
            regions.Populate, static () => MonotonicClock.Now, options.ResidencyThreads, logger);
        _reclaim = new Timer(_ => Reclaim());
    }

    /// <summary>What is served now.</summary>
    public ContentSummary Summary { get; private set; }

    /// <summary>Files that were truncated or could not be read while they were served.</summary>
    public long FaultedFiles => _residency.FaultedFiles;

    /// <summary>The newest generation.</summary>
    internal ContentGeneration Newest => Volatile.Read(ref _newest);

    /// <summary>Loads the content directory.</summary>
    /// <param name="options">Which directory, and limits.</param>
    /// <param name="regions">Where its memory is known to links.</param>
    /// <param name="logger">Told of everything that is left out.</param>
    /// <exception cref="ContentException">There is nothing to serve; the message says what to do.</exception>
    public static ContentStore Load(ContentOptions options, RegionTable regions, ILogger logger)
    {
        var store = new ContentStore(options, regions, logger);
        try
        {
            store.Change();
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
    /// whole: the reason is logged, and the old generation stays.
    /// </summary>
    public bool Reload()
    {
        try
        {
            Change();
            return true;
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

    /// <summary>Stops the threads. The regions stay as they are: shards may still send.</summary>
    public void Dispose()
    {
        lock (_changing)
        {
            _isDisposed = true;
            _reclaim.Dispose();
        }
        _residency.Dispose();
    }

    /// <summary>Frees the regions that nobody needs any more; returns how many are still needed.</summary>
    internal int Reclaim()
    {
        lock (_changing)
        {
            if (_isDisposed)
            {
                return _retired.Count;
            }
            _retired.RemoveAll(TryFree);
            if (_retired.Count == 0)
            {
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
        _regions.Remove(retired.Region);
        return true;
    }

    private void Change()
    {
        lock (_changing)
        {
            long started = Stopwatch.GetTimestamp();
            var leftOut = new LeftOutLog(_logger);
            long packedBytes = _chunks.Values.Sum(chunk => chunk.Filled);
            var builder = new GenerationBuilder(_options, _regions, _residency, leftOut, _files, packedBytes);
            ContentGeneration generation;
            List<Chunk> chunks;
            try
            {
                new ContentScan(_options, _logger, leftOut, builder.Add).Run();
                Repack(builder);
                generation = new ContentGeneration(_newest.Number + 1, EntriesOf(builder.Files));
                chunks = builder.Packer.Seal();
            }
            catch
            {
                builder.Discard();
                throw;
            }
            leftOut.Finish();
            Publish(generation, builder, chunks);
            Summary = Summarize(generation.Number, leftOut.Count, Stopwatch.GetElapsedTime(started));
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
    }

    private void Publish(ContentGeneration generation, GenerationBuilder builder, List<Chunk> chunks)
    {
        _files = builder.Files;
        foreach (Chunk chunk in chunks)
        {
            _chunks.Add(chunk.Region, chunk);
        }
        _mapped.UnionWith(builder.Mapped);
        Volatile.Write(ref _newest, generation);
        Retire(generation.Number);
        foreach (ShardContent shard in _shards)
        {
            shard.Wake();
        }
        if (_retired.Count > 0)
        {
            _reclaim.Change(ReclaimInterval, ReclaimInterval);
        }
    }

    private void Retire(long generation)
    {
        var used = new HashSet<int>();
        foreach (ContentFile file in _files.Values)
        {
            used.Add(file.Entry.HeadOk.Region);
            used.Add(file.Entry.Body.Region);
        }
        foreach (int region in _chunks.Keys.Concat(_mapped).Where(region => !used.Contains(region)).ToArray())
        {
            _chunks.Remove(region);
            _mapped.Remove(region);
            _retired.Add((region, generation));
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
            int region = file.Entry.HeadOk.Region;
            live[region] = live.GetValueOrDefault(region) + PackedLength(file.Entry);
        }
        bool isLoose = _chunks.Values.Count(chunk => chunk.Filled < chunk.Length / 2) > LooseChunksMax;
        HashSet<int> emptied = [.. _chunks.Values.Where(IsToBeEmptied).Select(chunk => chunk.Region)];
        foreach (ContentFile file in builder.Files.Values
            .Where(file => emptied.Contains(file.Entry.HeadOk.Region)).ToArray())
        {
            builder.Repack(file);
        }

        bool IsToBeEmptied(Chunk chunk) =>
            live.GetValueOrDefault(chunk.Region) < (isLoose ? chunk.Length : chunk.Filled) / 2;
    }

    private static long PackedLength(ContentEntry entry) =>
        entry.HeadNotModified.Length + entry.HeadOk.Length
        + (entry.Body.Region == entry.HeadOk.Region ? entry.Body.Length : 0);

    // An index file gives its directory a name as well, and a redirect to that name.
    private static IEnumerable<ContentEntry> EntriesOf(Dictionary<string, ContentFile> files)
    {
        foreach (ContentFile file in files.Values)
        {
            ContentEntry entry = file.Entry;
            yield return entry;
            if (!entry.Path.EndsWith("/" + IndexFile, StringComparison.Ordinal))
            {
                continue;
            }
            string directory = entry.Path[..^IndexFile.Length];
            yield return new ContentEntry
            {
                Path = directory,
                Kind = ContentKind.File,
                MediaType = entry.MediaType,
                EntityTag = entry.EntityTag,
                ModifiedUnixSeconds = entry.ModifiedUnixSeconds,
                HeadNotModified = entry.HeadNotModified,
                HeadOk = entry.HeadOk,
                Body = entry.Body,
            };
            if (directory.Length > 1)
            {
                yield return new ContentEntry
                {
                    Path = directory[..^1],
                    Kind = ContentKind.DirectoryRedirect,
                };
            }
        }
    }

    private ContentSummary Summarize(long generation, int leftOut, TimeSpan duration)
    {
        long packed = 0;
        long mapped = 0;
        foreach (ContentFile file in _files.Values)
        {
            packed += PackedLength(file.Entry);
            mapped += file.Entry.Body.Region == file.Entry.HeadOk.Region ? 0 : file.Entry.Body.Length;
        }
        return new ContentSummary(generation, _files.Count, packed, mapped, leftOut, duration);
    }
}
