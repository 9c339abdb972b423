using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http;

/// <summary>
/// Everything the HTTP service is told, and the limit on everything that a client may make it hold.
/// </summary>
public record HttpOptions
{
    /// <summary>
    /// How long a request waits for its file, which has changed, to be read anew; after that it is a 503.
    /// </summary>
    public static readonly Duration ContentTimeout = Duration.OfMilliseconds(100);

    /// <summary>Most bytes of <see cref="ServerName"/>.</summary>
    public const int ServerNameLengthMax = 128;

    /// <summary>The TCP port that it listens on.</summary>
    [Key("The TCP port.", Min = 1, Max = 65_535)]
    public ushort Port { get; init; } = 80;

    /// <summary>RFC 9110 §10.2.4; at most <see cref="ServerNameLengthMax"/> bytes.</summary>
    [Key("The Server field of responses, printable ASCII of at most 128 characters; empty: none.",
        Format = KeyFormat.ServerName)]
    public string ServerName { get; init; } = "Straightwire";

    /// <summary>Request line and empty line included (RFC 9112 §2, §5).</summary>
    [Key("Bytes of a request's head; more is a 431.", Min = 1024, Max = 65_536)]
    public int HeadBytes { get; init; } = 16_384;

    /// <summary>RFC 9112 §3 asks for at least 8000.</summary>
    [Key("Bytes of a request's target; more is a 414.", Min = 256, Max = 65_536)]
    public int TargetBytes { get; init; } = 8192;

    /// <summary>Field lines of a request head.</summary>
    [Key("Field lines of a request's head; more is a 431.", Min = 8, Max = 10_000)]
    public int HeaderCount { get; init; } = 100;

    /// <summary>
    /// In all. Zero: a head has no time of its own, and the idle timeout goes on through it.
    /// </summary>
    [Key("From a request's first byte to the end of its head; longer is a 408.", From = "100ms", To = "1h")]
    public Duration HeadTimeout { get; init; } = Duration.Parse("10s");

    /// <summary>For a connection with nothing unacknowledged either.</summary>
    [Key("How long a connection without a request stays open.", From = "100ms", To = "24h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>Chunk framing included. 0: none is read.</summary>
    [Key("Bytes of a request's content that are read and dropped; more is a 413.", Min = 0, Max = 1L << 40)]
    public long BodyBytes { get; init; } = 1 << 20;

    /// <summary>Networks of proxies that are believed whom they ask for.</summary>
    public IpPrefix[] Proxies { get; init; } = [];

    /// <summary>How long all of a request's content may take.</summary>
    [Key("From the end of a request's head to the end of its content.", From = "100ms", To = "24h")]
    public Duration BodyTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>
    /// After the last answer, how long the next byte of a peer that goes on sending is waited for (RFC 9112
    /// §9.6), so that it reads the answer before a RST comes.
    /// </summary>
    public Duration LingerTimeout { get; init; } = Duration.Parse("2s");

    /// <summary>How long such a peer is listened to, in all.</summary>
    public Duration LingerTimeMax { get; init; } = Duration.Parse("30s");

    /// <summary>
    /// Bytes that are read and dropped meanwhile. What comes after them is left in the window, which shuts.
    /// </summary>
    public long LingerBytesMax { get; init; } = 256L << 20;

    /// <summary>The same, where a target is part of a head and so is less.</summary>
    public HttpOptions Settled() =>
        TargetBytes < HeadBytes ? this : this with { TargetBytes = HeadBytes / 2 };
}
