using Straightwire.Appliance.Logs;
using Straightwire.Devices.Sandbox;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Metrics;

/// <summary>Counters and health for those who run the server, as the section metrics says.</summary>
/// <param name="settings">The section.</param>
/// <param name="context">What it has to do with besides.</param>
public sealed class MetricsPlan(MetricsSettings settings, PlanContext context) : IServicePlan
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

    /// <summary>Its commands.</summary>
    public static IReadOnlyList<ServiceCommand> Commands { get; } =
    [
        new(
            "status",
            "Tell how the server does that writes metrics.file, where its port is not reached.",
            static (plan, output, error) =>
                new StatusReport(output, error).Run(((MetricsPlan)plan).File, DateTime.UtcNow)),
    ];

    /// <inheritdoc/>
    public string Name => "metrics";

    /// <inheritdoc/>
    public bool IsEnabled => settings.Enabled && (HasPort || File is not null);

    /// <inheritdoc/>
    public IReadOnlyList<PlannedPort> Ports =>
        HasPort ? [PlannedPort.Tcp("metrics/port", settings.Port)] : [];

    /// <summary>Whether there is a port to ask at.</summary>
    internal bool HasPort => settings.Port != 0;

    /// <summary>The file of the metrics; null: there is none.</summary>
    internal string? File => settings.File;

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Faults() =>
        settings.Enabled && LogPlace.Fault(File, context.ContentDirectory) is { } fault
            ? [("metrics:file", fault)]
            : [];

    /// <inheritdoc/>
    public IEnumerable<SandboxRule> Files() =>
        File is { } file ? [LogPlace.RuleOf(Path.GetFullPath(file))] : [];

    /// <inheritdoc/>
    public string? UrlAt(IpAddress address) => HasPort
        ? ServiceUrl.Of("http", address, settings.Port, StandardPort) + "metrics"
        : null;

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) => UrlAt(own.Address) is { } url
        ? [$"Metrics: {url} for {string.Join(", ", AllowedAt(own))}"]
        : [];

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new MetricsServer(this, host);

    /// <summary>What the protocol is told.</summary>
    internal MetricsOptions Options => settings;

    /// <summary>Who may ask: by default the server's own network alone.</summary>
    internal IReadOnlyList<IpPrefix> AllowedAt(IpPrefix own) => settings.Allow is { } allow
        ? Array.ConvertAll(allow, IpPrefix.Parse)
        : [own];
}
