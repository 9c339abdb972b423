using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health, for those who run the server.</summary>
public sealed record MetricsSettings : MetricsOptions
{
    /// <summary>Whether metrics and health are told.</summary>
    [Key("Metrics and health are told.")]
    public bool Enabled { get; init; } = true;

    /// <summary>A file of the metrics.</summary>
    [Key("A file that what /metrics tells is written to every 15 s, under its name when it is whole, for a "
        + "textfile collector (NAME.prom) and 'straightwire status'; null: none.")]
    public string? File { get; init; }
}
