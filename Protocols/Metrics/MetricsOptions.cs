using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>Everything the metrics service is told.</summary>
public sealed record MetricsOptions
{
    /// <summary>The TCP port.</summary>
    public ushort Port { get; init; } = 9180;

    /// <summary>The networks that may ask; connections from elsewhere are reset.</summary>
    public required IReadOnlyList<Ipv4Prefix> Allowed { get; init; }

    /// <summary>Connections at once; for one more the idlest of who has most is reset.</summary>
    public int ClientsMax { get; init; } = 16;

    /// <summary>From an answer, or the connection, to the end of the next request's head.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a peer's next byte, or its FIN, is waited for after ours; its bytes are dropped meanwhile
    /// (RFC 9112 §9.6).
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a peer that goes on sending is listened to, in all.</summary>
    public TimeSpan LingerTimeMax { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What there is to tell. Asked on the shard's thread.</summary>
public interface IMetricsSource
{
    /// <summary>Whether requests for content are being answered.</summary>
    bool IsReady { get; }

    /// <summary>
    /// All metrics as a text in Prometheus' exposition format 0.0.4; the bytes do not change afterwards.
    /// </summary>
    ReadOnlyMemory<byte> Render();
}

/// <summary>What the metrics service did and refused.</summary>
public sealed class MetricsCounters
{
    /// <summary>Connections taken.</summary>
    public long Connections;

    /// <summary>Connections reset because their peer may not ask.</summary>
    public long PeersRefused;

    /// <summary>Connections reset because there were too many.</summary>
    public long ClientsRefused;

    /// <summary>Connections reset for another one.</summary>
    public long ClientsDisplaced;

    /// <summary>Requests answered, those with an error included.</summary>
    public long Requests;

    /// <summary>Answers of class 4xx and 5xx.</summary>
    public long Errors;

    /// <summary>Connections finished because no request came in time.</summary>
    public long IdleTimeouts;
}
