using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health, for those who run the server.</summary>
public sealed record MetricsSettings : MetricsOptions
{
    /// <summary>Whether metrics and health are told.</summary>
    [Key("Metrics and health are told.")]
    public bool Enabled { get; init; } = true;
}
