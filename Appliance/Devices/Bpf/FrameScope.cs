using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Bpf;

/// <summary>
/// Which received frames are the server's. An address of its own: all IPv4 to it, and ARP that asks for it or
/// answers it. An address that the kernel has too: unfragmented TCP and UDP to the server's ports, and ICMP
/// that says of what left one of them that it did not arrive. Everything else is the kernel's: other
/// addresses, broadcasts, fragments, of which only the first shows a port, frames of VLANs, IPv6. A tag that
/// names no VLAN counts as none.
/// </summary>
/// <param name="Address">The server's address.</param>
/// <param name="IsShared">The kernel has it too.</param>
/// <param name="Ports">The server's ports.</param>
internal sealed record FrameScope(Ipv4Address Address, bool IsShared, IReadOnlyList<ServicePort> Ports)
{
    /// <summary>
    /// ARP about others is wanted, too, where a copy takes it from nobody: it may tell that a neighbour has
    /// moved.
    /// </summary>
    public bool HearsAllArp { get; init; }

    /// <summary>
    /// The descriptor of an <see cref="AddressCell"/>, whose address counts and not <see cref="Address"/>;
    /// null: the address stays as it is.
    /// </summary>
    public int? Cell { get; init; }

    /// <summary>
    /// For a packet socket, which gets copies: of IPv4 only what the interface takes to be for itself, and
    /// ARP about an address that the kernel has too.
    /// </summary>
    public bool IsCopied { get; init; }
}
