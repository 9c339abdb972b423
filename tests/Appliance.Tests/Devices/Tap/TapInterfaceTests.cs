using Straightwire.Devices;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Tap;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Tap;

[TestFixture]
public sealed class TapInterfaceTests
{
    private const string Inet6Addresses = "/proc/thread-self/net/if_inet6";

    [TestCase("")]
    [TestCase("sixteen_letters_")]
    [TestCase("a/b")]
    [TestCase("a:b")]
    [TestCase("a b")]
    [TestCase("tap%d")]
    [TestCase("..")]
    [TestCase("käse")]
    public void A_name_that_the_kernel_would_not_take_is_refused(string name) =>
        Refused(TapPeer.Options with { Name = name }, $"'{name}' cannot name a network interface");

    [Test]
    public void Without_the_control_device_the_error_says_how_to_get_it() =>
        Refused(TapPeer.Options with { ControlPath = "/nowhere/tun" }, "modprobe tun");

    [Test]
    public void Missing_rights_are_told_apart()
    {
        Assert.Multiple(() =>
        {
            Assert.That(TapInterface.ControlFault("/dev/net/tun", NativeError.AccessDenied),
                Does.Contain("not allowed").And.Contain("chmod"));
            Assert.That(TapInterface.AttachFault("sw0", NativeError.NotPermitted),
                Does.Contain("CAP_NET_ADMIN"));
        });
    }

    [Test]
    public void A_name_in_use_is_refused() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        var free = new Ipv4Prefix(new Ipv4Address(0xC612_0101), 24);
        Refused(TapPeer.Options with { HostAddress = free }, "There is an interface sw0 already");
        Refused(TapPeer.Options with { Name = "lo", HostAddress = free }, "There is an interface lo already");
    });

    [TestCase("198.18.0.1/24", "The host address 198.18.0.1 is on interface sw0 already")]
    [TestCase("198.18.0.77/28", "overlaps 198.18.0.1/24 of interface sw0")]
    [TestCase("198.18.77.1/16", "overlaps 198.18.0.1/24 of interface sw0")]
    public void A_network_in_use_is_refused(string prefix, string message) => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        Assert.That(Ipv4Prefix.TryParse(prefix, out Ipv4Prefix address), Is.True);
        Refused(TapPeer.Options with { Name = "sw1", HostAddress = address }, message);
    });

    [Test]
    public void A_refused_interface_leaves_nothing_behind() => NetworkNamespace.Run(() =>
    {
        Refused(TapPeer.Options with { Mtu = 67 }, "MTU 67 (68 to 65521 is possible)");
        Refused(TapPeer.Options with { Mtu = 65_522 }, "MTU 65522");
        using var peer = new TapPeer();
        Assert.That(File.ReadAllLines("/proc/thread-self/net/dev"), Has.Some.Contains("sw0:"));
    });

    [Test]
    public void An_interface_has_the_host_address_and_stays_silent_on_ipv6() => NetworkNamespace.Run(() =>
    {
        using var peer = new TapPeer();
        using var route = new RouteSocket();
        Assert.Multiple(() =>
        {
            Assert.That(
                route.Addresses().Select(address => (address.Interface, address.Address)),
                Is.EqualTo(new[] { ("sw0", TapPeer.Options.HostAddress) }));
            Assert.That(
                File.Exists(Inet6Addresses) ? File.ReadAllText(Inet6Addresses) : "", Does.Not.Contain("sw0"));
        });
        peer.Tap.Dispose();
        Assert.That(route.Addresses, Is.Empty.After(1000, 10));
    });

    [TestCase(1)]
    [TestCase(2)]
    public void Frames_wait_in_its_own_queue_only(int queues) => NetworkNamespace.Run(() =>
    {
        LinkGrant grant = TapInterface.Open(TapPeer.Options with { Queues = queues });
        string link = NetworkNamespace.Ip("-oneline", "link", "show", "sw0");
        grant.Close();
        Assert.That(link, Does.Contain("qdisc noqueue").And.Contain(",UP"));
    });

    private static void Refused(TapOptions options, string message)
    {
        Assert.That(
            () => TapInterface.Open(options),
            Throws.TypeOf<LinkException>().With.Message.Contains(message));
    }
}
