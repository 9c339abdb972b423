using System.ComponentModel;
using Straightwire.Appliance.Text;
using Straightwire.Stack.Ip;

namespace Straightwire.Appliance.Configuration;

/// <summary>
/// Limits of ARP, IPv4, ICMP and reassembly; the rest of <see cref="IpOptions"/> is constants.
/// </summary>
public sealed record IpSettings
{
    /// <summary>Neighbours known at once.</summary>
    [Description("Neighbours known at once (ARP).")]
    [Limits(16, 65_536)]
    public int Neighbors { get; init; } = 1024;

    /// <summary>How long a neighbour is trusted before it is asked again.</summary>
    [Description("How long a neighbour is trusted before it is asked again.")]
    [DurationLimits("1s", "1h")]
    public Duration NeighborReachable { get; init; } = Duration.Parse("1m");

    /// <summary>Questions for neighbours a second.</summary>
    [Description("Questions for neighbours a second, but for the gateway.")]
    [Limits(1, 65_536)]
    public int Questions { get; init; } = 256;

    /// <summary>Fragmented datagrams in reassembly at once.</summary>
    [Description("Fragmented datagrams in reassembly at once.")]
    [Limits(1, 4096)]
    public int Reassemblies { get; init; } = 64;

    /// <summary>Of those, from one source.</summary>
    [Description("Of those, from one source.")]
    [Limits(1, 4096)]
    public int ReassembliesPerSource { get; init; } = 8;

    /// <summary>How long fragments wait for the rest.</summary>
    [Description("How long fragments wait for the rest.")]
    [DurationLimits("1s", "2m")]
    public Duration ReassemblyTimeout { get; init; } = Duration.Parse("30s");

    /// <summary>Destinations whose path takes less than the link, known at once.</summary>
    [Description("Destinations whose path takes less than the link (path MTU, RFC 1191), known at once.")]
    [Limits(16, 1_048_576)]
    public int Paths { get; init; } = 4096;

    /// <summary>How long a path's MTU is taken for known before a larger segment tries it.</summary>
    [Description("How long a path's MTU is taken for known before a larger segment tries it.")]
    [DurationLimits("1s", "24h")]
    public Duration PathAge { get; init; } = Duration.Parse("10m");

    /// <summary>The least path MTU that ICMP may tell of.</summary>
    [Description("The least path MTU that is believed, bytes; ICMP that tells less is ignored.")]
    [Limits(68, 1500)]
    public int PathMtuMin { get; init; } = 552;

    /// <summary>ICMP errors sent a second.</summary>
    [Description("ICMP errors sent a second.")]
    [Limits(0, 1_000_000)]
    public int IcmpErrorsPerSecond { get; init; } = 100;

    /// <summary>Answers to ping a second.</summary>
    [Description("Answers to ping a second; 0: none.")]
    [Limits(0, 1_000_000)]
    public int EchoRepliesPerSecond { get; init; } = 10_000;

    /// <summary>Time to live of what is sent.</summary>
    [Description("Time to live of what is sent.")]
    [Limits(1, 255)]
    public int TimeToLive { get; init; } = 64;
}
