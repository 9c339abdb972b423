using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>What wires do to frames, on every link: they damage them, and tag them.</summary>
[TestFixture]
[Category("Wire")]
public sealed class WireTests
{
    [Test]
    public void An_upload_over_a_wire_that_damages_frames_is_stored_as_it_was_sent(
        [Values("tap", "packet", "xdp", "generic")] string link, [Values("true", "false")] string offload)
    {
        ScriptResult result = Upload(link, $"link.offload={offload}", """
            cmp up.bin "$www/up.bin"
            metric tcp_bad_checksum_total
            damaged
            """).Succeeded();

        int[] counts = Array.ConvertAll(result.Output.Split('\n'), int.Parse);
        Assert.That(counts[0], Is.GreaterThan(5), "segments that the server refused");
        Assert.That(counts[1], Is.EqualTo(counts[0]), "frames that the wire damaged");
    }

    [Test]
    public void Who_trusts_all_checksums_stores_what_was_damaged()
    {
        ScriptResult result = Upload("packet", "link.verifyChecksums=false", """
            cmp -s up.bin "$www/up.bin" || echo "status $?"
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("status 1"));
    }

    // IEEE 802.1Q §6.9: such a tag carries a priority and nothing else.
    [TestCase("tap")]
    [TestCase("packet")]
    [TestCase("xdp")]
    [TestCase("generic")]
    public void A_tag_of_VLAN_0_is_no_tag_and_another_is_refused(string link)
    {
        RelayLab.Require(link);
        using var content = new TemporaryContent();
        content.Add("large.bin", 3_000_000);

        ScriptResult result = FtpLab.Namespace(content, $"link={link}\n{RelayLab.Preamble}" + """
            take "${users[@]}"
            relay tag=0
            reached
            for from in $url $ftp; do
              peer curl -sS --fail -o large.bin $from/large.bin
              sha256sum --quiet -c "$sums"
            done
            peer curl -sS --fail -u $login -T large.bin $ftp/up.bin
            cmp large.bin "$www/up.bin"
            damaged >/dev/null
            relay tag=5
            peer curl -s -o /dev/null --max-time 2 $url/ || echo "status $?"
            damaged >/dev/null
            relay
            metric ip_frames_of_vlans_total
            """).Succeeded();

        // CURLE_OPERATION_TIMEDOUT. Where the kernel sorts frames for us, it leaves them out. A macvlan gets
        // them with the tag taken out already, and nothing tells a program of XDP that there was one.
        string[] lines = result.Output.Split('\n');
        Assert.That(lines[0], Is.EqualTo(link == "generic" ? "0" : "status 28"));
        Assert.That(int.Parse(lines[^1]), link == "tap" ? Is.Positive : Is.Zero);
    }

    private static ScriptResult Upload(string link, string setting, string check)
    {
        RelayLab.Require(link);
        using var content = new TemporaryContent();
        return FtpLab.Namespace(content, $"link={link}\n{RelayLab.Preamble}" + $$"""
            head -c 8000000 /dev/urandom >up.bin
            take "${users[@]}" --set {{setting}}
            relay damage=0.5
            reached
            peer curl -sS --fail -m 60 -u $login -T up.bin $ftp/up.bin
            {{check}}
            """);
    }
}
