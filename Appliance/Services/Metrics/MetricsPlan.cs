using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health for those who run the server, as the section metrics says.</summary>
public sealed class MetricsPlan(MetricsSettings settings) : IServicePlan
{
    private const int StandardPort = 80;

    /// <summary>The options of the command line that set its keys.</summary>
    public static IReadOnlyList<CommandSetting> CommandSettings { get; } =
    [
        new("--metrics-port", "metrics:port", "The TCP port of metrics (9180); 0: none.")
        {
            ValueName = "PORT",
        },
    ];

    /// <inheritdoc/>
    public string Name => "metrics";

    /// <inheritdoc/>
    public bool IsEnabled => settings.Enabled && settings.Port != 0;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedPort> Ports => [PlannedPort.Tcp("metrics/port", settings.Port)];

    /// <inheritdoc/>
    public string UrlAt(IpAddress address) =>
        ServiceUrl.Of("http", address, settings.Port, StandardPort) + "metrics";

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) =>
        [$"Metrics: {UrlAt(own.Address)} for {string.Join(", ", AllowedAt(own))}"];

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new MetricsServer(this, host.Metrics);

    /// <summary>What the protocol is told.</summary>
    internal MetricsOptions Options => settings;

    /// <summary>Who may ask: by default the server's own network alone.</summary>
    internal IReadOnlyList<IpPrefix> AllowedAt(IpPrefix own) => settings.Allow is { } allow
        ? Array.ConvertAll(allow, IpPrefix.Parse)
        : [own];
}
