using System.Runtime.InteropServices;
using System.Text;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Digests;
using Straightwire.Stack.Frames;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Makes the files and directories of the next generation, or of a part of it: carries over files that are
/// unchanged, packs small ones as [304 head][200 head][body], and maps large ones where they lie.
/// </summary>
internal sealed partial class GenerationBuilder : IScanned
{
    private const int ReadAttempts = 3;

    private readonly ContentOptions _options;
    private readonly IContentRules _rules;
    private readonly RegionTable _regions;
    private readonly Residency _residency;
    private readonly LeftOutLog _leftOut;
    private readonly Dictionary<string, ContentFile> _before;
    private readonly long _packedMax;
    private readonly long _startUnixNanoseconds;
    private readonly List<int> _mapped = [];
    private readonly List<string> _tryAgain = [];
    private readonly FileClock _clock;
    private readonly HmacSha256 _tags;
    private readonly Dictionary<string, DirectoryDraft> _directories = new(StringComparer.Ordinal);
    private bool _isRevised;

    /// <summary>
    /// Begins a generation after the one whose files are <paramref name="before"/>, packed in chunks of
    /// <paramref name="packedBefore"/> bytes; new small files go to <paramref name="packer"/>.
    /// </summary>
    public GenerationBuilder(
        ContentOptions options,
        IContentRules rules,
        RegionTable regions,
        Residency residency,
        LeftOutLog leftOut,
        Dictionary<string, ContentFile> before,
        long packedBefore,
        ChunkPacker packer)
    {
        _options = options;
        _rules = rules;
        _regions = regions;
        _residency = residency;
        _leftOut = leftOut;
        _before = before;
        _packedMax = options.PackedBytesMax - packedBefore + packer.Bytes;
        _startUnixNanoseconds = FileClock.NowUnixNanoseconds;
        _clock = new FileClock(options.TrustsExactTimes);
        _tags = new HmacSha256(options.TagKey);
        Packer = packer;
    }

    /// <summary>Knows of files that somebody is writing; null: what is found is whole.</summary>
    public ITreeWatch? Watch { get; init; }

    /// <summary>The files of the generation by canonical path.</summary>
    public Dictionary<string, ContentFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Packs the files that are new or changed.</summary>
    public ChunkPacker Packer { get; }

    /// <summary>New regions of mapped files.</summary>
    public IReadOnlyList<int> Mapped => _mapped;

    /// <summary>
    /// Names that could not be read, or be trusted, at this moment: the old version of those that had one
    /// stays. They are to be read again.
    /// </summary>
    public IReadOnlyList<string> TryAgain => _tryAgain;

    /// <summary>The directories that the scan found, with those of the files that are served.</summary>
    public IEnumerable<DirectoryEntry> Directories
    {
        get
        {
            foreach ((string path, DirectoryDraft draft) in _directories)
            {
                yield return new DirectoryEntry
                {
                    Path = path,
                    ModifiedUnixSeconds = draft.ModifiedUnixSeconds,
                    Children = DirectoryChildren.Of(CollectionsMarshal.AsSpan(Revised(path, draft.Children))),
                };
            }
        }
    }

    /// <summary>Takes in a directory that the scan found.</summary>
    public void Add(in FoundDirectory directory)
    {
        _directories[directory.Path] = new DirectoryDraft(SecondsOf(directory.Status), []);
        DraftOf(directory.Path.AsSpan()[..^1])?.Children.Add(new DirectoryChild(directory.Name, null));
    }

    /// <summary>Takes in files that the scan found.</summary>
    /// <exception cref="ContentException">There are too many.</exception>
    public void Add(List<FoundFile> found)
    {
        if (found.Count == 0)
        {
            return;
        }
        DirectoryDraft? directory = DraftOf(found[0].Path);
        var changed = new List<FoundFile>();
        foreach (FoundFile file in found)
        {
            bool isKnown = _before.TryGetValue(file.Path, out ContentFile known);
            if (isKnown && IsUnchanged(ref known, file.Status))
            {
                Keep(directory, file.Name, known);
            }
            else if (!IsHalf(file, known.Entry))
            {
                changed.Add(file);
            }
            else if (isKnown)
            {
                Keep(directory, file.Name, known with { IsSettled = false });
            }
        }
        if (Files.Count + changed.Count > _options.Files)
        {
            throw new ContentException(
                $"The content directory '{_options.Directory}' has more than {_options.Files} files: serve a "
                + "part of it, or raise the limit.");
        }
        ReadAll(changed, directory);
    }

    /// <summary>When a directory changed, in whole seconds since 1970.</summary>
    public static long SecondsOf(in FileStatus directory) =>
        Math.Max(directory.ModifiedNanoseconds, 0) / 1_000_000_000;

    /// <summary>
    /// Moves a carried-over packed file into a new chunk, so that its old one can be freed.
    /// </summary>
    public ContentFile Repack(ContentFile file)
    {
        ContentEntry entry = file.Entry;
        bool isPacked = entry.Body.Region == entry.Http1.Ok.Region;
        long length = RegionUse.PackedLength(entry);
        Span<byte> copy = Packer.Reserve((int)length, out int region, out long offset);
        long shift = offset - entry.Http1.NotModified.Offset;
        if (!_regions.TryRead(entry.Http1.NotModified.Region, entry.Http1.NotModified.Offset, copy))
        {
            throw new ContentException($"Packed memory of '{entry.Path}' cannot be read.");
        }
        ContentSlice Moved(ContentSlice slice) => new(region, slice.Offset + shift, slice.Length);
        var moved = new ContentEntry
        {
            Path = entry.Path,
            MediaType = entry.MediaType,
            Blocks = entry.Blocks,
            EntityTag = entry.EntityTag,
            ModifiedUnixSeconds = entry.ModifiedUnixSeconds,
            IsDateStrong = entry.IsDateStrong,
            Http1 = new ContentHeads(Moved(entry.Http1.Ok), Moved(entry.Http1.NotModified)),
            Body = isPacked ? Moved(entry.Body) : entry.Body,
        };
        ContentFile repacked = file with { Entry = moved };
        Files[entry.Path] = repacked;
        _isRevised = true;
        return repacked;
    }

    /// <summary>
    /// Frees the mapped files: the generation is not published. What the packer holds is its owner's.
    /// </summary>
    public void Discard()
    {
        foreach (int region in _mapped)
        {
            _residency.TryRemove(region);
            _regions.Remove(region);
        }
    }

    // Somebody is writing it, and is told of when it is closed: until then there is what was there before. A
    // file of other names may be closed by one of them; a mapped one is what it is by now.
    private bool IsHalf(in FoundFile found, ContentEntry? known) =>
        Watch is not null
        && found is { Target: null, Status.Links: 1 }
        && known is not { MayChange: true }
        && Watch.IsWritten(found.Path, found.Status.Length);

    // None when the directory that the path is in was not scanned, but only a name in it.
    private DirectoryDraft? DraftOf(ReadOnlySpan<char> path) =>
        _directories.GetAlternateLookup<ReadOnlySpan<char>>()
            .TryGetValue(path[..(path.LastIndexOf('/') + 1)], out DirectoryDraft? draft)
            ? draft
            : null;

    private void Keep(DirectoryDraft? directory, byte[] name, in ContentFile file)
    {
        // A directory that changes while it is listed may show a name twice.
        _isRevised |= !Files.TryAdd(file.Entry.Path, file);
        Files[file.Entry.Path] = file;
        directory?.Children.Add(new DirectoryChild(name, file.Entry));
    }

    // The children with the entries that the files have by now.
    private List<DirectoryChild> Revised(string path, List<DirectoryChild> children)
    {
        for (int i = 0; _isRevised && i < children.Count; i++)
        {
            if (children[i].File is not null)
            {
                string file = path + Encoding.UTF8.GetString(children[i].Name);
                children[i] = children[i] with { File = Files[file].Entry };
            }
        }
        return children;
    }

    private void ReadAll(List<FoundFile> files, DirectoryDraft? directory)
    {
        var read = new ContentFile?[files.Count];
        // Starting threads costs more than reading a handful of files.
        int threads = files.Count < 8 ? 1 : _options.LoadThreads;
        var degree = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, files.Count, degree, i => read[i] = Read(files[i]));
        for (int i = 0; i < read.Length; i++)
        {
            if (read[i] is ContentFile made)
            {
                Keep(directory, files[i].Name, made);
            }
        }
    }

    private sealed record DirectoryDraft(long ModifiedUnixSeconds, List<DirectoryChild> Children);
}
