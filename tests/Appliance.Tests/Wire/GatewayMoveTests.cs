using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// The gateway's address moves to another Ethernet address under a download, as when one router takes over
/// from another.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class GatewayMoveTests
{
    // The client is behind the router, whose side to the server is $dev.
    private const string Client = """
        unshare --net sleep 130 & far=$!
        until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
        client() { nsenter --target $far --net -- "$@"; }
        routed() {
          router ip link add f1 type veth peer name f0 netns $far
          router ip address add 198.19.0.1/24 dev f1
          router ip link set f1 up
          router sysctl -qw net.ipv4.ip_forward=1
          client ip address add 198.19.0.2/24 dev f0
          client ip link set f0 up
          client ip route add default via 198.19.0.1
          for i in {1..300}; do
            client curl -s -o /dev/null --max-time 1 $url/small.bin && return || sleep 0.1
          done
          false
        }
        # The router knows the server already, and does not ask for it, which would tell where it is.
        moves() {
          { echo link set $dev address 02:00:00:00:00:99
            echo neigh replace 198.18.0.2 lladdr $1 dev $dev nud permanent; } | router ip -batch -
          case $told in
            request) router python3 "$clients/announce.py" $dev 1 198.18.0.1 ;;
            reply) router python3 "$clients/announce.py" $dev 2 198.18.0.1 ;;
          esac
        }
        # Longer than the move, and shorter than a neighbour is believed without a word.
        downloads() {
          client curl -sS --fail --max-time 30 --limit-rate 3M -o large.bin $url/large.bin & load=$!
          until [ -s large.bin ]; do sleep 0.05; done
          moves $1
          wait $load
          cmp large.bin "$www/large.bin"
          router curl -sS --fail $url:9180/metrics | awk '/^straightwire_arp_moved_total/ { print ($2 > 0) }'
        }

        """;

    // By nothing: only the server's own second timeout tells. By ARP: one announcement (RFC 5227 §2.3), or
    // an answer that nobody asked for.
    [TestCase("packet", "nothing")]
    [TestCase("packet", "request")]
    [TestCase("packet", "reply")]
    [TestCase("xdp", "nothing")]
    [TestCase("xdp", "request")]
    [TestCase("xdp", "reply")]
    public void On_a_cable_the_download_goes_on(string link, string told)
    {
        LabScript.Require("curl", "ip", "nsenter", "python3");
        if (link == "xdp" && !Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root: run the tests as root.");
        }
        using TemporaryContent content = Content();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{VethLab.Preamble}{Client}" + $$"""
            router() { peer "$@"; }
            dev=sw0
            take --address 198.18.0.2/24 --set network.gateway=198.18.0.1 --set network.mac=02:00:00:00:00:77
            routed
            told={{told}}
            downloads 02:00:00:00:00:77
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("1"));
    }

    [TestCase("nothing")]
    [TestCase("request")]
    [TestCase("reply")]
    public void On_a_TAP_the_download_goes_on(string told)
    {
        LabScript.Require("curl", "ip", "nsenter", "python3");
        using TemporaryContent content = Content();

        ScriptResult result = LabScript.Namespace(content, Client + $$"""
            router() { "$@"; }
            dev=straightwire
            serve --link tap --set network.mac=02:00:00:00:00:77
            until ip link show straightwire >/dev/null 2>&1; do sleep 0.1; done
            routed
            told={{told}}
            downloads 02:00:00:00:00:77
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("1"));
    }

    private static TemporaryContent Content()
    {
        var content = new TemporaryContent();
        content.Add("small.bin", 1000);
        content.Add("large.bin", 10_000_000);
        return content;
    }
}
