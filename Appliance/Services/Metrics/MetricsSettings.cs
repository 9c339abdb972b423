using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health, for those who run the server.</summary>
public sealed record MetricsSettings
{
    /// <summary>Whether metrics and health are told.</summary>
    [Key("Metrics and health are told.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The TCP port of /metrics, /healthz and /readyz.</summary>
    [Key("The TCP port of /metrics (Prometheus), /healthz and /readyz; 0: none.", Min = 0, Max = 65_535)]
    public int Port { get; init; } = 9180;

    /// <summary>The networks that may ask.</summary>
    [Key("The networks that may ask, like \"198.18.0.0/24\"; null: the server's own network only.",
        Format = KeyFormat.Prefix, Items = 64)]
    public string[]? Allow { get; init; }

    /// <summary>Connections at once.</summary>
    [Key("Connections at once; for one more the idlest of who has most is reset.", Min = 1, Max = 1024)]
    public int Clients { get; init; } = 16;

    /// <summary>How long a connection without a request stays open.</summary>
    [Key("How long a connection without a request stays open.", From = "100ms", To = "1h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");
}
