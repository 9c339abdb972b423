using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>A service over a few files that stand in one array, which is region 1.</summary>
internal sealed class TestSite : IContentSource
{
    public const string Modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    public const string Now = "Wed, 01 Jan 2025 00:00:00 GMT";
    public const long ModifiedUnixSeconds = 784_111_777;
    public const long NowUnixSeconds = 1_735_689_600;

    /// <summary>The body of /file.txt.</summary>
    public const string Text = "0123456789abcdefghij";

    private readonly SiteTable _rules;

    public TestSite(
        HttpOptions? options = null,
        int poolFrames = 1024,
        SiteTable? rules = null,
        IHttpLog? log = null,
        params IReadOnlyList<string> files)
    {
        _rules = rules ?? SiteTable.OfDefaults();
        Pool = new FramePool(poolFrames, 1024);
        Clock.Set(Instant.Zero, DateTimeOffset.FromUnixTimeSeconds(NowUnixSeconds));
        Current = new ContentGeneration(1,
        [
            Add("/index.html", "<p>index"),
            Add("/file.txt", Text),
            Add("/empty.bin", ""),
            Add("/apart.bin", "far away", adjacent: false),
            Add("/weak.txt", Text, tag: "W/\"weak\""),
            Add("/undated.txt", Text, modified: 1),
            Add("/large.bin", Text, bodyRegion: 2, tag: "\"old\""),
            Add("/dir/index.html", "<p>dir"),
            Add("/a dir/\u00e9/index.html", "<p>far"),
            .. files.Select(path => Add(path, path)),
        ])
        {
            Rules = _rules,
            Directories = files.SelectMany(DirectoriesOf).Distinct().Select(
                static path => new DirectoryEntry { Path = path, Children = DirectoryChildren.None }),
        };
        Service = new HttpService(options ?? new HttpOptions(), this, Pool, Clock, Network, log);
    }

    public byte[] Memory { get; } = new byte[131_072];

    public FramePool Pool { get; }

    public WallClock Clock { get; } = new();

    public ContentGeneration Current { get; private set; }

    /// <summary>Whether /large.bin is what its entry says.</summary>
    public bool IsLargeCurrent { get; set; } = true;

    /// <summary>Connections that were to be notified.</summary>
    public TestNetwork Network { get; } = new();

    public HttpService Service { get; }

    private int Used { get; set; }

    /// <inheritdoc/>
    public bool IsCurrent(ContentEntry entry, IpAddress peer, Instant now) => IsLargeCurrent;

    /// <summary>The next generation, in which /large.bin is another file.</summary>
    public void ReplaceLarge()
    {
        var delta = new ContentDelta();
        delta.Entries["/large.bin"] = Add(
            "/large.bin", "new", bodyRegion: 2, tag: "\"new\"");
        Current = Current.With(delta);
        IsLargeCurrent = true;
    }

    private static IEnumerable<string> DirectoriesOf(string path) =>
        from end in Enumerable.Range(0, path.Length)
        where path[end] == '/'
        select path[..(end + 1)];

    private ContentEntry Add(
        string path,
        string text,
        bool adjacent = true,
        string tag = "\"tag\"",
        long modified = ModifiedUnixSeconds,
        int bodyRegion = 1)
    {
        byte[] body = Encoding.ASCII.GetBytes(text);
        int bodyAt = Used + ResponseHeads.LengthMax;
        byte[] entityTag = Encoding.ASCII.GetBytes(tag);
        byte[] head = new byte[ResponseHeads.LengthMax];
        int okLength = ResponseHeads.WriteOk(entityTag, modified, body.Length, head);
        int okAt = adjacent ? bodyAt - okLength : Used;
        head.AsSpan(0, okLength).CopyTo(Memory.AsSpan(okAt));
        body.CopyTo(Memory.AsSpan(bodyAt));
        int otherAt = bodyAt + body.Length;
        Span<byte> free = Memory.AsSpan(otherAt);
        int otherLength = ResponseHeads.WriteNotModified(entityTag, modified, free);
        Used = otherAt + otherLength;
        EntryRules rules = _rules.Of(path);
        return new ContentEntry
        {
            Path = path,
            MediaType = rules.MediaType,
            Blocks = rules.Blocks,
            EntityTag = entityTag,
            ModifiedUnixSeconds = modified,
            IsDateStrong = true,
            Body = new ContentSlice(bodyRegion, bodyAt, body.Length),
            Http1 = new ContentHeads(
                new ContentSlice(1, okAt, okLength),
                new ContentSlice(1, otherAt, otherLength)),
        };
    }
}

/// <summary>A shard's TCP that only remembers whom it was to notify.</summary>
internal sealed class TestNetwork : IStreamNetwork
{
    public int Notices { get; private set; }

    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream)
    {
        stream = default;
        return false;
    }

    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) => false;

    public void Unexpect(ushort port, IpAddress peer)
    {
    }

    public void Notify(StreamId stream) => Notices++;

    /// <summary>What has become of what was sent, on whatever connection.</summary>
    public StreamProgress Progress { get; set; }

    public StreamProgress ProgressOf(StreamId stream) => Progress;
}
