using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;
using Straightwire.Stack.Link;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Packet;

/// <summary>A host behind a packet socket on one end of a veth; the kernel is at the other, sw0.</summary>
internal sealed class PacketPeer : LinkPeer
{
    private readonly LinkGrant _grant;

    public PacketPeer(bool offload = true, int? mtu = null, string? off = null)
    {
        AddVeth();
        if (off is not null)
        {
            NetworkNamespace.Ethtool("-K", "sw1", off, "off");
        }
        _grant = PacketInterface.Open(Options with { Offload = offload, Mtu = mtu });
        Packet = new PacketDevice(_grant, queue: 0, Regions);
        Packet.Attach(Pool);
    }

    public static InterfaceOptions Options { get; } = new()
    {
        Name = "sw1",
        Address = new Ipv4Prefix(Own, 24),
        Ports = [new(IpProtocol.Tcp, new(80, 80)), new(IpProtocol.Tcp, new(30_000, 30_003))],
    };

    public PacketDevice Packet { get; }

    /// <inheritdoc/>
    public override ILinkDevice Device => Packet;

    /// <summary>The veth, up, with the kernel's address on sw0.</summary>
    public static void AddVeth()
    {
        NetworkNamespace.Ip(
            "link", "add", "sw0", "address", HostMac.ToString(), "type", "veth", "peer", "name", "sw1",
            "address", Mac.ToString());
        NetworkNamespace.Ip("address", "add", $"{Host}/24", "dev", "sw0");
        NetworkNamespace.Ip("link", "set", "sw0", "up");
        NetworkNamespace.Ip("link", "set", "sw1", "up");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        (_grant with { Queues = [] }).Close();
    }
}
