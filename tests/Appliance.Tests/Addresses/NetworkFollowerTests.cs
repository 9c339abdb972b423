using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Addresses;
using Straightwire.Devices.Network;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Addresses;

/// <summary>What a change of the interface means to a server on it.</summary>
[TestFixture]
public sealed class NetworkFollowerTests
{
    private static readonly MacAddress Mac = new(0x02_00_00_00_00_02);
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_77);
    private static readonly Ipv4Prefix Own = Prefix("198.18.0.2/24");
    private static readonly Ipv4Prefix Next = Prefix("198.18.0.9/24");

    private static readonly InterfaceFacts Facts = new()
    {
        Name = "eth0",
        Index = 2,
        Mac = Mac,
        Mtu = 1500,
        IsUp = true,
        HasCarrier = true,
        XdpProgram = 7,
    };

    private static readonly InterfaceFacts Shared = Facts with { Addresses = [Own] };

    [Test]
    public void What_is_as_it_was_is_no_change()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules());
        Followed followed = follower.Follow(Facts, hasMoved: false);
        Assert.That(followed.Lines, Is.Empty);
        Assert.That(followed.End, Is.Null);
        Assert.That(followed.State, Is.SameAs(follower.Follow(Facts, hasMoved: false).State));
    }

    [Test]
    public void Down_is_a_warning_and_up_announces_once_however_many_notices_there_were()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules());
        Followed down = follower.Follow(Facts with { IsUp = false, HasCarrier = false }, hasMoved: false);
        Followed still = follower.Follow(Facts with { IsUp = false, HasCarrier = false }, hasMoved: false);
        Followed up = follower.Follow(Facts, hasMoved: false);
        Assert.Multiple(() =>
        {
            Assert.That(down.Lines.Single().Level, Is.EqualTo(LogLevel.Warning));
            Assert.That(
                down.Lines.Single().Text, Does.Contain("eth0 is down").And.Contain("ip link set eth0 up"));
            Assert.That(still.Lines, Is.Empty);
            Assert.That(up.Lines.Single().Text, Does.Contain("is up again"));
            Assert.That(up.State.Announcements, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_lost_carrier_is_a_warning_and_its_return_announces()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules());
        Followed lost = follower.Follow(Facts with { HasCarrier = false }, hasMoved: false);
        Followed back = follower.Follow(Facts, hasMoved: false);
        Assert.Multiple(() =>
        {
            Assert.That(lost.Lines.Single().Text, Does.Contain("no carrier"));
            Assert.That(lost.State.Announcements, Is.Zero);
            Assert.That(back.Lines.Single().Text, Does.Contain("carrier again"));
            Assert.That(back.State.Announcements, Is.EqualTo(1));
        });
    }

    // The interface's; what is configured is no reason to send more than it takes, and none to send more
    // than was asked for; nor is a larger one any use to memory that was made for less.
    [TestCase(1400, null, 65_521, 1400)]
    [TestCase(9000, null, 65_521, 9000)]
    [TestCase(9000, null, 1778, 1778)]
    [TestCase(1400, 1500, 65_521, 1400)]
    [TestCase(9000, 1500, 65_521, 1500)]
    public void The_mtu_is_followed_within_what_is_configured_and_the_link_can(
        int mtu, int? configured, int most, int expected)
    {
        var follower = new NetworkFollower(
            Grant() with { MtuMax = most }, new FollowRules { Mtu = configured });
        Assert.That(
            follower.Follow(Facts with { Mtu = mtu }, hasMoved: false).State.Mtu, Is.EqualTo(expected));
    }

    [Test]
    public void An_mtu_that_no_server_can_live_with_ends_it_with_what_to_do()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules());
        Assert.That(
            follower.Follow(Facts with { Mtu = 500 }, hasMoved: false).End,
            Does.Contain("MTU of 500 now").And.Contain("needs 576").And.Contain("ip link set eth0 mtu"));
    }

    [TestCase(LinkKind.Packet)]
    [TestCase(LinkKind.Xdp)]
    public void Another_mac_of_the_interface_is_taken_and_announced(LinkKind kind)
    {
        var follower = new NetworkFollower(Grant() with { Kind = kind }, new FollowRules());
        Followed followed = follower.Follow(Facts with { Mac = OtherMac }, hasMoved: false);
        Assert.That(followed.State.Mac, Is.EqualTo(OtherMac));
        Assert.That(followed.State.Announcements, Is.EqualTo(1));
        Assert.That(followed.End, Is.Null);
    }

    [Test]
    public void A_mac_that_is_configured_and_no_more_the_interfaces_ends_the_server()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules { IsMacNamed = true });
        Assert.That(
            follower.Follow(Facts with { Mac = OtherMac }, hasMoved: false).End,
            Does.Contain(OtherMac.ToString()).And.Contain("network.mac"));
    }

    [Test]
    public void A_mac_of_the_servers_own_does_not_mind_what_the_interface_has()
    {
        var follower = new NetworkFollower(
            Grant() with { IsPromiscuous = true }, new FollowRules { IsMacNamed = true });
        Followed followed = follower.Follow(Facts with { Mac = OtherMac }, hasMoved: false);
        Assert.That(followed.End, Is.Null);
        Assert.That(followed.State.Mac, Is.EqualTo(Mac));
    }

    [TestCase(false, "is gone: it was deleted, or moved")]
    [TestCase(true, "was moved to another network namespace")]
    public void An_interface_that_is_not_there_any_more_ends_the_server(bool hasMoved, string words) =>
        Assert.That(
            new NetworkFollower(Grant(), new FollowRules()).Follow(facts: null, hasMoved).End,
            Does.Contain(words));

    [Test]
    public void A_tap_that_was_moved_goes_on_in_its_new_place()
    {
        Followed followed = new NetworkFollower(Grant() with { Kind = LinkKind.Tap }, new FollowRules())
            .Follow(facts: null, hasMoved: true);
        Assert.That(followed.End, Is.Null);
        Assert.That(followed.Lines.Single().Text, Does.Contain("another network namespace"));
    }

    [Test]
    public void A_rename_is_told_and_later_lines_have_the_new_name()
    {
        var follower = new NetworkFollower(Grant(), new FollowRules());
        Followed renamed = follower.Follow(Facts with { Name = "lan0" }, hasMoved: false);
        Followed down = follower.Follow(Facts with { Name = "lan0", IsUp = false }, hasMoved: false);
        Assert.That(renamed.Lines.Single().Text, Is.EqualTo("The interface eth0 is called lan0 now"));
        Assert.That(down.Lines.Single().Text, Does.Contain("lan0 is down"));
    }

    [Test]
    public void A_shared_address_is_followed_to_the_next_one_and_waited_for_where_there_is_none()
    {
        var follower = new NetworkFollower(SharedGrant(), new FollowRules());
        Followed none = follower.Follow(Shared with { Addresses = [] }, hasMoved: false);
        Followed still = follower.Follow(Shared with { Addresses = [] }, hasMoved: false);
        Followed back = follower.Follow(Shared, hasMoved: false);
        Followed next = follower.Follow(Shared with { Addresses = [Next] }, hasMoved: false);
        Assert.Multiple(() =>
        {
            Assert.That(none.State.Address, Is.Null);
            Assert.That(none.Lines.Single().Level, Is.EqualTo(LogLevel.Warning));
            Assert.That(still.Lines, Is.Empty);
            Assert.That(back.State.Address, Is.EqualTo((IpPrefix)Own));
            Assert.That(back.Lines.Single().Text, Does.Contain("again"));
            Assert.That(next.State.Address, Is.EqualTo((IpPrefix)Next));
            Assert.That(
                next.Lines.Single().Text, Does.Contain("198.18.0.2 was taken").And.Contain("198.18.0.9"));
        });
    }

    [Test]
    public void A_shared_address_that_is_named_ends_the_server_when_it_is_taken_away()
    {
        var follower = new NetworkFollower(
            SharedGrant(), new FollowRules { OnAddressLost = AddressLoss.End });
        Assert.That(
            follower.Follow(Shared with { Addresses = [Next] }, hasMoved: false).End,
            Does.Contain("198.18.0.2 was taken from eth0").And.Contain("network.onAddressLost"));
    }

    [Test]
    public void A_shared_address_on_another_interface_is_there_as_long_as_the_host_has_it()
    {
        var follower = new NetworkFollower(SharedGrant(), new FollowRules());
        Followed there = follower.Follow(
            Facts with { Addresses = [Next], HostAddresses = [Own.Address] }, hasMoved: false);
        Assert.That(there.Lines, Is.Empty);
        Assert.That(there.State.Address, Is.EqualTo((IpPrefix)Own));
    }

    [TestCase(LinkKind.Packet, false, true)]
    [TestCase(LinkKind.Packet, true, false)]
    [TestCase(LinkKind.Xdp, true, false)]
    [TestCase(LinkKind.Pcap, false, true)]
    [TestCase(LinkKind.Tap, false, false)]
    public void An_address_of_ours_that_the_kernel_is_given_too_ends_a_server_that_it_would_reset(
        LinkKind kind, bool isSilenced, bool ends)
    {
        var follower = new NetworkFollower(
            Grant() with { Kind = kind, SilencesKernel = isSilenced }, new FollowRules());
        Followed followed = follower.Follow(Facts with { Addresses = [Own] }, hasMoved: false);
        Assert.That(followed.End is not null, Is.EqualTo(ends));
        Assert.That(followed.Lines, Has.Count.EqualTo(ends ? 0 : 1));
    }

    [Test]
    public void The_gateway_is_followed_and_kept_while_its_route_is_gone()
    {
        Ipv4Address first = Prefix("198.18.0.1/32").Address;
        Ipv4Address second = Prefix("198.18.0.7/32").Address;
        var follower = new NetworkFollower(SharedGrant() with { Gateway = first }, new FollowRules());
        Followed gone = follower.Follow(Shared with { Gateway = null }, hasMoved: false);
        Followed other = follower.Follow(Shared with { Gateway = second }, hasMoved: false);
        Assert.Multiple(() =>
        {
            Assert.That(gone.State.Gateway, Is.EqualTo((IpAddress)first));
            Assert.That(gone.Lines.Single().Level, Is.EqualTo(LogLevel.Warning));
            Assert.That(other.State.Gateway, Is.EqualTo((IpAddress)second));
        });
    }

    [Test]
    public void A_gateway_that_is_configured_is_the_gateway()
    {
        Ipv4Address first = Prefix("198.18.0.1/32").Address;
        var follower = new NetworkFollower(
            SharedGrant() with { Gateway = first }, new FollowRules { IsGatewayNamed = true });
        Followed followed = follower.Follow(
            Shared with { Gateway = Prefix("198.18.0.7/32").Address }, hasMoved: false);
        Assert.That(followed.State.Gateway, Is.EqualTo((IpAddress)first));
        Assert.That(followed.Lines, Is.Empty);
    }

    // A queue has one socket, and a frame that comes by a queue without one goes to the kernel.
    [TestCase(LinkKind.Xdp, 1, false)]
    [TestCase(LinkKind.Xdp, 3, false)]
    [TestCase(LinkKind.Xdp, 2, true)]
    [TestCase(LinkKind.Packet, 1, true)]
    [TestCase(LinkKind.Packet, 3, true)]
    public void Another_number_of_queues_ends_a_server_that_is_bound_to_each(
        LinkKind kind, int queues, bool goesOn)
    {
        var follower = new NetworkFollower(
            Grant() with { Kind = kind, Queues = [[3], [4]] }, new FollowRules());
        string? end = follower.Follow(Facts with { ReceiveQueues = queues }, hasMoved: false).End;
        Assert.That(end is null, Is.EqualTo(goesOn));
        Assert.That(end ?? "start", Does.Contain("start"));
    }

    [TestCase(null, "taken from eth0: end what did that")]
    [TestCase(8u, "taken from eth0, which has another one")]
    public void An_xdp_program_that_is_not_ours_any_more_ends_the_server(uint? program, string words)
    {
        var follower = new NetworkFollower(Grant() with { Kind = LinkKind.Xdp }, new FollowRules());
        Assert.That(follower.Follow(Facts, hasMoved: false).End, Is.Null);
        Assert.That(
            follower.Follow(Facts with { XdpProgram = program }, hasMoved: false).End, Does.Contain(words));
    }

    private static LinkGrant SharedGrant() => Grant() with { IsShared = true, AddressCell = 9 };

    private static LinkGrant Grant() => new()
    {
        Kind = LinkKind.Packet,
        Interface = "eth0",
        Index = 2,
        Mtu = 1500,
        Mac = Mac,
        Address = Own,
        Queues = [[3]],
    };

    private static Ipv4Prefix Prefix(string text) =>
        Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix) ? prefix : throw new FormatException(text);
}
