using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Network;

/// <summary>
/// Who the server is on an interface that is there: what is configured, and of what is not, the interface's
/// own.
/// </summary>
public sealed record InterfaceIdentity
{
    /// <summary>
    /// The longest IP packet whose frame is at most 65,535 bytes, as lengths of 16 bits in link headers need.
    /// </summary>
    public const int MtuMax = 65_521;

    /// <summary>RFC 791: what every host takes.</summary>
    public const int MtuMin = 576;

    /// <summary>The server's Ethernet address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The server's address and its network.</summary>
    public required Ipv4Prefix Address { get; init; }

    /// <summary>Where packets for other networks go; null: there are none.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>Most bytes of an IP packet.</summary>
    public required int Mtu { get; init; }

    /// <summary>The kernel has the address too: see <see cref="LinkGrant.IsShared"/>.</summary>
    public bool IsShared { get; init; }

    /// <summary>See <see cref="LinkGrant.TrustsChecksums"/>.</summary>
    public bool TrustsChecksums { get; init; }

    /// <summary>
    /// The Ethernet address is not the interface's: only a promiscuous interface passes on what is for it.
    /// </summary>
    public bool NeedsPromiscuous { get; init; }

    /// <summary>Makes it of what is configured and what there is.</summary>
    /// <exception cref="LinkException">They do not go together; the message says what to do.</exception>
    public static InterfaceIdentity Of(InterfaceOptions options, InterfaceFacts facts)
    {
        RefuseUnusable(facts);
        Ipv4Prefix address = options.Address ?? OwnAddress(facts);
        bool isOwn = facts.Addresses.Any(own => own.Address == address.Address);
        bool isShared = isOwn || facts.HostAddresses.Contains(address.Address);
        MacAddress mac = options.Mac ?? facts.Mac;
        if (isShared && mac != facts.Mac)
        {
            throw new LinkException(
                $"The address {address.Address} is the kernel's too, which tells everybody that it is at " +
                $"{facts.Mac}, not at {mac}: remove the MAC from the configuration, or choose an address " +
                "of the server's own.");
        }
        return new InterfaceIdentity
        {
            Mac = mac,
            Address = address,
            Gateway = options.Gateway ?? (isOwn ? facts.Gateway : GatewayWithin(address, facts)),
            Mtu = MtuOf(options, facts),
            IsShared = isShared,
            TrustsChecksums = !options.VerifyChecksums,
            NeedsPromiscuous = mac != facts.Mac,
        };
    }

    /// <summary>The grant of a link that has these descriptors.</summary>
    public LinkGrant ToGrant(
        LinkKind kind, InterfaceOptions options, InterfaceFacts facts, int[][] queues) => new()
        {
            Kind = kind,
            Interface = options.Name,
            Index = facts.Index,
            Mtu = Mtu,
            Offload = options.Offload,
            Mac = Mac,
            Address = Address,
            Gateway = Gateway,
            IsShared = IsShared,
            TrustsChecksums = TrustsChecksums,
            IsPromiscuous = NeedsPromiscuous,
            Queues = queues,
        };

    private static void RefuseUnusable(InterfaceFacts facts)
    {
        if (!facts.IsEthernet)
        {
            throw new LinkException(
                $"The interface {facts.Name} carries no Ethernet frames: choose a NIC, a veth or another " +
                "interface that does.");
        }
        if (!facts.IsUp)
        {
            throw new LinkException(
                $"The interface {facts.Name} is down: bring it up ('ip link set {facts.Name} up').");
        }
    }

    private static Ipv4Prefix OwnAddress(InterfaceFacts facts) => facts.Addresses.Count > 0
        ? facts.Addresses[0]
        : throw new LinkException(
            $"The interface {facts.Name} has no IPv4 address, and none is configured for the server: set " +
            $"network.address, or give the interface one ('ip address add … dev {facts.Name}').");

    private static Ipv4Address? GatewayWithin(Ipv4Prefix address, InterfaceFacts facts) =>
        facts.Gateway is { } gateway && address.Contains(gateway) ? gateway : null;

    private static int MtuOf(InterfaceOptions options, InterfaceFacts facts)
    {
        if (options.Mtu > facts.Mtu)
        {
            throw new LinkException(
                $"The interface {facts.Name} has an MTU of {facts.Mtu}, and {options.Mtu} is configured: " +
                $"lower link.mtu, or raise the interface's ('ip link set {facts.Name} mtu {options.Mtu}').");
        }
        int mtu = Math.Min(options.Mtu ?? facts.Mtu, MtuMax);
        return mtu >= MtuMin
            ? mtu
            : throw new LinkException(
                $"The interface {facts.Name} has an MTU of {mtu}, and the server needs {MtuMin}: raise it " +
                $"('ip link set {facts.Name} mtu 1500').");
    }
}
