using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

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

    public TestSite(HttpOptions? options = null, int poolFrames = 1024)
    {
        Pool = new FramePool(poolFrames, 1024);
        Clock.Set(Instant.Zero, DateTimeOffset.FromUnixTimeSeconds(NowUnixSeconds));
        Current = new ContentGeneration(1,
        [
            Add("/", "text/html; charset=utf-8", "<p>index"),
            Add("/file.txt", "text/plain; charset=utf-8", Text),
            Add("/empty.bin", "application/octet-stream", ""),
            Add("/apart.bin", "application/octet-stream", "far away", adjacent: false),
            new ContentEntry { Path = "/dir", Kind = ContentKind.DirectoryRedirect },
            new ContentEntry { Path = "/a dir/\u00e9", Kind = ContentKind.DirectoryRedirect },
        ]);
        Service = new HttpService(options ?? new HttpOptions(), this, Pool, Clock);
    }

    public byte[] Memory { get; } = new byte[16_384];

    public FramePool Pool { get; }

    public WallClock Clock { get; } = new();

    public ContentGeneration Current { get; }

    public HttpService Service { get; }

    private int Used { get; set; }

    private ContentEntry Add(string path, string mediaType, string text, bool adjacent = true)
    {
        byte[] body = Encoding.ASCII.GetBytes(text);
        int bodyAt = Used + ResponseHeads.LengthMax;
        byte[] entityTag = "\"tag\""u8.ToArray();
        byte[] head = new byte[ResponseHeads.LengthMax];
        int okLength = ResponseHeads.WriteOk(mediaType, entityTag, ModifiedUnixSeconds, body.Length, head);
        int okAt = adjacent ? bodyAt - okLength : Used;
        head.AsSpan(0, okLength).CopyTo(Memory.AsSpan(okAt));
        body.CopyTo(Memory.AsSpan(bodyAt));
        int otherAt = bodyAt + body.Length;
        Span<byte> free = Memory.AsSpan(otherAt);
        int otherLength = ResponseHeads.WriteNotModified(entityTag, ModifiedUnixSeconds, free);
        Used = otherAt + otherLength;
        return new ContentEntry
        {
            Path = path,
            Kind = ContentKind.File,
            MediaType = mediaType,
            EntityTag = entityTag,
            ModifiedUnixSeconds = ModifiedUnixSeconds,
            Body = new ContentSlice(1, bodyAt, body.Length),
            HeadOk = new ContentSlice(1, okAt, okLength),
            HeadNotModified = new ContentSlice(1, otherAt, otherLength),
        };
    }
}
