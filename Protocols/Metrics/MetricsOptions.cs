using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>Everything the metrics service is told.</summary>
public sealed record MetricsOptions
{
    /// <summary>The TCP port that it listens on.</summary>
    public ushort Port { get; init; } = 9180;

    /// <summary>The networks that may ask; connections from elsewhere are reset.</summary>
    public required IReadOnlyList<IpPrefix> Allowed { get; init; }

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
