using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http;

/// <summary>
/// A request and what became of it, for a log. Its texts are spans of what was received, as it came: they are
/// good during the call that shows them, and nothing in them can be relied on.
/// </summary>
/// <remarks>Filled in where it is to be, field by field.</remarks>
public ref struct HttpRecord
{
    /// <summary>When the request's head was complete, nanoseconds since 1970.</summary>
    public long UnixNanoseconds;

    /// <summary>Who asks: the peer, or whom a trusted proxy asks for.</summary>
    public IpAddress Client;

    /// <summary>The other end of the connection.</summary>
    public IpAddress Peer;

    /// <summary>Its port.</summary>
    public ushort PeerPort;

    /// <summary>The connection: a name that other shards have for others.</summary>
    public StreamId Connection;

    /// <summary>The number of the shard: who gathers the records of several knows it.</summary>
    public int Shard;

    /// <summary>The answer's status code.</summary>
    public int Status;

    /// <summary>Bytes of the answer's content.</summary>
    public long Bytes;

    /// <summary>Of those, what the peer has acknowledged; −1: nobody has waited for that.</summary>
    public long AcknowledgedBytes;

    /// <summary>
    /// From the request's head to its queued answer; where the acknowledgements were waited for, to the last
    /// one.
    /// </summary>
    public Duration Duration;

    /// <summary>The connection's smoothed round trip; 0: none was measured.</summary>
    public Duration RoundTrip;

    /// <summary>
    /// Method, target and version with a blank between two, as the version of HTTP has them; empty where
    /// there was no such line.
    /// </summary>
    public ReadOnlySpan<byte> RequestLine;

    /// <summary>The authority that was asked for, empty for none; likewise below.</summary>
    public ReadOnlySpan<byte> Host;

    /// <summary>The field Referer.</summary>
    public ReadOnlySpan<byte> Referer;

    /// <summary>The field User-Agent.</summary>
    public ReadOnlySpan<byte> UserAgent;

    /// <summary>The name of the user whose password was right.</summary>
    public ReadOnlySpan<byte> User;

    /// <summary>The name of the site that answers.</summary>
    public ReadOnlySpan<byte> Site;

    /// <summary>The content coding of the answer.</summary>
    public ReadOnlySpan<byte> Coding;
}
