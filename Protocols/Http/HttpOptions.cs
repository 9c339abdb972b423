namespace Straightwire.Protocols.Http;

/// <summary>
/// Everything the HTTP service is told, and the limit on everything that a client may make it hold.
/// </summary>
public sealed record HttpOptions
{
    /// <summary>The TCP port that it listens on.</summary>
    public ushort Port { get; init; } = 80;

    /// <summary>
    /// The Server field (RFC 9110 §10.2.4); empty for none. ASCII, at most <see cref="ServerNameLengthMax"/>
    /// bytes.
    /// </summary>
    public string ServerName { get; init; } = "Straightwire";

    /// <summary>
    /// Bytes of a request head, request line and empty line included (RFC 9112 §2, §5); more is a 431.
    /// </summary>
    public int HeadBytesMax { get; init; } = 16_384;

    /// <summary>Bytes of a request target; more is a 414 (RFC 9112 §3 asks for at least 8000).</summary>
    public int TargetBytesMax { get; init; } = 8192;

    /// <summary>Field lines of a request head; more is a 431.</summary>
    public int HeaderCountMax { get; init; } = 100;

    /// <summary>
    /// From a request's first byte to the end of its head, in all: a 408 when it has passed. Zero: a head has
    /// no time of its own, and the idle timeout goes on through it.
    /// </summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection without a request and without anything unacknowledged stays open.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes of request content that are read and dropped, chunk framing included; more is a 413. 0: none is.
    /// </summary>
    public long BodyBytesMax { get; init; } = 1 << 20;

    /// <summary>From the end of a request's head to the end of its content, in all.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After the last answer, how long the next byte of a peer that goes on sending is waited for (RFC 9112
    /// §9.6), so that it reads the answer before a RST comes.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long such a peer is listened to, in all.</summary>
    public TimeSpan LingerTimeMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes that are read and dropped meanwhile. What comes after them is left in the window, which shuts.
    /// </summary>
    public long LingerBytesMax { get; init; } = 256L << 20;

    /// <summary>
    /// How long a request waits for its file, which has changed, to be read anew; after that it is a 503.
    /// </summary>
    public static readonly TimeSpan ContentTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Most bytes of <see cref="ServerName"/>.</summary>
    public const int ServerNameLengthMax = 128;
}
