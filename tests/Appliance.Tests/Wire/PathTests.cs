using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Paths that take less than the link, and datagrams that are more than it takes.</summary>
[TestFixture]
[Category("Wire")]
public sealed class PathTests
{
    // RFC 1191 §3: the path MTU is the destination's.
    [Test]
    public void Behind_a_narrow_path_the_second_connection_loses_nothing()
    {
        LabScript.Require("curl", "ip", "nsenter");
        using var content = new TemporaryContent();
        content.Add("large.bin", 1_000_000);

        ScriptResult result = LabScript.Serve(content, """
            unshare --net sleep 130 & far=$!
            trap "kill $far" EXIT
            until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
            client() { nsenter --target $far --net -- "$@"; }
            ip link add f1 mtu 1400 type veth peer name f0 mtu 1500 netns $far
            ip address add 198.19.0.1/24 dev f1
            ip link set f1 up
            sysctl -qw net.ipv4.ip_forward=1
            client ip address add 198.19.0.2/24 dev f0
            client ip link set f0 mtu 1500 up
            client ip route add default via 198.19.0.1
            metrics() { curl -sS --fail $url:9180/metrics; }
            learned() { metrics | awk '/^straightwire_ip_path_mtus_learned/ { print $2 }'; }
            client curl -sS --fail -o large.bin $url/large.bin
            cmp large.bin "$www/large.bin"
            first=$(learned)
            client curl -sS --fail -o large.bin $url/large.bin
            cmp large.bin "$www/large.bin"
            echo "$((first > 0)) $(($(learned) - first))"
            """, "--set", "server.shards=1").Succeeded();

        Assert.That(result.Output, Is.EqualTo("1 0"));
    }

    // RFC 1122 §3.2.2.6, §3.3.2: 65,507 bytes and the header of ICMP are the longest datagram.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void The_longest_ping_is_answered_on_a_cable(string link)
    {
        LabScript.Require("curl", "ip", "nsenter", "ping");
        if (link == "xdp" && !Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root: run the tests as root.");
        }
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{VethLab.Preamble}" + """
            take --address 198.18.0.2/24; reached
            # A shard's first reply is lost while it asks for its neighbour.
            for size in 56 1473; do peer ping -q -c 4 -i 0.2 -W 1 -s $size 198.18.0.2 >ask.txt || true; done
            for size in 56 1473 16400 65507; do
              peer ping -q -c 3 -i 0.2 -W 5 -s $size 198.18.0.2 | grep -c ' 0% packet loss'
            done
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("1\n1\n1\n1"));
    }

    [TestCase("true")]
    [TestCase("false")]
    public void The_longest_ping_is_answered_on_a_TAP(string offload)
    {
        LabScript.Require("ip", "ping");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Serve(content, """
            for size in 56 1473 16400 65507; do
              ping -q -c 3 -i 0.2 -W 5 -s $size 198.18.0.2 | grep -c ' 0% packet loss'
            done
            """, "--set", $"link.offload={offload}").Succeeded();

        Assert.That(result.Output, Is.EqualTo("1\n1\n1\n1"));
    }
}
