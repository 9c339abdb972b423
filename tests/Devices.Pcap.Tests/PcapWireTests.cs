using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Devices.Pcap.Tests;

/// <summary>
/// What a wire does to frames on their way to libpcap, which says nothing of their checksums.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class PcapWireTests
{
    [Test]
    public void An_upload_over_a_wire_that_damages_frames_is_stored_as_it_was_sent()
    {
        ScriptResult result = Run("damage=0.5", """
            head -c 8000000 /dev/urandom >up.bin
            peer curl -sS --fail -m 60 -u $login -T up.bin $ftp/up.bin
            cmp up.bin "$www/up.bin"
            metric tcp_bad_checksum_total
            damaged
            """);

        int[] counts = Array.ConvertAll(result.Output.Split('\n'), int.Parse);
        Assert.That(counts[0], Is.GreaterThan(5), "segments that the server refused");
        Assert.That(counts[1], Is.EqualTo(counts[0]), "frames that the wire damaged");
    }

    [Test]
    public void A_tag_of_VLAN_0_is_no_tag_and_another_is_refused()
    {
        ScriptResult result = Run("tag=0", """
            head -c 3000000 /dev/urandom >up.bin
            peer curl -sS --fail -m 60 -u $login -T up.bin $ftp/up.bin
            cmp up.bin "$www/up.bin"
            damaged >/dev/null
            relay tag=5
            peer curl -s -o /dev/null --max-time 2 $url/ || echo "status $?"
            damaged >/dev/null
            relay
            metric ip_frames_of_vlans_total
            """);

        // CURLE_OPERATION_TIMEDOUT.
        string[] lines = result.Output.Split('\n');
        Assert.That(lines[0], Is.EqualTo("status 28"));
        Assert.That(int.Parse(lines[1]), Is.Positive);
    }

    private static ScriptResult Run(string wire, string script)
    {
        RelayLab.Require("pcap");
        using var content = new TemporaryContent();
        return FtpLab.Namespace(content, $"link=pcap\n{RelayLab.Preamble}" + $$"""
            take "${users[@]}"
            relay {{wire}}
            reached
            {{script}}
            """).Succeeded();
    }
}
