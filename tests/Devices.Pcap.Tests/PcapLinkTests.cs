using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Devices.Pcap.Tests;

/// <summary>Real clients on the other end of a veth on which the server stands through libpcap.</summary>
[TestFixture]
[Category("Wire")]
public sealed class PcapLinkTests
{
    private TemporaryContent _content = null!;

    [SetUp]
    public void MakeContent()
    {
        _content = new TemporaryContent();
        foreach (int size in new[] { 0, 1, 1448, 65_536, 262_145, 20_000_000 })
        {
            _content.Add($"{size}.bin", size);
        }
    }

    [TearDown]
    public void RemoveContent() => _content.Dispose();

    [TestCase("", TestName = "Files_come_whole_at_the_Ethernet_address_of_the_interface")]
    [TestCase("--mac 02:00:00:00:00:77", TestName = "Files_come_whole_at_an_Ethernet_address_of_its_own")]
    [Category("Published")]
    public void Files_come_whole_by_http_and_ftp(string mac)
    {
        string http = Curl(LabScript.Url);
        PcapLab.Run(_content, $$"""
            start {{PcapLab.Link}} {{mac}}
            answers
            ping -q -c 3 -i 0.2 198.18.0.2
            {{http}}
            sha256sum --quiet -c "$sums"
            rm *.bin
            {{http}} --parallel --parallel-immediate
            sha256sum --quiet -c "$sums"
            rm *.bin
            {{Curl("ftp://198.18.0.2")}}
            sha256sum --quiet -c "$sums"
            if [ -n "{{mac}}" ]; then ip neigh show dev c0 | grep -q 02:00:00:00:00:77; fi
            kill -TERM $pid
            wait $pid
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void Frames_that_this_machine_sends_itself_do_not_come_back()
    {
        // Everything that the server's namespace sends has the Ethernet address that is the server's too.
        PcapLab.Run(_content, """
            inside ip addr add 198.18.0.9/24 dev s0
            start --link pcap --interface s0 --address 198.18.0.2/24 --trace
            answers
            inside ping -q -c 3 -i 0.2 198.18.0.1
            ping -q -c 3 -i 0.2 198.18.0.9
            kill -TERM $pid
            wait $pid
            if grep -E ' in  .*198\.18\.0\.9 >' "$root/server.log"; then exit 1; fi
            grep -q ' in  ICMP\| in  TCP 198.18.0.1' "$root/server.log"
            """).Succeeded();
    }

    [Test]
    public void An_interface_that_goes_down_and_up_again_does_not_end_the_server()
    {
        PcapLab.Run(_content, $$"""
            start {{PcapLab.Link}}
            answers
            inside ip link set s0 down
            sleep 0.3
            inside ip link set s0 up
            answers
            {{Curl(LabScript.Url)}}
            sha256sum --quiet -c "$sums"
            """).Succeeded();
    }

    [Test]
    public void An_interface_that_is_deleted_ends_the_server_with_a_message()
    {
        ScriptResult result = PcapLab.Run(_content, $$"""
            start {{PcapLab.Link}}
            answers
            ip link delete c0
            wait $pid
            """);

        Assert.That(result.Status, Is.EqualTo(3), result.Log);
        Assert.That(result.Log, Does.Contain("The interface s0 fails").And.Contain("Start the server again"));
    }

    [TestCase(
        "inside ip addr add 198.18.0.2/24 dev s0",
        "--link pcap --interface s0",
        "The host has the address 198.18.0.2")]
    [TestCase(
        "inside ip addr add 198.18.0.2/24 dev lo",
        "--link pcap --interface s0 --address 198.18.0.2/24",
        "The host has the address 198.18.0.2")]
    [TestCase(
        "inside sysctl -q -w net.ipv4.conf.s0.forwarding=1",
        "--link pcap --interface s0 --address 198.18.0.2/24",
        "The host forwards packets that come to s0")]
    [TestCase(
        "true",
        "--link pcap --interface s1 --address 198.18.0.2/24",
        "There is no interface s1")]
    [TestCase(
        "inside ip link set s0 down",
        "--link pcap --interface s0 --address 198.18.0.2/24",
        "The interface s0 is down")]
    public void What_cannot_work_is_refused_with_what_to_do(string before, string options, string message)
    {
        ScriptResult result = PcapLab.Run(_content, $$"""
            {{before}}
            start {{options}}
            wait $pid
            """);

        Assert.That(result.Status, Is.EqualTo(3), result.Log);
        Assert.That(result.Log, Does.Contain(message));
    }

    [Test]
    public void Without_the_privilege_the_missing_capability_is_named()
    {
        LabScript.Require("setpriv");
        ScriptResult result = PcapLab.Run(_content, $$"""
            nsenter -t $space -n setpriv --bounding-set=-net_raw,-sys_admin --inh-caps=-net_raw \
              "$server" serve "$www" {{PcapLab.Link}}
            """);

        Assert.That(result.Status, Is.EqualTo(3), result.Log);
        Assert.That(result.Log, Does.Contain("CAP_NET_RAW"));
    }

    private string Curl(string url) => $"curl -sS --fail -m 60 -K '{_content.CurlConfiguration(url)}'";
}
