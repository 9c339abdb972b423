using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Everything that can be configured, with its default. Keys are these names in camelCase; durations are
/// texts such as
/// "10s" (<see cref="Duration"/>); sizes are bytes. <see cref="OptionsReader"/> checks them, <see
/// cref="OptionsMapping"/>
/// hands them on.
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
    public ContentSettings Content { get; init; } = new();

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
}
