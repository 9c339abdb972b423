using Straightwire.Stack.Frames;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack;

/// <summary>Everything a shard is told: who it is, and the limit on everything.</summary>
public sealed record ShardOptions
{
    /// <summary>The dynamic ports (RFC 6335 §6).</summary>
    public static readonly PortSpan Dynamic = new(ShardRound.EphemeralFirst, 65_535);

    /// <summary>The Ethernet address that frames come to.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The address and its network.</summary>
    public required IpPrefix Address { get; init; }

    /// <summary>Where packets for other networks go; null: there are none.</summary>
    public IpAddress? Gateway { get; init; }

    /// <summary>Which of the server's shards this is, and which ports belong to it.</summary>
    public ShardPlace Place { get; init; } = new();

    /// <summary>
    /// Not null: the kernel of the host has the address too, and speaks for it (ARP, ping, all other ports).
    /// Only these ports are ours: on others nothing is answered, and nobody told.
    /// </summary>
    public IReadOnlyList<ServicePort>? SharedPorts { get; init; }

    /// <summary>
    /// The TCP ports that connections are opened from when their session names none; of a shared address,
    /// some that are ours.
    /// </summary>
    public PortSpan EphemeralPorts { get; init; } = Dynamic;

    /// <summary>The pool's frames, and batches.</summary>
    public FrameLimits Frames { get; init; } = new();

    /// <summary>IP, ARP and ICMP.</summary>
    public IpOptions Ip { get; init; } = new();

    /// <summary>Limits and times of TCP, this shard's part of them.</summary>
    public TcpLimits Tcp { get; init; } = new();
}
