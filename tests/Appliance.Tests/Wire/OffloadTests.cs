using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Interfaces that do less for who sends by them, at the start and later (ethtool -K).</summary>
[TestFixture]
[Category("Wire")]
public sealed class OffloadTests
{
    private const string All = "checksums and segments of up to 64 KB offloaded";
    private const string Sums = "checksums of sent frames offloaded, but segments cut by the server";
    private const string Nothing = "nothing offloaded: the interface does not, and the server sums and cuts";

    private const string Script = """
        dropped() { awk '$1 == "sw1:" { print $13 }' /proc/net/dev; }
        whole() { peer curl -sS --fail -m 60 -o large.bin $url/large.bin; sha256sum --quiet -c "$sums"; }
        says() {
          for i in {1..100}; do
            [ $(grep -c "$1" "$root/server.log") -ge $2 ] && return || sleep 0.1
          done
          echo "never said: $1"
          false
        }

        """;

    [TestCase("tso", Sums)]
    [TestCase("sg", Sums)]
    [TestCase("tx", Nothing)]
    public void A_packet_link_does_itself_what_its_interface_does_not_and_says_so(string off, string says)
    {
        LabScript.Require("curl", "ethtool", "ip", "nsenter");
        using var content = new TemporaryContent();
        content.Add("large.bin", 10_000_000);

        ScriptResult result = LabScript.Namespace(content, VethLab.Preamble + Script + $$"""
            ethtool -K sw1 {{off}} off >/dev/null
            "$server" doctor --link packet --interface sw1 --address 198.18.0.2/24 "$www" >doctor.txt || true
            grep -q "{{says}}" doctor.txt
            take --address 198.18.0.2/24; reached
            whole
            grep -q "{{says}}" "$root/server.log"
            dropped
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("0"));
    }

    // What the server leaves to the host's side it leaves by each frame's header.
    [Test]
    public void A_host_that_turns_off_offloads_of_a_TAP_changes_nothing_for_its_clients()
    {
        LabScript.Require("curl", "ethtool", "ip");
        using var content = new TemporaryContent();
        content.Add("large.bin", 10_000_000);

        FtpLab.Namespace(content, """
            serve --link tap "${users[@]}"; answers
            for off in tso sg tx rx gro; do
              curl -sS --fail -m 60 --limit-rate 20M -o slow.bin $url/large.bin & client=$!
              until [ -s slow.bin ]; do sleep 0.02; done
              ethtool -K straightwire $off off >/dev/null
              curl -sS --fail -m 60 -o large.bin $url/large.bin
              sha256sum --quiet -c "$sums"
              curl -sS --fail -m 60 -u $login -T large.bin $ftp/up.bin
              cmp large.bin "$www/up.bin"
              wait $client
              cmp slow.bin large.bin
              rm slow.bin
            done
            """).Succeeded();
    }

    [TestCase("packet", All, "tso sg tx")]
    [TestCase("xdp", "checksums of sent frames offloaded", "tx")]
    public void Offloads_that_come_and_go_while_the_server_serves_are_followed(
        string link, string says, string offs)
    {
        LabScript.Require("curl", "ethtool", "ip", "nsenter");
        if (link == "xdp" && !Environment.IsPrivilegedProcess)
        {
            Skip.Because("AF_XDP needs root, not of a user namespace: run the tests as root.");
        }
        using var content = new TemporaryContent();
        content.Add("large.bin", 10_000_000);

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n{VethLab.Preamble}{Script}" + $$"""
            take --address 198.18.0.2/24 --set server.shards=1; reached
            lines=1
            for off in {{offs}}; do
              peer curl -sS --fail -m 60 --limit-rate 20M -o slow.bin $url/large.bin & client=$!
              until [ -s slow.bin ]; do sleep 0.02; done
              ethtool -K sw1 $off off >/dev/null
              says "have changed: .*by the server\|have changed: nothing" $lines
              whole
              ethtool -K sw1 tx on sg on tso on >/dev/null
              says "have changed: {{says}}\$" $lines
              wait $client
              cmp slow.bin "$www/large.bin"
              rm slow.bin
              whole
              lines=$((lines + 1))
            done
            dropped
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("0"));
    }
}
