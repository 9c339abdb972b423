using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Tap;

/// <summary>The TAP interface to create, seen from the host.</summary>
public sealed record TapOptions
{
    /// <summary>The interface's name, 1 to 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The host's address on the interface, and the network that the host and the server share.
    /// </summary>
    public required Ipv4Prefix HostAddress { get; init; }

    /// <summary>The server's Ethernet address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The server's address and its network.</summary>
    public required Ipv4Prefix Address { get; init; }

    /// <summary>Where the server sends packets for other networks; null: there are none.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>The host's Ethernet address; null: the kernel draws one.</summary>
    public MacAddress? HostMac { get; init; }

    /// <summary>Most bytes of an IP packet, 68 to 65,521.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>
    /// Segments and unfinished checksums both ways. Without it every frame fits the MTU and the host
    /// completes its checksums; ours are still left to the link, since nobody else sees the content.
    /// </summary>
    public bool Offload { get; init; } = true;

    /// <summary>
    /// Most bytes of an IP packet that the host cuts into segments, or takes as it is. More than 65,535 go
    /// only to the host itself and to others on its network: a forwarded packet that is longer than a NIC's
    /// segmentation takes is cut by the host's processor.
    /// </summary>
    public int SegmentBytes { get; init; } = LinkGrant.PacketMax;

    /// <summary>
    /// Frames that wait for us at most; the host drops what comes after them. The kernel's default is 1000.
    /// </summary>
    public int QueueLength { get; init; } = 32_768;

    /// <summary>
    /// Queues, one for each shard. With several, the host gives a flow's frames to the queue that sent the
    /// flow's last frame, and to one by a hash where none has.
    /// </summary>
    public int Queues { get; init; } = 1;

    /// <summary>The device that TAPs are made from.</summary>
    public string ControlPath { get; init; } = "/dev/net/tun";
}
