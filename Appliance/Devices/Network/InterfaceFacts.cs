using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>
/// What the kernel tells of an interface of the calling thread's network namespace (rtnetlink(7), ethtool).
/// </summary>
public sealed record InterfaceFacts
{
    /// <summary>ARPHRD_ETHER.</summary>
    private const ushort Ethernet = 1;

    /// <summary>The name, which may change while it is used.</summary>
    public required string Name { get; init; }

    /// <summary>The number in its network namespace, which does not change.</summary>
    public required uint Index { get; init; }

    /// <summary>The Ethernet address that it has now.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>Most bytes of an IP packet on it.</summary>
    public int Mtu { get; init; }

    /// <summary>
    /// Frames of TCP over IPv4 that are to be cut into segments have fewer bytes than this
    /// (gso_ipv4_max_size); null: a kernel before Linux 6.3, which takes no more than an IPv4 packet's length
    /// can tell.
    /// </summary>
    public int? SegmentationLimit { get; init; }

    /// <summary>The host has it up.</summary>
    public bool IsUp { get; init; }

    /// <summary>It is up, and a cable, or what stands for one, leads somewhere (IFF_LOWER_UP).</summary>
    public bool HasCarrier { get; init; }

    /// <summary>Frames with Ethernet headers go through it; not so on a tunnel or the loopback.</summary>
    public bool IsEthernet => HardwareType == Ethernet;

    /// <summary>The kind of a virtual interface: veth, tun, bridge, macvlan; empty for a NIC.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The name of its driver; empty when it tells none.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Receive queues in use.</summary>
    public int ReceiveQueues { get; init; } = 1;

    /// <summary>"1 receive queue", "2 receive queues".</summary>
    public string ReceiveQueuesText => string.Create(
        CultureInfo.InvariantCulture, $"{ReceiveQueues} receive queue{(ReceiveQueues == 1 ? "" : "s")}");

    /// <summary>The kernel's number of the XDP program on its way in; null: there is none.</summary>
    public uint? XdpProgram { get; init; }

    /// <summary>What it does for who sends and receives by it; that may change at any time.</summary>
    public InterfaceOffloads Offloads { get; init; }

    /// <summary>Its IPv4 addresses and their networks, in the kernel's order.</summary>
    public IReadOnlyList<Ipv4Prefix> Addresses { get; init; } = [];

    /// <summary>The gateway of the default route through it; null: there is none.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>
    /// The addresses of the host's other interfaces. The kernel answers for them on this interface too.
    /// </summary>
    public IReadOnlyList<Ipv4Address> HostAddresses { get; init; } = [];

    /// <summary>
    /// The kernel sends on what comes in by it for other hosts, and so what is for a server beside it.
    /// </summary>
    public bool ForwardsPackets { get; init; }

    /// <summary>ARPHRD_… of the interface.</summary>
    internal ushort HardwareType { get; init; }

    /// <summary>
    /// What it carries may come from this machine, or from the one that this is a guest of, with a checksum
    /// that nobody has finished. A wire may lead to it all the same, over a bridge or a relay.
    /// </summary>
    public bool HasLocalSenders =>
        Kind is "veth" or "tun" or "dummy" or "ifb" or "netkit" || Driver == "virtio_net";

    /// <summary>Asks the kernel, in the network namespace of the calling thread.</summary>
    /// <exception cref="LinkException">There is no such interface, or the kernel does not tell.</exception>
    public static InterfaceFacts Read(string name)
    {
        using var route = new RouteSocket();
        List<InterfaceFacts> all = route.Links();
        InterfaceFacts found = all.Find(link => link.Name == name)
            ?? throw new LinkException(
                $"There is no interface {name} here. There are: " +
                $"{string.Join(", ", all.Select(link => link.Name))}.");
        return WithNetwork(route, found) with
        {
            Driver = route.Driver(name),
            ForwardsPackets = IsForwarding(name),
        };
    }

    /// <summary>
    /// Asks by a socket that is open, for the interface that has an index whatever its name is now; what
    /// neither changes nor can be asked for in a sandbox is left out. Null: it is not there any more.
    /// </summary>
    /// <exception cref="LinkException">The kernel does not tell.</exception>
    internal static InterfaceFacts? Read(RouteSocket route, uint index)
    {
        InterfaceFacts? found = route.Link(index);
        while (found is not null)
        {
            InterfaceFacts read = WithNetwork(route, found);
            InterfaceFacts? after = route.Link(index);
            if (after?.Name == found.Name)
            {
                return read;
            }

            // What is asked for by name was nobody's, or another's.
            found = after;
        }
        return null;
    }

    private static InterfaceFacts WithNetwork(RouteSocket route, InterfaceFacts found)
    {
        List<InterfaceAddress> addresses = route.Addresses();
        return found with
        {
            ReceiveQueues = route.ReceiveQueues(found.Name) ?? found.ReceiveQueues,
            Addresses = [.. addresses.Where(a => a.Index == found.Index).Select(a => a.Address)],
            HostAddresses =
                [.. addresses.Where(a => a.Index != found.Index).Select(a => a.Address.Address)],
            Gateway = route.Gateway(found.Index),
            Offloads = InterfaceOffloads.Read(route, found.Name),
        };
    }

    /// <summary>False where the kernel does not say: then it forwards nothing.</summary>
    private static bool IsForwarding(string name)
    {
        string path = $"/proc/sys/net/ipv4/conf/{name}/forwarding";
        return File.Exists(path) && File.ReadAllText(path).Trim() != "0";
    }
}
