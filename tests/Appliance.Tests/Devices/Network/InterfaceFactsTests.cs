using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Network;

[TestFixture]
public sealed class InterfaceFactsTests
{
    [Test]
    public void The_facts_of_a_veth_are_those_that_it_was_given() => NetworkNamespace.Run(() =>
    {
        NetworkNamespace.Ip(
            "link", "add", "sw0", "mtu", "3000", "address", "02:00:00:00:00:07", "numrxqueues", "2",
            "type", "veth", "peer", "name", "sw1");
        NetworkNamespace.Ip("address", "add", "198.18.3.4/25", "dev", "sw0");
        NetworkNamespace.Ip("address", "add", "198.18.4.1/32", "dev", "sw0", "label", "sw0:1");
        NetworkNamespace.Ip("address", "add", "198.18.9.1/24", "dev", "sw1");
        NetworkNamespace.Ip("link", "set", "sw0", "up");
        NetworkNamespace.Ip("link", "set", "sw1", "up");
        NetworkNamespace.Ip("route", "add", "default", "via", "198.18.3.2", "metric", "9");
        NetworkNamespace.Ip("route", "add", "default", "via", "198.18.3.1", "metric", "7");
        NetworkNamespace.Ip("route", "add", "default", "via", "198.18.9.9", "metric", "1");

        InterfaceFacts facts = InterfaceFacts.Read("sw0");
        Assert.Multiple(() =>
        {
            Assert.That(facts.Name, Is.EqualTo("sw0"));
            Assert.That(facts.Index, Is.GreaterThan(1));
            Assert.That(facts.Mac.ToString(), Is.EqualTo("02:00:00:00:00:07"));
            Assert.That(facts.Mtu, Is.EqualTo(3000));
            Assert.That(facts.IsUp, Is.True);
            Assert.That(facts.IsEthernet, Is.True);
            Assert.That(facts.HasLocalSenders, Is.True);
            Assert.That(facts.Kind, Is.EqualTo("veth"));
            Assert.That(facts.Driver, Is.EqualTo("veth"));
            Assert.That(facts.ReceiveQueues, Is.EqualTo(2));
            Assert.That(
                facts.Addresses.Select(a => a.ToString()),
                Is.EqualTo(new[] { "198.18.3.4/25", "198.18.4.1/32" }));
            Assert.That(facts.HostAddresses.Select(a => a.ToString()), Is.EqualTo(new[] { "198.18.9.1" }));
            Assert.That(facts.Gateway?.ToString(), Is.EqualTo("198.18.3.1"));
        });
    });

    [Test]
    public void A_default_route_of_several_hops_has_the_first_that_leads_through_the_interface() =>
        NetworkNamespace.Run(() =>
        {
            NetworkNamespace.Ip("link", "add", "sw0", "type", "veth", "peer", "name", "sw1");
            NetworkNamespace.Ip("address", "add", "198.18.3.4/24", "dev", "sw0");
            NetworkNamespace.Ip("address", "add", "198.18.9.1/24", "dev", "sw1");
            NetworkNamespace.Ip("link", "set", "sw0", "up");
            NetworkNamespace.Ip("link", "set", "sw1", "up");
            NetworkNamespace.Ip(
                "route", "add", "default", "nexthop", "via", "198.18.9.9", "nexthop", "via", "198.18.3.2",
                "nexthop", "via", "198.18.3.3");

            Assert.That(InterfaceFacts.Read("sw0").Gateway?.ToString(), Is.EqualTo("198.18.3.2"));
            Assert.That(InterfaceFacts.Read("sw1").Gateway?.ToString(), Is.EqualTo("198.18.9.9"));
        });

    [Test]
    public void The_loopback_is_down_without_gateway_and_no_Ethernet() => NetworkNamespace.Run(() =>
    {
        InterfaceFacts facts = InterfaceFacts.Read("lo");
        Assert.Multiple(() =>
        {
            Assert.That(facts.IsUp, Is.False);
            Assert.That(facts.IsEthernet, Is.False);
            Assert.That(facts.Kind, Is.Empty);
            Assert.That(facts.Addresses, Is.Empty);
            Assert.That(facts.Gateway, Is.Null);
            Assert.That(facts.Mac, Is.EqualTo(default(MacAddress)));
        });
    });

    [Test]
    public void An_interface_that_is_not_there_is_told_with_those_that_are() => NetworkNamespace.Run(() =>
    {
        NetworkNamespace.Ip("link", "add", "sw0", "type", "veth", "peer", "name", "sw1");
        Assert.That(
            () => InterfaceFacts.Read("eth7"),
            Throws.TypeOf<LinkException>().With.Message.Match("no interface eth7 here.*lo.*sw0"));
    });
}
