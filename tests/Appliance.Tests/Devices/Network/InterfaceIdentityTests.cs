using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Network;

[TestFixture]
public sealed class InterfaceIdentityTests
{
    private static readonly MacAddress Other = new(0x02_00_00_00_00_99);

    private static readonly InterfaceOptions Unset =
        new() { Name = "eth0", Ports = [new(IpProtocol.Tcp, new(80, 80))] };

    private static readonly InterfaceFacts Nic = new()
    {
        Name = "eth0",
        Index = 2,
        HardwareType = 1,
        IsUp = true,
        Mac = new MacAddress(0x02_00_00_00_00_07),
        Mtu = 1500,
        Addresses = [Prefix("198.18.3.4/25"), Prefix("198.18.5.4/24")],
        HostAddresses = [Prefix("198.18.200.1/32").Address],
        Gateway = Prefix("198.18.3.1/32").Address,
    };

    [Test]
    public void What_is_not_configured_is_the_interface_s_own()
    {
        Assert.That(InterfaceIdentity.Of(Unset, Nic), Is.EqualTo(new InterfaceIdentity
        {
            Mac = Nic.Mac,
            Address = Nic.Addresses[0],
            Gateway = Nic.Gateway,
            Mtu = 1500,
            IsShared = true,
            TrustsChecksums = false,
            NeedsPromiscuous = false,
        }));
    }

    [Test]
    public void What_is_configured_is_taken()
    {
        Ipv4Prefix address = Prefix("198.18.77.1/24");
        Ipv4Address gateway = Prefix("198.18.77.254/32").Address;
        InterfaceOptions options =
            Unset with { Mac = Other, Address = address, Gateway = gateway, Mtu = 1280 };
        Assert.That(InterfaceIdentity.Of(options, Nic), Is.EqualTo(new InterfaceIdentity
        {
            Mac = Other,
            Address = address,
            Gateway = gateway,
            Mtu = 1280,
            IsShared = false,
            TrustsChecksums = false,
            NeedsPromiscuous = true,
        }));
    }

    [TestCase("198.18.3.4/24", true, "198.18.3.1")]
    [TestCase("198.18.5.4/24", true, "198.18.3.1")]
    [TestCase("198.18.200.1/24", true, null)]
    [TestCase("198.18.3.5/25", false, "198.18.3.1")]
    [TestCase("198.18.77.1/24", false, null)]
    public void An_address_is_shared_where_the_host_has_it_and_has_a_gateway_that_it_reaches(
        string address, bool isShared, string? gateway)
    {
        InterfaceIdentity identity = InterfaceIdentity.Of(Unset with { Address = Prefix(address) }, Nic);
        Assert.Multiple(() =>
        {
            Assert.That(identity.IsShared, Is.EqualTo(isShared));
            Assert.That(identity.Gateway?.ToString(), Is.EqualTo(gateway));
        });
    }

    [Test]
    public void Checksums_are_trusted_unseen_by_configuration_alone_whatever_the_interface_is(
        [Values("", "bridge", "veth", "tun")] string kind) => Assert.Multiple(() =>
    {
        InterfaceFacts facts = Nic with { Kind = kind };
        Assert.That(InterfaceIdentity.Of(Unset, facts).TrustsChecksums, Is.False);
        InterfaceOptions told = Unset with { VerifyChecksums = false };
        Assert.That(InterfaceIdentity.Of(told, facts).TrustsChecksums, Is.True);
    });

    [Test]
    public void An_MTU_is_at_most_the_interface_s_and_what_a_frame_can_hold() => Assert.Multiple(() =>
    {
        Refused(Unset with { Mtu = 1501 }, Nic, "has an MTU of 1500, and 1501 is configured");
        Refused(Unset, Nic with { Mtu = 500 }, "the server needs 576");
        Assert.That(InterfaceIdentity.Of(Unset, Nic with { Mtu = 65_535 }).Mtu, Is.EqualTo(65_521));
    });

    [Test]
    public void What_cannot_be_used_is_refused_with_what_to_do() => Assert.Multiple(() =>
    {
        Refused(Unset, Nic with { HardwareType = 772 }, "carries no Ethernet frames");
        Refused(Unset, Nic with { IsUp = false }, "ip link set eth0 up");
        Refused(Unset, Nic with { Addresses = [] }, "set network.address");
        Refused(Unset with { Mac = Other }, Nic, "remove the MAC");
    });

    private static Ipv4Prefix Prefix(string text)
    {
        Assert.That(Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix), Is.True);
        return prefix;
    }

    private static void Refused(InterfaceOptions options, InterfaceFacts facts, string message) =>
        Assert.That(
            () => InterfaceIdentity.Of(options, facts),
            Throws.TypeOf<LinkException>().With.Message.Contains(message));
}
