using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>An interface that is there, to be taken or shared; null: as the interface has it.</summary>
public sealed record InterfaceOptions
{
    /// <summary>The name of the interface to take or share.</summary>
    public required string Name { get; init; }

    /// <summary>The server's Ethernet address; another than the interface's needs promiscuous mode.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>
    /// The server's address. When the interface has it, the two share it: only <see cref="Ports"/> are
    /// the server's.
    /// </summary>
    public Ipv4Prefix? Address { get; init; }

    /// <summary>Where packets for other networks go.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>Most bytes of an IP packet, at most what the interface takes.</summary>
    public int? Mtu { get; init; }

    /// <summary>Checksums and segments are left to the link, where it can.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>
    /// Most bytes of an IP packet that the link cuts into segments, at most what the interface takes.
    /// </summary>
    public int SegmentBytes { get; init; } = LinkGrant.PacketMax;

    /// <summary>
    /// Checksums of what arrives are verified, but where the kernel says of the frame itself that it has done
    /// so, or that no wire has carried it; false: all are taken for right.
    /// </summary>
    public bool VerifyChecksums { get; init; } = true;

    /// <summary>Queues, one for each shard.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>
    /// Somebody asked for so many <see cref="Queues"/>, and is told when there are fewer. Otherwise there may
    /// be as few as the interface has.
    /// </summary>
    public bool AreQueuesConfigured { get; init; }

    /// <summary>
    /// A shared address is given up for another when it is taken from the host; otherwise it cannot be
    /// changed while the link is open.
    /// </summary>
    public bool FollowsAddress { get; init; }

    /// <summary>
    /// The ports that the server listens on, expects connections and datagrams at, and connects from.
    /// </summary>
    public required IReadOnlyList<ServicePort> Ports { get; init; }
}
