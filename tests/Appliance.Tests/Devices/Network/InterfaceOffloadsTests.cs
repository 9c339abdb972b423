using Straightwire.Devices.Network;

namespace Straightwire.Appliance.Tests.Devices.Network;

[TestFixture]
public sealed class InterfaceOffloadsTests
{
    [TestCase("tso", true, false)]
    [TestCase("tx-tcp-segmentation", true, false)]
    [TestCase("sg", true, false)]
    [TestCase("tx", false, false)]
    [TestCase("tx-checksum-ip-generic", false, false)]
    [TestCase("gso", true, true)]
    [TestCase("tx-tcp6-segmentation", true, true)]
    public void An_interface_tells_what_it_sums_and_cuts_for_IPv4(string off, bool sums, bool cuts) =>
        NetworkNamespace.Run(() =>
        {
            NetworkNamespace.Ip("link", "add", "sw0", "type", "veth", "peer", "name", "sw1");
            var before = InterfaceFacts.Read("sw0").Offloads;
            NetworkNamespace.Ethtool("-K", "sw0", off, "off");
            var after = InterfaceFacts.Read("sw0").Offloads;
            Assert.Multiple(() =>
            {
                Assert.That((before.Sums, before.Cuts), Is.EqualTo((true, true)));
                Assert.That((after.Sums, after.Cuts), Is.EqualTo((sums, cuts)));
            });
        });
}
