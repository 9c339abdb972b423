using Straightwire.Appliance.Addresses;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Addresses;

/// <summary>What a server has of an interface, as a name.</summary>
[TestFixture]
public sealed class AddressClaimTests
{
    [TestCase("straightwire/2/198.18.0.2/all/4711")]
    [TestCase("straightwire/2/198.18.0.2/80,9180,21,50000-50999,20/1")]
    [TestCase("straightwire/2/198.18.0.2+/80/4711")]
    [TestCase("straightwire/2/198.18.0.2/80,u53,53,u6000-6010/4711")]
    [TestCase("straightwire/2/198.18.0.2/u53/4711")]
    public void A_name_says_all_of_a_claim(string name)
    {
        Assert.That(AddressClaim.TryParse(name, out AddressClaim claim), Is.True);
        Assert.That(claim.ToString(), Is.EqualTo(name));
    }

    [TestCase("")]
    [TestCase("/tmp/.X11-unix/X0")]
    [TestCase("straightwire/")]
    [TestCase("straightwire/2/198.18.0.2/all")]
    [TestCase("straightwire/x/198.18.0.2/all/1")]
    [TestCase("straightwire/2/198.18.0/all/1")]
    [TestCase("straightwire/2/198.18.0.2/80-90-100/1")]
    [TestCase("straightwire/2/198.18.0.2/80000/1")]
    [TestCase("straightwire/2/198.18.0.2//1")]
    [TestCase("straightwire/2/198.18.0.2/u/1")]
    [TestCase("straightwire/2/198.18.0.2/uu53/1")]
    [TestCase("straightwire/2/198.18.0.2/u53-u60/1")]
    [TestCase("straightwire/2/198.18.0.2/80/x")]
    public void Another_name_is_no_claim(string name) =>
        Assert.That(AddressClaim.TryParse(name, out _), Is.False);

    [TestCase("2/198.18.0.2/80,21", "2/198.18.0.2/80,20", "TCP 80")]
    [TestCase("2/198.18.0.2/80,50000-50999", "2/198.18.0.2/81,50900-60000", "TCP 50900-50999")]
    [TestCase("2/198.18.0.2/80", "2/198.18.0.2/all", "all ports")]
    [TestCase("2/198.18.0.2/80", "2/198.18.0.2/81", null)]
    [TestCase("2/198.18.0.2/80", "2/198.18.0.3/80", null)]
    [TestCase("2/198.18.0.2/80", "3/198.18.0.2/80", null)]
    [TestCase("2/198.18.0.2+/80,21", "2/198.18.0.3/80", "TCP 80")]
    [TestCase("2/198.18.0.2+/80", "2/198.18.0.3+/80", "TCP 80")]
    [TestCase("2/198.18.0.2+/80", "2/198.18.0.2/all", "all ports")]
    [TestCase("2/198.18.0.2+/80", "2/198.18.0.3/81", null)]
    [TestCase("2/198.18.0.2+/80", "2/198.18.0.7/all", null)]
    [TestCase("2/198.18.0.2+/80", "3/198.18.0.3/80", null)]
    [TestCase("2/198.18.0.2/80,u53", "2/198.18.0.2/53,u80", null)]
    [TestCase("2/198.18.0.2/80,u50-60", "2/198.18.0.2/80,u53", "TCP 80 and UDP 53")]
    [TestCase("2/198.18.0.2/u53,u60", "2/198.18.0.2/53,u53-60", "UDP 53, 60")]
    [TestCase("2/198.18.0.2/u53", "2/198.18.0.2/all", "all ports")]
    public void Two_claims_overlap_in_what_both_have(string own, string other, string? both)
    {
        Assert.That(Parse(own).Overlap(Parse(other)), Is.EqualTo(both));
        Assert.That(Parse(other).Overlap(Parse(own)), Is.EqualTo(both));
    }

    [Test]
    public void The_other_server_is_named_with_what_it_has()
    {
        string? conflict = AddressLock.Conflict(
            Parse("2/198.18.0.2/80,8080"), ["@", "straightwire/2/198.18.0.2/80/4711"], "eth0");
        Assert.That(
            conflict, Does.StartWith("Another straightwire, process 4711, has TCP 80 of 198.18.0.2 on eth0"));
    }

    [Test]
    public void A_server_that_may_come_to_the_address_is_told_of_with_the_way_out()
    {
        string? conflict = AddressLock.Conflict(
            Parse("2/198.18.0.2/80"), ["straightwire/2/198.18.0.9+/80/4711"], "eth0");
        Assert.That(
            conflict,
            Does.StartWith("Another straightwire, process 4711, has TCP 80 of 198.18.0.9 on eth0")
                .And.Contain("name the addresses of both"));
    }

    [Test]
    public void The_name_fits_a_socket_with_the_longest_numbers()
    {
        var claim = new AddressClaim(
            uint.MaxValue, Ipv4Address.LimitedBroadcast,
            [
                Tcp(10_000, 10_000), Tcp(10_001, 10_001), Tcp(10_002, 10_002), Tcp(50_000, 65_535),
                Tcp(10_003, 10_003), Tcp(10_004, 10_004),
                new(IpProtocol.Udp, new(10_005, 10_005)),
            ],
            int.MaxValue)
        {
            Follows = true,
        };
        Assert.That(claim.ToString(), Has.Length.LessThanOrEqualTo(107).And.Contain("u10005"));
    }

    // A name that is cut off would be no claim, and keep nobody away.
    [Test]
    public void More_ports_than_a_name_has_room_for_are_claimed_as_all()
    {
        AddressClaim many = new(
            2, Ipv4Address.LimitedBroadcast,
            [.. Enumerable.Range(10_000, 20).Select(port => Tcp((ushort)port, (ushort)port))],
            7);
        Assert.That(many.ToString(), Is.EqualTo("straightwire/2/255.255.255.255/all/7"));
    }

    private static ServicePort Tcp(ushort first, ushort last) => new(IpProtocol.Tcp, new(first, last));

    private static AddressClaim Parse(string text) =>
        AddressClaim.TryParse($"straightwire/{text}/7", out AddressClaim claim)
            ? claim
            : throw new FormatException(text);
}
