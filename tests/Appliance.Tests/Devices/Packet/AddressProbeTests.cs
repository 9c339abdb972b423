using Straightwire.Devices.Packet;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Devices.Packet;

/// <summary>What ARP says of an address that is about to be taken (RFC 5227 §2.1.1).</summary>
[TestFixture]
public sealed class AddressProbeTests
{
    private static readonly MacAddress Other = new(0x02_00_00_00_00_99);
    private static readonly Ipv4Address Neighbor = new(0xC612_0007);

    public static IEnumerable<TestCaseData> Frames() =>
    [
        Row("an answer from the address", ArpPacket.Reply, Other, LinkPeer.Own, Neighbor, true),
        Row("a question from the address", ArpPacket.Request, Other, LinkPeer.Own, Neighbor, true),
        Row("an announcement of the address", ArpPacket.Request, Other, LinkPeer.Own, LinkPeer.Own, true),
        Row("a probe for the address", ArpPacket.Request, Other, Ipv4Address.Any, LinkPeer.Own, true),
        Row("a probe for another", ArpPacket.Request, Other, Ipv4Address.Any, Neighbor, false),
        Row("a question for the address", ArpPacket.Request, Other, Neighbor, LinkPeer.Own, false),
        Row("our own probe", ArpPacket.Request, LinkPeer.Mac, Ipv4Address.Any, LinkPeer.Own, false),
        Row("our own announcement", ArpPacket.Request, LinkPeer.Mac, LinkPeer.Own, LinkPeer.Own, false),
    ];

    [TestCaseSource(nameof(Frames))]
    public void Who_has_the_address_or_is_about_to_take_it_is_a_conflict(byte[] frame, bool isConflict)
    {
        bool found = AddressProbe.IsConflict(frame, LinkPeer.Mac, LinkPeer.Own, out MacAddress holder);
        Assert.That(found, Is.EqualTo(isConflict));
        Assert.That(!found || holder == Other);
    }

    private static TestCaseData Row(
        string name, ushort operation, MacAddress mac, Ipv4Address sender, Ipv4Address target,
        bool isConflict)
    {
        byte[] frame = new byte[60];
        new EthernetHeader(MacAddress.Broadcast, mac, EthernetHeader.TypeArp).Write(frame);
        new ArpPacket(operation, mac, sender, default, target).Write(frame.AsSpan(EthernetHeader.Length));
        return new TestCaseData(frame, isConflict).SetArgDisplayNames(name);
    }
}
