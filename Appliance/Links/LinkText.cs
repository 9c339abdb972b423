using Straightwire.Devices.Network;
using Straightwire.Stack.Link;

namespace Straightwire.Appliance.Links;

/// <summary>Links as people are told of them.</summary>
public static class LinkText
{
    /// <summary>"packet (receive ring) eth0, MTU 1500, nothing offloaded".</summary>
    public static string Of(LinkGrant grant, in LinkCapabilities link) => FormattableString.Invariant(
        $"{KindOf(grant)} {grant.Interface}, MTU {link.Mtu}, {OffloadsOf(grant, link)}");

    /// <summary>The kind and how it is driven: "packet (receive ring)".</summary>
    public static string KindOf(LinkGrant grant)
    {
        string kind = grant.Kind switch
        {
            LinkKind.Tap => "TAP",
            LinkKind.Packet => "packet",
            LinkKind.Xdp => "XDP",
            _ => "pcap",
        };
        return grant.Mode.Length == 0 ? kind : $"{kind} ({grant.Mode})";
    }

    /// <summary>
    /// What is done in software on a link that cannot do it is no offload, though the shard may leave it to
    /// the link.
    /// </summary>
    public static string OffloadsOf(LinkGrant grant, in LinkCapabilities link) => link switch
    {
        _ when !grant.Offload => "nothing offloaded",
        _ when !grant.Offloads.Sums =>
            "nothing offloaded: the interface does not, and the server sums and cuts",
        _ when !grant.Offloads.Cuts && grant.Kind == LinkKind.Packet =>
            "checksums of sent frames offloaded, but segments cut by the server: the interface does not",
        _ when grant.NeighborSegmentationMaxBytes > 0 => FormattableString.Invariant(
            $"checksums and segments of up to {grant.NeighborSegmentationMaxBytes / 1024.0:F0} KB offloaded"),
        { TransmitChecksum: true } => "checksums of sent frames offloaded",
        _ => "nothing offloaded",
    };
}
