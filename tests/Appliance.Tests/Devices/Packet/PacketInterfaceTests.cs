using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Packet;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Packet;

[TestFixture]
public sealed class PacketInterfaceTests
{
    [Test]
    public void A_shared_address_holds_what_keeps_the_kernel_silent() => NetworkNamespace.Run(() =>
    {
        PacketPeer.AddVeth();
        NetworkNamespace.Ip("address", "add", $"{LinkPeer.Own}/24", "dev", "sw1");
        LinkGrant grant = PacketInterface.Open(PacketPeer.Options with { Address = null });
        Assert.Multiple(() =>
        {
            Assert.That(grant.IsShared, Is.True);
            Assert.That(grant.Address, Is.EqualTo(new Ipv4Prefix(LinkPeer.Own, 24)));
            Assert.That(grant.Mac, Is.EqualTo(LinkPeer.Mac));
            Assert.That(grant.Held, Has.Length.EqualTo(1));
        });
        grant.Close();
    });

    [TestCase("0", 0)]
    [TestCase("1", 1)]
    public void Of_an_address_of_our_own_the_kernel_is_kept_where_it_would_forward(
        string forwarding, int held) => NetworkNamespace.Run(() =>
    {
        PacketPeer.AddVeth();
        File.WriteAllText("/proc/sys/net/ipv4/conf/sw1/forwarding", forwarding);
        LinkGrant grant = PacketInterface.Open(PacketPeer.Options);
        Assert.Multiple(() =>
        {
            Assert.That(grant.IsShared, Is.False);
            Assert.That(grant.Held, Has.Length.EqualTo(held));
        });
        grant.Close();
    });

    [TestCase(null, "0")]
    [TestCase("02:00:00:00:00:77", "1")]
    public void The_interface_is_promiscuous_for_another_Ethernet_address_alone(
        string? mac, string promiscuity) => NetworkNamespace.Run(() =>
    {
        PacketPeer.AddVeth();
        MacAddress? own = MacAddress.TryParse(mac, out MacAddress parsed) ? parsed : null;
        LinkGrant grant = PacketInterface.Open(PacketPeer.Options with { Mac = own });
        (_, string told, _) = Tool.Run("iproute2", "ip", "-details", "link", "show", "dev", "sw1");
        grant.Close();
        Assert.That(told, Does.Contain($"promiscuity {promiscuity} "));
    });

    [Test]
    public void Missing_rights_are_told_with_what_to_do()
    {
        var identity = new InterfaceIdentity
        {
            Mac = LinkPeer.Mac,
            Address = new Ipv4Prefix(LinkPeer.Own, 24),
            Mtu = 1500,
            IsShared = true,
        };
        Assert.Multiple(() =>
        {
            Assert.That(
                PacketInterface.SocketFault("eth0", NativeError.NotPermitted), Does.Contain("CAP_NET_RAW"));
            Assert.That(
                PacketInterface.SocketFault("eth0", NativeError.NoFamily), Does.Contain("af_packet"));
            Assert.That(
                PacketInterface.KernelFault(PacketPeer.Options, identity, "it is old."),
                Does.Contain("CAP_BPF").And.Contain("Linux 6.6").And.Contain("network.address"));
            Assert.That(
                PacketInterface.KernelFault(
                    PacketPeer.Options, identity with { IsShared = false }, "it is old."),
                Does.Contain("sysctl net.ipv4.conf.sw1.forwarding=0"));
        });
    }
}
