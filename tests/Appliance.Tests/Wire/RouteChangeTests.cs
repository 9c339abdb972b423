using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// The kernel's default route changes under a server that has it from the interface: clients behind a router
/// are served by the one that leads to them now.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class RouteChangeTests
{
    /// <summary>
    /// `peer` is the first router, 198.18.0.1; `second` another, 198.18.0.3, on the same cable; `client` is
    /// behind both, 198.19.0.2, and asks by the first one until `moves`, which leaves the first one alive and
    /// without a way to the client.
    /// </summary>
    private const string Routers = VethLab.Preamble + """
        export STRAIGHTWIRE__SERVER__SHARDS=1
        space() {
          unshare --net sleep 130 & made=$!
          until [ "$(readlink /proc/$made/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
        }
        told() {
          for i in {1..200}; do grep -q -- "$1" "$root/server.log" && return || sleep 0.05; done
          echo "never told: $1"; false
        }
        space; far=$made
        space; spare=$made
        client() { nsenter --target $far --net -- "$@"; }
        second() { nsenter --target $spare --net -- "$@"; }
        peer ip link add link sw0 name sw3 type macvlan mode bridge
        peer ip link set sw3 netns $spare
        second ip address add 198.18.0.3/24 dev sw3
        second ip link set sw3 up
        peer ip link add a1 type veth peer name a0 netns $far
        peer ip address add 198.19.0.1/24 dev a1
        peer ip link set a1 up
        second ip link add b1 type veth peer name b0 netns $far
        second ip address add 198.19.1.1/24 dev b1
        second ip link set b1 up
        second ip route add 198.19.0.2 via 198.19.1.2
        peer sysctl -qw net.ipv4.ip_forward=1
        second sysctl -qw net.ipv4.ip_forward=1
        client sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
        client ip address add 198.19.0.2/24 dev a0
        client ip address add 198.19.1.2/24 dev b0
        for end in lo a0 b0; do client ip link set $end up; done
        client ip route add 198.18.0.0/24 via 198.19.0.1 src 198.19.0.2
        moves() {
          client ip route replace 198.18.0.0/24 via 198.19.1.1 src 198.19.0.2
          peer sysctl -qw net.ipv4.ip_forward=0
        }
        ip address add 198.18.0.2/24 dev sw1
        first="via 198.18.0.1" next="via 198.18.0.3"

        """;

    private const string Replaced = "ip route replace default $next";
    private const string TakenAndGiven =
        "ip route delete default; told 'no default route'; ip route add default $next";

    private const string Preferred = "ip route add default $next metric 5";
    private const string PreferredByMetric = """
        ip route add default $next metric 20; sleep 0.2
        ip route add default $first metric 30; ip route delete default $first metric 10
        """;

    private const string OneOfSeveral = "ip route replace default nexthop $next nexthop $first";

    [TestCase("packet", "", Replaced)]
    [TestCase("packet", "", TakenAndGiven)]
    [TestCase("packet", "metric 10", Preferred)]
    [TestCase("packet", "metric 10", PreferredByMetric)]
    [TestCase("packet", "", OneOfSeveral)]
    [TestCase("xdp", "", Replaced)]
    [TestCase("xdp", "", TakenAndGiven)]
    [TestCase("xdp", "metric 10", Preferred)]
    [TestCase("xdp", "metric 10", PreferredByMetric)]
    [TestCase("xdp", "", OneOfSeveral)]
    public void Clients_behind_a_router_are_served_by_the_route_that_there_is(
        string link, string metric, string change)
    {
        Require();
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        LabScript.Namespace(content, $"link={link}\n{Routers}" + $$"""
            ip route add default $first {{metric}}
            take; reached
            client curl -sS --fail --max-time 30 --limit-rate 1M -o a.bin $url/a.bin & load=$!
            until [ -s a.bin ]; do sleep 0.02; done
            moves
            {{change}}
            told 'The gateway through sw1 is 198.18.0.3 now'
            wait $load
            sha256sum --quiet -c "$sums"
            rm a.bin
            client curl -sS --fail --max-time 10 -o a.bin $url/a.bin
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [TestCase("packet")]
    [TestCase("xdp")]
    public void Clients_behind_a_router_are_served_while_its_route_is_gone(string link)
    {
        Require();
        using var content = new TemporaryContent();
        content.Add("a.bin", 3_000_000);

        LabScript.Namespace(content, $"link={link}\n{Routers}" + """
            ip route add default $first
            take; reached
            client curl -sS --fail --max-time 30 --limit-rate 1M -o a.bin $url/a.bin & load=$!
            until [ -s a.bin ]; do sleep 0.02; done
            ip route delete default
            told 'no default route through sw1 any more'
            wait $load
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    private static void Require()
    {
        LabScript.Require("curl", "ip", "nsenter");
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("Programs in the kernel need root, not of a user namespace: run the tests as root.");
        }
    }
}
