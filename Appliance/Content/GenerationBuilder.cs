using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Frames;

namespace Straightwire.Appliance.Content;

/// <summary>
/// Makes the files and directories of the next generation, or of a part of it: carries over files that are
/// unchanged, packs small ones as [304 head][200 head][body], and maps large ones where they lie.
/// </summary>
internal sealed class GenerationBuilder : IScanned
{
    private const int ReadAttempts = 3;

    // The coarsest clock of a file system in use ticks every 10 ms (HZ = 100).
    private const long SettledNanoseconds = 20_000_000;

    private readonly ContentOptions _options;
    private readonly RegionTable _regions;
    private readonly Residency _residency;
    private readonly LeftOutLog _leftOut;
    private readonly Dictionary<string, ContentFile> _before;
    private readonly long _packedMax;
    private readonly long _startUnixNanoseconds;
    private readonly List<int> _mapped = [];
    private readonly Dictionary<string, DirectoryDraft> _directories = new(StringComparer.Ordinal);
    private bool _isRevised;

    /// <summary>
    /// Begins a generation after the one whose files are <paramref name="before"/>, packed in chunks of
    /// <paramref name="packedBefore"/> bytes; new small files go to <paramref name="packer"/>.
    /// </summary>
    public GenerationBuilder(
        ContentOptions options,
        RegionTable regions,
        Residency residency,
        LeftOutLog leftOut,
        Dictionary<string, ContentFile> before,
        long packedBefore,
        ChunkPacker packer)
    {
        _options = options;
        _regions = regions;
        _residency = residency;
        _leftOut = leftOut;
        _before = before;
        _packedMax = options.PackedBytesMax - packedBefore + packer.Bytes;
        _startUnixNanoseconds = (DateTimeOffset.UtcNow.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
        Packer = packer;
    }

    /// <summary>The files of the generation by canonical path.</summary>
    public Dictionary<string, ContentFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>New packed regions.</summary>
    public ChunkPacker Packer { get; }

    /// <summary>New regions of mapped files.</summary>
    public IReadOnlyList<int> Mapped => _mapped;

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
            if (_before.TryGetValue(file.Path, out ContentFile known)
                && known.IsSettled
                && known.Status == file.Status
                && !_residency.IsFaulted(known.Entry.Body.Region))
            {
                Keep(directory, file.Name, known);
            }
            else
            {
                changed.Add(file);
            }
        }
        if (Files.Count + changed.Count > _options.FileMax)
        {
            throw new ContentException(
                $"The content directory '{_options.Root}' has more than {_options.FileMax} files: serve a "
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
        bool isPacked = entry.Body.Region == entry.HeadOk.Region;
        long length = entry.HeadNotModified.Length + entry.HeadOk.Length + (isPacked ? entry.Body.Length : 0);
        Span<byte> copy = Packer.Reserve((int)length, out int region, out long offset);
        long shift = offset - entry.HeadNotModified.Offset;
        if (!_regions.TryRead(entry.HeadNotModified.Region, entry.HeadNotModified.Offset, copy))
        {
            throw new ContentException($"Packed memory of '{entry.Path}' cannot be read.");
        }
        ContentSlice Moved(ContentSlice slice) => new(region, slice.Offset + shift, slice.Length);
        var moved = new ContentEntry
        {
            Path = entry.Path,
            Kind = entry.Kind,
            MediaType = entry.MediaType,
            EntityTag = entry.EntityTag,
            ModifiedUnixSeconds = entry.ModifiedUnixSeconds,
            HeadNotModified = Moved(entry.HeadNotModified),
            HeadOk = Moved(entry.HeadOk),
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

    // A file that is written to while it is read is read again: half of the old and half of the new is
    // neither.
    private ContentFile? Read(in FoundFile found)
    {
        for (int attempt = 0; attempt < ReadAttempts; attempt++)
        {
            using SafeFileHandle? file = found.Open(out string error);
            if (file is null || !FileTree.TryStatus(file, out FileStatus status, out error))
            {
                _leftOut.Add(found.Path, error);
                return null;
            }
            if (status.Kind != FileKind.Regular)
            {
                _leftOut.Add(found.Path, "it was replaced by something that is no file");
                return null;
            }
            try
            {
                if (!IsToBePacked(status.Length))
                {
                    return Map(found, file, status);
                }
                if (TryPack(found, file, status) is ContentFile packed)
                {
                    return packed;
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _leftOut.Add(found.Path, problem.Message);
                return null;
            }
        }
        _leftOut.Add(found.Path, "it changes while it is read");
        return null;
    }

    // An empty file cannot be mapped.
    private bool IsToBePacked(long length) =>
        length == 0
        || (length <= _options.PackedFileMax
            && Packer.Bytes + length <= _packedMax);

    private ContentFile? TryPack(in FoundFile found, SafeFileHandle file, FileStatus status)
    {
        int length = (int)status.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            // One byte more is asked for, so that a file that grows shows.
            Span<byte> whole = buffer.AsSpan(0, length + 1);
            int count = 0;
            while (RandomAccess.Read(file, whole[count..], count) is var some && some > 0)
            {
                count += some;
            }
            if (count != length || !FileTree.TryStatus(file, out FileStatus after, out _) || after != status)
            {
                return null;
            }
            ReadOnlySpan<byte> body = buffer.AsSpan(0, length);
            return Make(found.Path, status, EntityTagOf(body), body, mapped: null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ContentFile? Map(in FoundFile found, SafeFileHandle file, FileStatus status)
    {
        if (_residency.IsFull)
        {
            _leftOut.Add(found.Path, Residency.TooManyFiles);
            return null;
        }
        int region = _regions.AddFile(file, status.Length);
        _residency.Add(region, status.Length, found.Path);
        lock (_mapped)
        {
            _mapped.Add(region);
        }
        // Its bytes are not read at load. What stands for them is hashed, because an inode's number is
        // nobody's business.
        Span<byte> identity = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(identity, status.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(identity[8..], status.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(identity[16..], status.Length);
        BinaryPrimitives.WriteInt64LittleEndian(identity[24..], status.ModifiedNanoseconds);
        var body = new ContentSlice(region, 0, status.Length);
        return Make(found.Path, status, EntityTagOf(identity), [], body);
    }

    private ContentFile Make(
        string path, FileStatus status, byte[] entityTag, ReadOnlySpan<byte> body, ContentSlice? mapped)
    {
        string mediaType = MediaTypes.Of(path);
        // RFC 9110 §8.8.2.1: no Last-Modified later than the message itself.
        long modified = Math.Clamp(status.ModifiedNanoseconds, 0, _startUnixNanoseconds) / 1_000_000_000;
        Span<byte> heads = stackalloc byte[2 * ResponseHeads.LengthMax];
        int notModified = ResponseHeads.WriteNotModified(entityTag, modified, heads);
        int ok = ResponseHeads.WriteOk(mediaType, entityTag, modified, status.Length, heads[notModified..]);
        int headsLength = notModified + ok;
        Span<byte> packed = Packer.Reserve(headsLength + body.Length, out int region, out long offset);
        heads[..headsLength].CopyTo(packed);
        body.CopyTo(packed[headsLength..]);
        var entry = new ContentEntry
        {
            Path = path,
            Kind = ContentKind.File,
            MediaType = mediaType,
            EntityTag = entityTag,
            ModifiedUnixSeconds = modified,
            HeadNotModified = new ContentSlice(region, offset, notModified),
            HeadOk = new ContentSlice(region, offset + notModified, ok),
            Body = mapped ?? new ContentSlice(region, offset + headsLength, body.Length),
        };
        return new ContentFile(
            entry, status, status.ChangedNanoseconds + SettledNanoseconds < _startUnixNanoseconds);
    }

    // A strong validator (RFC 9110 §8.8.1): 128 bits of XXH3 in 22 letters. Nobody but those who may write a
    // file can choose its bytes, so that two versions with one tag are their own doing.
    private static byte[] EntityTagOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[16];
        XxHash128.Hash(bytes, hash);
        var tag = new byte[24];
        tag[0] = (byte)'"';
        Base64Url.EncodeToUtf8(hash, tag.AsSpan(1));
        tag[23] = (byte)'"';
        return tag;
    }

    private sealed record DirectoryDraft(long ModifiedUnixSeconds, List<DirectoryChild> Children);
}
