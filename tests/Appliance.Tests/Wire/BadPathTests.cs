using System.Globalization;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// To the Linux kernel's TCP over paths with a rate and a queue that lose, reorder and damage.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class BadPathTests
{
    private const string Cable = "delay=10 rate=100 queue=250000";

    // How often something is sent again is of the path and of the rules of recovery; how long it takes is of
    // the machine too, and in the benchmarks of paths.
    [TestCase("", 1_000_000, 0.10)]
    [TestCase("loss=1", 1_000_000, 0.04)]
    [TestCase("down.loss=2 down.burst=5", 1_000_000, 0.08)]
    [TestCase("down.reorder=1 down.reorder_ms=5", 1_000_000, 0.06)]
    [TestCase("down.cut_from=13 down.cut_to=15", 20_480, 0.25)]
    [TestCase("jitter=2 duplicate=1 corrupt=1", 1_000_000, 0.12)]
    public void A_download_over_a_bad_path_arrives_whole_and_little_of_it_is_sent_again(
        string path, int length, double againMost)
    {
        LabScript.Require("curl", "ethtool", "gcc", "ip", "nsenter", "tshark");
        using var content = new TemporaryContent();
        content.Add("file.bin", length);

        ScriptResult result = LabScript.Namespace(content, VethLab.Preamble + PathLab.Preamble + $$"""
            take --address 198.18.0.2/24 --set link.offload=false
            bad {{Cable}} seed=1
            until client curl -s -o /dev/null --max-time 1 $url/; do sleep 0.1; done
            counted
            bad {{Cable}} seed=1 {{path}}
            client curl -sS --fail -m 60 -o file.bin $url/file.bin
            sha256sum --quiet -c "$sums"
            counted
            grep -q ' unread=0 giants=0 unsent=0$' relay.txt
            awk '/^flow direction=down/ { split($5, b, "="); split($6, a, "="); bytes += b[2]; again += a[2] }
              END { print again / (bytes - again) }' relay.txt
            tshark -n -r relay.pcap -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
              -o tcp.desegment_tcp_streams:FALSE -Y '(_ws.malformed || ip.checksum.status == "Bad"
                || tcp.checksum.status == "Bad") && !({{CaptureTests.ZeroSumOfLinux}})'
            """).Succeeded();

        string[] lines = result.Output.Split('\n', 2);
        double again = double.Parse(lines[0], CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"{100 * again:F1} % sent again");
        Assert.That(again, Is.LessThanOrEqualTo(againMost));
        Assert.That(lines.Length > 1 ? lines[1] : "", Is.Empty, "what tshark finds wrong");
    }
}
