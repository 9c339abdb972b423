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
            decode() { tshark -r '{{capture}}' -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE "$@"; }
            decode -Y http.response -T fields -e http.response.code | tr ',' '\n' | wc -l
            bad='ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || icmp.checksum.status == "Bad"'
            decode -Y "(_ws.malformed || $bad) && !({{ZeroSumOfLinux}})"
            decode -Y 'frame.time_delta < 0'
            # On a busy machine a tail loss probe (RFC 8985 §7.2) may be early, which the peer tells.
            decode -q -z "expert,warn,!({{ZeroSumOfLinux}}) && !tcp.options.sack.dsack"
            """).Succeeded();

        // RST is a warning to tshark; curl closes its connections without one, and so do we.
        string[] lines = decoded.Output.Split('\n', 2);
        Assert.That(int.Parse(lines[0]), Is.EqualTo(18), "answers in the capture");
        Assert.That(lines.Length > 1 ? lines[1] : "", Is.Empty);
    }

    /// <summary>
    /// What is lost is lost behind the capture, so that it has all that was sent and sent again, and the
    /// server's counters can be held against it.
    /// </summary>
    [TestCase("true")]
    [TestCase("false")]
    public void A_capture_of_losses_is_right_and_has_what_the_counters_say(string offload)
    {
        LabScript.Require("curl", "iptables", "python3", "tshark");
        using var content = new TemporaryContent();
        content.Add("small.bin", 10_000);
        content.Add("large.bin", 3_000_000);
        string capture = Path.Combine(content.Root, "capture.pcapng");

        ScriptResult result = LabScript.Serve(content, $$"""
            lose="-m statistic --mode random --probability 0.03 -j DROP"
            iptables -A INPUT -p tcp --sport 80 $lose
            iptables -A OUTPUT -p tcp --dport 80 $lose
            downloads=
            for i in {1..6}; do
              curl -sS --fail -o large.$i $url/large.bin -o small.$i $url/small.bin & downloads+=" $!"
            done
            for download in $downloads; do wait $download; done
            until curl -sS --fail "$url:9180/connections?port=80" | grep -q '^# 0 listed'; do sleep 0.1; done
            curl -sS --fail $url:9180/metrics |
              awk '/^straightwire_tcp_retransmitted_bytes_total/ { print $2 }'
            """, "--pcap", capture, "--set", $"link.offload={offload}", "--set", "server.shards=2");
        // Without this tshark calls it an error that what it has put together comes again.
        ScriptResult decoded = LabScript.Run(content, ["env"], $$"""
            decode() {
              tshark -r '{{capture}}' -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
                -o tcp.reassemble_out_of_order:TRUE "$@"
            }
            bad='ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"'
            decode -Y "(_ws.malformed || $bad) && !({{ZeroSumOfLinux}})"
            decode -Y 'frame.time_delta < 0'
            decode -Y 'ip.src == 198.18.0.2 && tcp.len > 0' -T fields -e tcp.stream -e tcp.seq \
              -e tcp.options.timestamp.tsval -e tcp.payload | python3 "$clients/capture_check.py"
            """).Succeeded();

        Assert.That(decoded.Output, Is.EqualTo(result.Succeeded().Output), "bytes that were sent again");
        Assert.That(long.Parse(decoded.Output), Is.GreaterThan(0));
    }
}
