using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Metrics;

/// <summary>What the metrics service is told besides the networks that may ask at an address.</summary>
public record MetricsOptions
{
    /// <summary>The TCP port that it listens on.</summary>
    [Key("The TCP port of /metrics (Prometheus), /connections, /healthz and /readyz; 0: none.",
        Min = 0, Max = 65_535)]
    public ushort Port { get; init; } = 9180;

    /// <summary>The networks that may ask, as texts; connections from elsewhere are reset.</summary>
    [Key("The networks that may ask, like \"198.18.0.0/24\"; null: the server's own network only.",
        Format = KeyFormat.Prefix, Items = 64)]
    public string[]? Allow { get; init; }

    /// <summary>Connections at once.</summary>
    [Key("Connections at once; for one more the idlest of who has most is reset.", Min = 1, Max = 1024)]
    public int Clients { get; init; } = 16;

    /// <summary>From an answer, or the connection, to the end of the next request's head.</summary>
    [Key("How long a connection without a request stays open.", From = "100ms", To = "1h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");

    /// <summary>
    /// How long a peer's next byte, or its FIN, is waited for after ours; its bytes are dropped meanwhile
    /// (RFC 9112 §9.6).
    /// </summary>
    public Duration LingerTimeout { get; init; } = Duration.Parse("2s");

    /// <summary>How long a peer that goes on sending is listened to, in all.</summary>
    public Duration LingerTimeMax { get; init; } = Duration.Parse("30s");
}
