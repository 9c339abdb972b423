using Straightwire.Appliance.Links;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Tests.Devices.Packet;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Devices.Xdp;

namespace Straightwire.Appliance.Tests.Devices.Xdp;

[TestFixture]
public sealed class XdpInterfaceTests
{
    private const string Taken = "Queue 0 of sw1 has an AF_XDP socket of another program: end that.";

    [Test]
    public void A_queue_with_a_socket_of_another_program_is_refused_at_once() => BesideAnother(() =>
        Assert.That(
            () => XdpInterface.Open(PacketPeer.Options),
            Throws.TypeOf<LinkException>().With.Message.EqualTo(Taken)));

    [Test]
    public void Auto_takes_packet_before_copies_of_frames() => WithVeth(() =>
    {
        LinkGrant grant = LinkOpener.Open(new ApplianceOptions
        {
            Link = new LinkSettings { Kind = LinkChoice.Auto, Interface = "sw1" },
            Network = new NetworkSettings { Address = $"{LinkPeer.Own}/24" },
            Server = new ServerSettings { Shards = 1 },
        });
        grant.Close();
        Assert.That(grant.Kind, Is.EqualTo(LinkKind.Packet));
        Assert.That(grant.Notes, Does.Contain("No zero-copy XDP link: The driver of sw1 offers none."));
    });

    [Test]
    public void An_open_link_can_be_taken_over_though_its_queue_was_tried() => WithVeth(() =>
    {
        for (int i = 0; i < 3; i++)
        {
            LinkGrant grant = XdpInterface.Open(PacketPeer.Options);
            new XdpLink(grant, queue: 0).Dispose();
            (grant with { Queues = [] }).Close();
        }
    });

    /// <summary>The other program's socket is on sw1, and its XDP program is not.</summary>
    private static void BesideAnother(Action test) => WithVeth(() =>
    {
        LinkGrant other = XdpInterface.Open(PacketPeer.Options);
        using var link = new XdpLink(other, queue: 0);
        (other with { Queues = [] }).Close();
        test();
    });

    private static void WithVeth(Action test)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root, not of a user namespace: run the tests as root.");
        }
        NetworkNamespace.Run(() =>
        {
            PacketPeer.AddVeth();
            test();
        });
    }
}
