using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Options;

/// <summary>The section of the network link.</summary>
public sealed record LinkSettings
{
    /// <summary>Which kind of link is opened.</summary>
    [Key("tap, packet, xdp or pcap; auto: the first that works of xdp with zero copy, packet, xdp, "
        + "tap.")]
    public LinkChoice Kind { get; init; }

    /// <summary>The interface that packet, xdp and pcap take or share.</summary>
    [Key("The interface to take, or to share with the kernel; null: auto is a TAP.",
        Format = KeyFormat.InterfaceName)]
    public string? Interface { get; init; }

    /// <summary>Name of the TAP interface that is created.</summary>
    [Key("Name of the TAP interface that is created.", Format = KeyFormat.InterfaceName)]
    public string Name { get; init; } = "straightwire";

    /// <summary>The host's own address on the TAP.</summary>
    [Key("The host's own address on the TAP, with the length of the network's prefix.",
        Format = KeyFormat.Prefix)]
    public string HostAddress { get; init; } = "198.18.0.1/24";

    /// <summary>Most bytes of an IP packet on the link.</summary>
    [Key("Most bytes of an IP packet on the link; null: 1500 on a TAP, else the interface's.",
        Min = 576, Max = 65_521)]
    public int? Mtu { get; init; }

    /// <summary>Checksums and segments are left to the link, both ways.</summary>
    [Key("Checksums and segments are left to the link, both ways.")]
    public bool Offload { get; init; } = true;

    /// <summary>Most bytes of a packet that the link cuts into segments.</summary>
    [Key("Most bytes of a packet that the link cuts into segments; above 65535 (Linux 6.3) on a TAP "
        + "for its own network only, else as the interface's gso_ipv4_max_size allows.",
        Min = 16_384, Max = 262_130)]
    public int SegmentBytes { get; init; } = 262_130;

    /// <summary>Checksums of what an interface receives are verified; null: they are.</summary>
    [Key("Checksums of received segments are verified, but where the kernel marks the frame as "
        + "verified or as never on a wire; false takes all for right, damaged ones too; null: true.")]
    public bool? VerifyChecksums { get; init; } = true;
}
