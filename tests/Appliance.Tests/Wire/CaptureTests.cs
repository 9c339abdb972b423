using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>An independent decoder looks at all frames in and out.</summary>
[TestFixture]
[Category("Wire")]
public sealed class CaptureTests
{
    /// <summary>
    /// Where a TCP checksum comes out as zero, as one in 65,536 does, Linux sends its equal in one's
    /// complement, which tshark does not like.
    /// </summary>
    internal const string ZeroSumOfLinux = "tcp.checksum == 0xffff && ip.src == 198.18.0.1";

    [TestCase("true")]
    [TestCase("false")]
    [Category("Published")]
    public void Tshark_finds_no_malformed_packet_no_bad_checksum_and_nothing_to_warn_of(string offload)
    {
        LabScript.Require("curl", "ping", "tshark");
        using var content = new TemporaryContent();
        foreach (int size in new[] { 0, 1, 1448, 65_536, 262_145, 3_000_000 })
        {
            content.Add($"{size}.bin", size);
        }
        string capture = Path.Combine(content.Root, "capture.pcapng");
        string curl = $"curl -sS --fail -K '{content.CurlConfiguration(LabScript.Url)}'";

        LabScript.Serve(content, $$"""
            ping -q -c 2 -i 0.2 198.18.0.2 >/dev/null
            {{curl}}
            {{curl}} --parallel --parallel-immediate
            "$client" half-close 198.18.0.2:80 "$www"
            """, "--pcap", capture, "--set", $"link.offload={offload}").Succeeded();
        ScriptResult decoded = LabScript.Run(content, ["env"], $$"""
            # Shards write in turns, a moment after what they tell of: the times have the order.
            reordercap '{{capture}}' sorted.pcapng >/dev/null
            decode() { tshark -r sorted.pcapng -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE "$@"; }
            decode -Y http.response -T fields -e http.response.code | tr ',' '\n' | wc -l
            bad='ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || icmp.checksum.status == "Bad"'
            decode -Y "(_ws.malformed || $bad) && !({{ZeroSumOfLinux}})"
            decode -q -z "expert,warn,!({{ZeroSumOfLinux}})"
            """).Succeeded();

        // RST is a warning to tshark; curl closes its connections without one, and so do we.
        string[] lines = decoded.Output.Split('\n', 2);
        Assert.That(int.Parse(lines[0]), Is.EqualTo(18), "answers in the capture");
        Assert.That(lines.Length > 1 ? lines[1] : "", Is.Empty);
    }
}
