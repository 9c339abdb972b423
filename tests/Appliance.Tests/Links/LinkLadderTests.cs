using Straightwire.Appliance.Links;
using Straightwire.Devices;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Links;

public sealed class LinkLadderTests
{
    private readonly List<string> _tried = [];

    [SetUp]
    public void Forget() => _tried.Clear();

    [Test]
    public void The_first_link_that_opens_is_taken_and_no_further_one_is_tried()
    {
        LinkGrant grant = LinkLadder.Climb([Opens("xdp", "generic mode"), Opens("packet")]);

        Assert.That(grant.Interface, Is.EqualTo("xdp"));
        Assert.That(grant.Notes, Is.EqualTo(new[] { "generic mode" }));
        Assert.That(_tried, Is.EqualTo(new[] { "xdp" }));
    }

    [Test]
    public void Every_step_down_is_noted_with_its_reason_before_what_the_link_says_itself()
    {
        LinkGrant grant = LinkLadder.Climb(
            [Fails("xdp", "The driver is old."), Fails("packet", "No socket."), Opens("tap", "no offload")]);

        Assert.That(grant.Interface, Is.EqualTo("tap"));
        Assert.That(
            grant.Notes,
            Is.EqualTo(new[]
            {
                "No xdp link: The driver is old.", "No packet link: No socket.", "no offload",
            }));
    }

    [Test]
    public void Where_no_link_opens_all_reasons_are_told()
    {
        Assert.That(
            () => LinkLadder.Climb([Fails("xdp", "The driver is old."), Fails("packet", "No socket.")]),
            Throws.InstanceOf<LinkException>().With.Message.EqualTo(
                "No link can be had. No xdp link: The driver is old. No packet link: No socket."));
    }

    private LinkRung Opens(string name, params string[] notes) => new(name, () =>
    {
        _tried.Add(name);
        return new LinkGrant
        {
            Kind = LinkKind.Tap,
            Interface = name,
            Mtu = 1500,
            Mac = default,
            Address = new Ipv4Prefix(new Ipv4Address(0xC612_0002), 24),
            Queues = [],
            Notes = notes,
        };
    });

    private LinkRung Fails(string name, string reason) => new(name, () =>
    {
        _tried.Add(name);
        throw new LinkException(reason);
    });
}
