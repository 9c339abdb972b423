using System.ComponentModel;
using Straightwire.Appliance.Configuration;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health, for those who run the server.</summary>
public sealed record MetricsSettings
{
    /// <summary>Whether metrics and health are told.</summary>
    [Description("Metrics and health are told.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The TCP port of /metrics, /healthz and /readyz.</summary>
    [Description("The TCP port of /metrics (Prometheus), /healthz and /readyz; 0: none.")]
    [Limits(0, 65_535)]
    public int Port { get; init; } = 9180;

    /// <summary>The networks that may ask.</summary>
    [Description("The networks that may ask, like \"198.18.0.0/24\"; null: the server's own network only.")]
    [TextFormat(TextKind.Prefix)]
    [ItemLimits(64)]
    public string[]? Allow { get; init; }

    /// <summary>Connections at once.</summary>
    [Description("Connections at once; for one more the idlest of who has most is reset.")]
    [Limits(1, 1024)]
    public int Clients { get; init; } = 16;

    /// <summary>How long a connection without a request stays open.</summary>
    [Description("How long a connection without a request stays open.")]
    [DurationLimits("100ms", "1h")]
    public Duration IdleTimeout { get; init; } = Duration.Parse("1m");
}
