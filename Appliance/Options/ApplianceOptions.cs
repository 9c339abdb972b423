using System.Text.Json.Serialization;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Services;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Appliance.Services.Http;
using Straightwire.Appliance.Services.Metrics;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Options;

/// <summary>
/// Everything that can be configured, with its default. Keys are these names in camelCase; durations are
/// texts such as "10s" (<see cref="Duration"/>); sizes are bytes. <see cref="OptionsReader"/> checks them,
/// <see cref="OptionsMapping"/> makes what is made of several.
/// </summary>
public sealed record ApplianceOptions
{
    /// <summary>The network link.</summary>
    [Key("The network link.")]
    public LinkSettings Link { get; init; } = new();

    /// <summary>Who the server is on the network.</summary>
    [Key("Who the server is on the network.")]
    public NetworkSettings Network { get; init; } = new();

    /// <summary>What is served.</summary>
    [Key("What is served.")]
    public ContentOptions Content { get; init; } = new();

    /// <summary>HTTP/1.1.</summary>
    [Key("HTTP/1.1.")]
    public HttpSettings Http { get; init; } = new();

    /// <summary>FTP.</summary>
    [Key("FTP.")]
    public FtpSettings Ftp { get; init; } = new();

    /// <summary>Counters and health, for those who run the server.</summary>
    [Key("Counters and health, for those who run the server, at the server's own address.")]
    public MetricsSettings Metrics { get; init; } = new();

    /// <summary>TCP's limits and times.</summary>
    [Key("TCP's limits and times.")]
    public TcpLimits Tcp { get; init; } = new();

    /// <summary>Limits of ARP, IPv4, ICMP and reassembly.</summary>
    [Key("Limits of ARP, IPv4, ICMP and reassembly.")]
    public IpOptions Ip { get; init; } = new();

    /// <summary>The threads that do the work, and how the program stops.</summary>
    [Key("The threads that do the work, and how the program stops. Limits are for all of them.")]
    public ServerSettings Server { get; init; } = new();

    /// <summary>Logs.</summary>
    [Key("Logs. A section \"serilog\" beside this one is read by Serilog.Settings.Configuration.")]
    public LogSettings Log { get; init; } = new();

    /// <summary>The services that the program has, whatever the configuration says of them.</summary>
    [JsonIgnore]
    public IReadOnlyList<ServiceKind> Kinds { get; init; } = ServiceCatalog.Kinds;

    /// <summary>The plans of all of them, of those that are switched off too.</summary>
    [JsonIgnore]
    public IEnumerable<IServicePlan> Plans => Kinds.Select(kind => kind.Plan(this));

    /// <summary>The plans of those that run.</summary>
    [JsonIgnore]
    public IReadOnlyList<IServicePlan> Services => [.. Plans.Where(plan => plan.IsEnabled)];
}
