using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Tests.Content;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Tests.Changes;

/// <summary>
/// A content directory with a writer, whose one shard is the thread of the test: it makes a pass when the
/// test waits for something.
/// </summary>
internal sealed class ContentChangesHost : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly AutoResetEvent _woken = new(false);
    private ContentWriter? _writer;
    private ShardContent? _shard;
    private IContentChanges? _changes;
    private TestStorage? _storage;

    /// <summary>
    /// The directory; files that are written before the first use are in the first generation.
    /// </summary>
    public ContentDirectory Content { get; } = new();

    /// <summary>To be set before the first use.</summary>
    public UploadOptions Options { get; set; } =
        new() { BlockBytes = 1000, Blocks = 8, BlocksPerUpload = 2 };

    public TestStorage Storage => _storage ??= new TestStorage(Content.Store);

    public ContentWriter Writer =>
        _writer ??= new ContentWriter(Storage, Content.Options, Options, Content);

    public ShardContent Shard => _shard ??= Content.Store.AddShard(() => _woken.Set());

    public IContentChanges Changes => _changes ??= Writer.AddShard(Shard);

    public GuardingNetwork Network { get; } = new();

    /// <summary>Somebody who may all below the root.</summary>
    public ContentOwner User { get; set; } = new("anna");

    /// <summary>Begins an upload of the user.</summary>
    public UploadProbe Start(
        string path, UploadMode mode = UploadMode.Store, long offset = 0, ContentOwner? user = null)
    {
        var probe = new UploadProbe(this);
        probe.Upload = Changes.StartUpload(new UploadRequest(path, mode, offset, user ?? User), probe);
        return probe;
    }

    /// <summary>Uploads a text and waits for the end.</summary>
    public UploadProbe Store(
        string path,
        string text,
        UploadMode mode = UploadMode.Store,
        long offset = 0,
        ContentOwner? user = null)
    {
        UploadProbe probe = Start(path, mode, offset, user);
        probe.Send(text);
        probe.End();
        return probe;
    }

    /// <summary>Uploads a text, breaks off, and waits until what is left is complete on the disk.</summary>
    public void BreakOff(string path, string text, ContentOwner? user = null)
    {
        UploadProbe probe = Start(path, user: user);
        probe.Send(text);
        probe.Upload.Abandon();
        Until(() => Temporaries.Any(file => LengthOf(file) == text.Length), "the rest is written");
    }

    /// <summary>0 when it is gone: what was broken off may be removed at any moment.</summary>
    private static long LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Makes a change and waits for its end.</summary>
    public ChangeResult Change(in ContentChange change)
    {
        var probe = new ChangeProbe();
        Changes.Start(change, probe);
        Until(() => probe.Result is not null, "the change ends");
        return probe.Result!.Value;
    }

    public ChangeResult Change(ChangeKind kind, string path, string? newPath = null) =>
        Change(new ContentChange(kind, path, newPath));

    /// <summary>Makes passes until something holds.</summary>
    public void Until(Func<bool> holds, string what)
    {
        long started = Stopwatch.GetTimestamp();
        Pass();
        while (!holds())
        {
            Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(Deadline), $"in vain: {what}");
            _woken.WaitOne(5);
            Pass();
        }
    }

    public void Pass()
    {
        Shard.BeginPass();
        Changes.Poll(Network, MonotonicClock.Now);
    }

    /// <summary>What the shard serves.</summary>
    public string? Served(string path) =>
        Shard.Current.Find(Encoding.UTF8.GetBytes(path)) is { } entry ? Content.Read(entry.Body) : null;

    public string OnDisk(string path) => File.ReadAllText(Content.At(path));

    /// <summary>All temporary files.</summary>
    public string[] Temporaries => Directory.GetFiles(
        Content.Root,
        ".straightwire-upload-*",
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    public void Dispose()
    {
        _storage?.Open();
        _writer?.Dispose();
        Content.Dispose();
    }
}

/// <summary>An upload and what its owner was told.</summary>
internal sealed class UploadProbe(ContentChangesHost host) : IUploadOwner
{
    public IUpload Upload { get; set; } = null!;

    public ChangeResult? Result { get; private set; }

    public string? Path { get; private set; }

    /// <summary>What the shard served under the path when the end was told.</summary>
    public string? Served { get; private set; }

    public int Rooms { get; private set; }

    /// <summary>Whether it throws when it is told of its end.</summary>
    public bool Throws { get; set; }

    public Straightwire.Stack.Tcp.StreamId Stream { get; init; }

    public void OnUploadRoom() => Rooms++;

    public void OnUploadEnded(ChangeResult result, string path)
    {
        if (Throws)
        {
            throw new NotSupportedException("on purpose");
        }
        Assert.That(Result, Is.Null, "an end is told once");
        (Result, Path, Served) = (result, path, host.Served(path));
    }

    /// <summary>Writes all of a text, as room comes, unless the upload ends before.</summary>
    public void Send(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int sent = Upload.Write(bytes);
        while (sent < bytes.Length && Result is null)
        {
            int rooms = Rooms;
            host.Until(() => Rooms > rooms || Result is not null, "room comes");
            sent += Upload.Write(bytes.AsSpan(sent));
        }
    }

    /// <summary>Commits and waits for the end.</summary>
    public ChangeResult End()
    {
        Upload.Commit();
        host.Until(() => Result is not null, "the upload ends");
        return Result!.Value;
    }
}

/// <summary>What the owner of a change was told.</summary>
internal sealed class ChangeProbe : IChangeOwner
{
    public ChangeResult? Result { get; private set; }

    public void OnChanged(ChangeResult result)
    {
        Assert.That(Result, Is.Null, "an end is told once");
        Result = result;
    }
}

/// <summary>
/// A storage that holds up the writing of blocks that begin with a letter, syncs or publishing, or fails.
/// </summary>
internal sealed class TestStorage(ContentStore store) : UploadStorage(store)
{
    private readonly object _lock = new();
    private bool _isOpen;
    private int _waiting;
    private readonly List<string[]> _published = [];

    /// <summary>The first letter of blocks that are held up.</summary>
    public char HeldUp { get; set; }

    /// <summary>Whether syncs are held up.</summary>
    public bool HoldsSyncs { get; set; }

    /// <summary>Whether publishing is held up.</summary>
    public bool HoldsPublishing { get; set; }

    /// <summary>What a write of a block that begins with an exclamation mark answers.</summary>
    public FileOutcome Failure { get; set; } = FileOutcome.NoSpace;

    /// <summary>
    /// What throws, whatever it is for: "write" of a block, "publish", or
    /// "serves" as it is asked when that is done.
    /// </summary>
    public string Throws { get; set; } = "";

    /// <summary>Who is held up now, in all.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The paths of each call of Publish.</summary>
    public string[][] Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    /// <summary>Holds up nothing from now on.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            Monitor.PulseAll(_lock);
        }
    }

    public override FileOutcome Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Hold(bytes[0] == HeldUp);
        Throw("write", true);
        return bytes[0] == (byte)'!' ? Failure : base.Write(file, bytes, offset);
    }

    public override FileOutcome Sync(SafeFileHandle file)
    {
        Hold(HoldsSyncs);
        return base.Sync(file);
    }

    public override bool Publish(IReadOnlyCollection<string> paths)
    {
        lock (_lock)
        {
            _published.Add([.. paths]);
        }
        Hold(HoldsPublishing);
        Throw("publish", true);
        return base.Publish(paths);
    }

    public override bool Serves(string path)
    {
        Throw("serves", path == "/broken");
        return base.Serves(path);
    }

    private void Throw(string what, bool may)
    {
        if (may && Throws == what)
        {
            throw new NotSupportedException("on purpose");
        }
    }

    private void Hold(bool holds)
    {
        lock (_lock)
        {
            while (holds && !_isOpen)
            {
                _waiting++;
                Monitor.Wait(_lock);
                _waiting--;
            }
        }
    }
}
