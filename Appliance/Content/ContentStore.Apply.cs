using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>Changes of single paths.</summary>
public sealed partial class ContentStore
{
    // So many bytes of chunks that are mostly unused are borne before the rest of these is packed anew.
    private const long SparseBytesMax = 32L << 20;

    /// <summary>
    /// Looks again at paths, each with all that is below it, and at the modification times of the directories
    /// that they are in; from any thread. What it finds is in the newest generation when it returns. That
    /// costs as much as there is to look at, however much else there is.
    /// </summary>
    /// <remarks>
    /// A directory on the way to a path that was not known before is looked at as a whole. Other names of the
    /// same files, by links, are looked at when they are given themselves, and by <see cref="Reload"/>.
    /// </remarks>
    /// <param name="paths">
    /// Canonical, without a final slash: files or directories that came, changed or went.
    /// </param>
    /// <returns>
    /// False when that fails as a whole: the reason is logged, and the old generation stays; and after
    /// <see cref="Dispose"/>.
    /// </returns>
    /// <exception cref="ArgumentException">One of the paths is none.</exception>
    public bool Apply(IReadOnlyCollection<string> paths)
    {
        if (paths.FirstOrDefault(path => path is not ['/', .., not '/']) is string wrong)
        {
            throw new ArgumentException($"'{wrong}' is no path without a final slash.", nameof(paths));
        }
        try
        {
            lock (_changing)
            {
                if (_ending.IsCancellationRequested)
                {
                    return false;
                }
                Change(paths);
                CompactIfSparse();
            }
            return true;
        }
        catch (Exception problem)
        {
            // Whatever it is: a server that has something to serve goes on serving it.
            _logger.LogError(problem, "A change of the content is not seen before the next reload");
            return false;
        }
    }

    /// <summary>
    /// The lengths of all files below a directory together, in bytes; 0 when there is no such directory. From
    /// any thread; costs as much as there are directories below it.
    /// </summary>
    /// <param name="directoryPath">Canonical, with the final slash.</param>
    public long BytesBelow(string directoryPath) =>
        DirectoryTree.Below(Newest, directoryPath).Sum(static directory => directory.Children.FileBytes);

    // False when it is disturbed.
    private bool Change(
        IReadOnlyCollection<string> paths, Func<IReadOnlyCollection<string>?, bool>? isDisturbed = null)
    {
        long started = Stopwatch.GetTimestamp();
        var leftOut = new LeftOutLog(_logger, _toldLeftOut);
        // Who says that paths changed has written them; a notice may be of one who is at it.
        GenerationBuilder builder = Continue(leftOut, isDisturbed is null ? null : _watch);
        try
        {
            if (Look(paths, builder, leftOut) is not Dictionary<string, FileStatus> looked)
            {
                builder.Discard();
                return ChangeAll(null, isDisturbed);
            }
            if (isDisturbed?.Invoke(looked.Keys) == true)
            {
                builder.Discard();
                return false;
            }
            var delta = new DeltaBuilder(_newest, _files);
            foreach (string path in looked.Keys)
            {
                delta.Clear(path);
            }
            foreach (ContentFile file in builder.Files.Values)
            {
                delta.Put(file);
            }
            foreach (DirectoryEntry directory in builder.Directories)
            {
                delta.Put(directory);
            }
            foreach ((string path, FileStatus parent) in looked)
            {
                delta.SetChild(path, GenerationBuilder.SecondsOf(parent));
            }
            leftOut.Finish();
            Finish(builder, delta, started);
            return true;
        }
        catch
        {
            builder.Discard();
            throw;
        }
    }

    private GenerationBuilder Continue(LeftOutLog leftOut, ITreeWatch? watch = null) =>
        new(_options, _rules, _regions, _residency, leftOut, _files, _use.FilledBytes, _filling)
        {
            Watch = watch,
        };

    /// <summary>
    /// Looks at paths, and returns those that it looked at, none of which is below another, with the states
    /// of the directories that they are in. Null when directories moved meanwhile, so that what was found
    /// does not fit together.
    /// </summary>
    private Dictionary<string, FileStatus>? Look(
        IReadOnlyCollection<string> paths, GenerationBuilder builder, LeftOutLog leftOut)
    {
        var scan = new ContentScan(_options, _logger, leftOut, builder) { MayFail = true, Watch = _watch };
        _watch?.Begin(isWhole: false);
        var looked = new Dictionary<string, FileStatus>(StringComparer.Ordinal);
        var above = new HashSet<string>(StringComparer.Ordinal);
        // What is above comes first.
        foreach (string path in paths.OrderBy(static path => path.Length))
        {
            if (looked.ContainsKey(path) || Above(path).Any(looked.ContainsKey))
            {
                continue;
            }
            (string at, FileStatus parent) = scan.Look(
                path, directory => _newest.FindDirectory(Encoding.UTF8.GetBytes(directory)) is not null);
            if (above.Contains(at) || !looked.TryAdd(at, parent))
            {
                return null;
            }
            above.UnionWith(Above(at));
            _watch?.End(at);
        }
        return looked;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    private void Finish(GenerationBuilder builder, DeltaBuilder delta, long started)
    {
        ContentGeneration generation = delta.IsEmpty ? _newest : delta.Build();
        if (_files.Count + delta.Added.Count - delta.Gone.Count > _options.Files
            || generation.DirectoryCount > _options.Files)
        {
            throw new ContentException(
                $"The content directory '{_options.Directory}' has more than {_options.Files} files or "
                + "directories: serve a part of it, or raise the limit.");
        }
        foreach (Chunk chunk in _filling.TakeFilled())
        {
            _use.Know(chunk);
        }
        if (_filling.Current.Length > 0)
        {
            _use.Know(_filling.Current);
        }
        // From here on nothing fails.
        foreach (int region in builder.Mapped)
        {
            _use.Know(region);
        }
        foreach ((string path, ContentFile file) in delta.Gone)
        {
            _files.Remove(path);
            _use.Remove(file.Entry);
        }
        // A file whose state alone is another keeps its entry.
        foreach ((string path, ContentFile file) in builder.Files)
        {
            if (_files.TryGetValue(path, out ContentFile kept) && ReferenceEquals(kept.Entry, file.Entry))
            {
                _files[path] = file;
            }
        }
        foreach ((string path, ContentFile file) in delta.Added)
        {
            _files[path] = file;
            _use.Add(file.Entry);
            _toldLeftOut.Remove(path);
        }
        Confirm(builder);
        if (generation == _newest)
        {
            Trust(builder);
            return;
        }
        Publish(generation);
        Trust(builder);
        Summary = new ContentSummary(
            generation.Number,
            _files.Count,
            _use.PackedBytes,
            _use.MappedBytes,
            Summary.LeftOut,
            Summary.Duration);
        _logger.LogDebug(
            "Content generation {Generation}: {Added} files came or changed, {Gone} went or changed, "
            + "{Time} ms",
            generation.Number,
            delta.Added.Count,
            delta.Gone.Count,
            Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>
    /// Moves files out of chunks of which little is left, when there are many such bytes: looking for the
    /// files costs as much as there are, and so it is done once for many changes.
    /// </summary>
    private void CompactIfSparse()
    {
        HashSet<int> sparse = _use.Sparse(_filling.Current, out long unusedBytes);
        if (unusedBytes <= SparseBytesMax)
        {
            return;
        }
        try
        {
            Compact(sparse);
        }
        catch (Exception problem)
        {
            // The change itself is made, and what is packed can stay where it is.
            _logger.LogWarning(problem, "Packed content is not packed more densely");
        }
    }

    private void Compact(HashSet<int> sparse)
    {
        GenerationBuilder builder = Continue(new LeftOutLog(_logger));
        var delta = new DeltaBuilder(_newest, _files);
        foreach (ContentFile file in _files.Values)
        {
            if (sparse.Contains(file.Entry.Http1.Ok.Region))
            {
                delta.Move(builder.Repack(file));
            }
        }
        Finish(builder, delta, Stopwatch.GetTimestamp());
    }
}
