using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Ftp;

/// <summary>
/// A file system in memory, the generations that show it, and changes of it that take virtual time.
/// </summary>
public sealed class MemoryChanges : IContentChanges, IContentSource
{
    // Files do not begin where their region does, so that nobody takes an offset for granted.
    private const int RegionPadding = 5;

    private readonly SimulatedWorld _world;
    private readonly ArrayContent _memory;
    private readonly Dictionary<long, ContentHeads> _heads = [];
    private readonly Func<long> _unixSeconds;
    private readonly SortedDictionary<string, StoredFile> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _directories = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, string Owner), byte[]> _partial = [];
    private readonly Dictionary<(string Path, string Owner), byte[]> _aside = [];
    private readonly List<MemoryUpload> _uploads = [];
    private readonly Queue<(StreamId Stream, Action Tell)> _told = [];
    private ContentGeneration? _current;
    private long _generations;

    /// <summary>An empty root.</summary>
    /// <param name="world">Whose time it takes.</param>
    /// <param name="memory">Gets a region for each file.</param>
    /// <param name="unixSeconds">The time of day, in seconds since 1970.</param>
    public MemoryChanges(SimulatedWorld world, ArrayContent memory, Func<long> unixSeconds)
    {
        (_world, _memory, _unixSeconds) = (world, memory, unixSeconds);
        _directories.Add("/", 0);
    }

    /// <summary>How long storage takes for anything.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes that an upload's buffer holds.</summary>
    public int BufferBytes { get; set; } = 65_536;

    /// <summary>Calls that could change something.</summary>
    public int Calls { get; private set; }

    /// <summary>What fails instead of being made.</summary>
    public Func<ContentChange, ChangeResult?> ChangeFault { get; set; } = static _ => null;

    /// <summary>What names cannot be had.</summary>
    public Func<string, NameUse, ChangeResult?> CheckFault { get; set; } = static (_, _) => null;

    /// <summary>What of an upload fails once so many bytes are stored.</summary>
    public Func<UploadRequest, long, ChangeResult?> UploadFault { get; set; } = static (_, _) => null;

    /// <summary>Is done each time before an owner is told.</summary>
    public Action? BeforeTelling { get; set; }

    /// <summary>Uploads that have neither ended nor been abandoned.</summary>
    public int OpenUploads => _uploads.Count(upload => !upload.HasEnded);

    /// <summary>Paths of all files.</summary>
    public IEnumerable<string> Files => _files.Keys;

    /// <inheritdoc/>
    public ContentGeneration Current => _current ??= MakeGeneration();

    /// <summary>Paths of files that are no longer what their entry says.</summary>
    public HashSet<string> Changed { get; } = [];

    /// <inheritdoc/>
    public bool IsCurrent(ContentEntry entry, IpAddress peer, Instant now) => !Changed.Contains(entry.Path);

    /// <summary>The bytes of a file; null when there is none.</summary>
    public byte[]? Find(string path) => _files.TryGetValue(path, out StoredFile? file) ? file.Bytes : null;

    /// <summary>When a file changed last; null when there is none.</summary>
    public long? ModifiedOf(string path) =>
        _files.TryGetValue(path, out StoredFile? file) ? file.Modified : null;

    /// <summary>Whether there is a directory, named with its final slash.</summary>
    public bool HasDirectory(string path) => _directories.ContainsKey(path);

    /// <summary>Puts a file there, with the directories that it is in.</summary>
    public void Add(string path, byte[] bytes, long modified)
    {
        AddDirectory(path[..(path.LastIndexOf('/') + 1)], modified);
        _files[path] = new StoredFile(bytes, modified, SliceOf(bytes));
        _current = null;
    }

    /// <summary>Puts an empty file into a directory that is there.</summary>
    public void AddEmpty(string path, long modified)
    {
        _files[path] = new StoredFile([], modified, default);
        _current = null;
    }

    /// <summary>Puts a directory there, named with its final slash, and those that it is in.</summary>
    public void AddDirectory(string path, long modified)
    {
        for (int slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            _directories[path[..(slash + 1)]] = modified;
        }
        _current = null;
    }

    /// <inheritdoc/>
    public void Start(in ContentChange change, IChangeOwner owner)
    {
        Calls++;
        ContentChange wanted = change;
        After(() =>
        {
            ChangeResult result = ChangeFault(wanted) ?? Make(wanted);
            Tell(owner.Stream, () => owner.OnChanged(result));
        });
    }

    /// <inheritdoc/>
    public IUpload StartUpload(in UploadRequest request, IUploadOwner owner)
    {
        Calls++;
        (string Path, string Owner) key = (request.Path, request.Owner.Name);
        byte[]? there = _partial.GetValueOrDefault(key) ?? Find(request.Path);
        bool isAppended = request.Mode == UploadMode.Append;
        byte[]? start = isAppended ? there ?? []
            : request.Offset == 0 ? []
            : request.Offset <= (there?.Length ?? 0) ? there![..(int)request.Offset]
            : null;
        MemoryUpload upload = new(this, request, owner, start ?? []);
        _uploads.Add(upload);
        if (start is null)
        {
            After(() => upload.Fail(ChangeResult.BadOffset));
        }
        return upload;
    }

    /// <inheritdoc/>
    public long? PartialLength(string path, ContentOwner owner) =>
        _partial.TryGetValue((path, owner.Name), out byte[]? bytes) ? bytes.Length : null;

    /// <inheritdoc/>
    public bool HasAside(string path, ContentOwner owner) => _aside.ContainsKey((path, owner.Name));

    /// <inheritdoc/>
    public ChangeResult Check(string path, NameUse use) => CheckFault(path, use) ?? ChangeResult.Done;

    /// <inheritdoc/>
    public void Poll(IStreamNetwork network, Instant now)
    {
        while (_told.TryDequeue(out (StreamId Stream, Action Tell) news))
        {
            network.Isolate(news.Stream, now, news.Tell, tell =>
            {
                BeforeTelling?.Invoke();
                tell();
            });
        }
    }

    /// <summary>Storage does something once its delay has passed.</summary>
    internal void After(Action what) => _world.Schedule(_world.Now + Delay, what);

    /// <summary>An owner is told something in the next pass.</summary>
    internal void Tell(StreamId stream, Action what) => _told.Enqueue((stream, what));

    /// <summary>Why an upload of so many bytes fails; null when it does not.</summary>
    internal ChangeResult? FaultOf(in UploadRequest request, long length)
    {
        ContentOwner owner = request.Owner;
        string path = request.Path;
        long others = _files
            .Where(file => file.Key != path && file.Key.StartsWith(owner.Root, StringComparison.Ordinal))
            .Sum(file => (long)file.Value.Bytes.Length);
        return UploadFault(request, length)
            ?? (length > owner.FileBytesMax ? ChangeResult.TooLarge
                : others + length > owner.QuotaBytes ? ChangeResult.OverQuota
                : null);
    }

    /// <summary>Keeps what has come of a broken upload.</summary>
    internal void Keep(MemoryUpload upload, byte[] bytes)
    {
        if (upload.Request.Mode != UploadMode.Unique)
        {
            _partial[(upload.Request.Path, upload.Request.Owner.Name)] = bytes;
        }
    }

    /// <summary>An upload gets its name.</summary>
    internal ChangeResult Store(in UploadRequest request, byte[] bytes, out string path)
    {
        path = request.Path;
        for (int i = 1; request.Mode == UploadMode.Unique && _files.ContainsKey(path); i++)
        {
            path = $"{request.Path}.{i}";
        }
        if (!_directories.ContainsKey(ParentOf(path)))
        {
            return ChangeResult.NotFound;
        }
        _partial.Remove((request.Path, request.Owner.Name));
        if (IsAside(path))
        {
            _aside[(path, request.Owner.Name)] = bytes;
            return ChangeResult.Done;
        }
        Add(path, bytes, _unixSeconds());
        return ChangeResult.Done;
    }

    private static bool IsAside(string path) => path[path.LastIndexOf('/') + 1] == '.'
        && !path.EndsWith("/.well-known", StringComparison.Ordinal);

    private ChangeResult MakeAside(in ContentChange change)
    {
        (string Path, string Owner) key = (change.Path, change.Owner!.Name);
        if (!_aside.TryGetValue(key, out byte[]? bytes))
        {
            return ChangeResult.NotFound;
        }
        if (change.Kind == ChangeKind.Rename)
        {
            Add(change.NewPath!, bytes, _unixSeconds());
        }
        if (change.Kind != ChangeKind.SetModified)
        {
            _aside.Remove(key);
        }
        return ChangeResult.Done;
    }

    private static string ParentOf(string path) => path[..(path.TrimEnd('/').LastIndexOf('/') + 1)];

    private ContentSlice SliceOf(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return default;
        }
        byte[] region = new byte[RegionPadding + bytes.Length];
        bytes.CopyTo(region, RegionPadding);
        return new ContentSlice(_memory.Add(region), RegionPadding, bytes.Length);
    }

    // Files of one length have one head: it tells nothing else.
    private ContentHeads HeadsOf(long length)
    {
        if (!_heads.TryGetValue(length, out ContentHeads heads))
        {
            byte[] region = new byte[ResponseHeads.LengthMax];
            int ok = ResponseHeads.WriteOk([], 0, length, region);
            int notModified = ResponseHeads.WriteNotModified([], 0, region.AsSpan(ok));
            int number = _memory.Add(region);
            heads = new ContentHeads(
                new ContentSlice(number, 0, ok), new ContentSlice(number, ok, notModified));
            _heads[length] = heads;
        }
        return heads;
    }

    private ChangeResult Make(in ContentChange change)
    {
        string directory = change.Path + "/";
        _current = null;
        if (IsAside(change.Path))
        {
            return MakeAside(change);
        }
        switch (change.Kind)
        {
            case ChangeKind.DeleteFile:
                return _files.Remove(change.Path) ? ChangeResult.Done : ChangeResult.NotFound;
            case ChangeKind.MakeDirectory:
                return !_directories.ContainsKey(ParentOf(change.Path)) ? ChangeResult.NotFound
                    : _files.ContainsKey(change.Path) || !_directories.TryAdd(directory, _unixSeconds())
                    ? ChangeResult.AlreadyExists : ChangeResult.Done;
            case ChangeKind.RemoveDirectory:
                return !_directories.ContainsKey(directory) ? ChangeResult.NotFound
                    : Below(directory).Any() ? ChangeResult.NotEmpty
                    : _directories.Remove(directory) ? ChangeResult.Done : ChangeResult.NotFound;
            case ChangeKind.SetModified:
                if (!_files.TryGetValue(change.Path, out StoredFile? file))
                {
                    return ChangeResult.NotFound;
                }
                _files[change.Path] = file with { Modified = change.ModifiedUnixSeconds };
                return ChangeResult.Done;
            default:
                return Rename(change);
        }
    }

    private IEnumerable<string> Below(string directory) => _files.Keys.Concat(_directories.Keys)
        .Where(path => path != directory && path.StartsWith(directory, StringComparison.Ordinal));

    private ChangeResult Rename(in ContentChange change)
    {
        string to = change.NewPath!;
        if (!_directories.ContainsKey(ParentOf(to)))
        {
            return ChangeResult.NotFound;
        }
        if (_directories.ContainsKey(to + "/") || (_files.ContainsKey(to) && !change.Replaces))
        {
            return ChangeResult.AlreadyExists;
        }
        if (_files.Remove(change.Path, out StoredFile? file))
        {
            _files[to] = file;
            return ChangeResult.Done;
        }
        string from = change.Path + "/";
        if (!_directories.Remove(from, out long modified))
        {
            return ChangeResult.NotFound;
        }
        foreach (string path in Below(from).ToArray())
        {
            string moved = to + path[change.Path.Length..];
            if (_files.Remove(path, out StoredFile? inside))
            {
                _files[moved] = inside;
            }
            else if (_directories.Remove(path, out long at))
            {
                _directories[moved] = at;
            }
        }
        _directories[to + "/"] = modified;
        return ChangeResult.Done;
    }

    private ContentGeneration MakeGeneration()
    {
        Dictionary<string, ContentEntry> entries = _files.ToDictionary(
            file => file.Key,
            file => new ContentEntry
            {
                Path = file.Key,
                ModifiedUnixSeconds = file.Value.Modified,
                Body = file.Value.Body,
                Http1 = HeadsOf(file.Value.Body.Length),
            });
        Dictionary<string, List<DirectoryChild>> children =
            _directories.Keys.ToDictionary(path => path, _ => new List<DirectoryChild>());
        foreach (string path in _files.Keys.Concat(_directories.Keys).Where(path => path != "/"))
        {
            string parent = ParentOf(path);
            byte[] name = Encoding.UTF8.GetBytes(path[parent.Length..].TrimEnd('/'));
            children[parent].Add(new DirectoryChild(name, entries.GetValueOrDefault(path)));
        }
        return new ContentGeneration(++_generations, entries.Values)
        {
            Directories = [.. _directories.Select(directory => new DirectoryEntry
            {
                Path = directory.Key,
                ModifiedUnixSeconds = directory.Value,
                Children = [.. children[directory.Key].OrderBy(child => child.Name, ByteOrder.Instance)],
            })],
        };
    }

    private sealed record StoredFile(byte[] Bytes, long Modified, ContentSlice Body);

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
