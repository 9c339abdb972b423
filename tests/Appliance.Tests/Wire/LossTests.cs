using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Against the Linux kernel's TCP as receiver, over a link that loses packets both ways.</summary>
[TestFixture]
[Category("Wire")]
public sealed class LossTests
{
    [TestCase("true", "0.02")]
    [TestCase("false", "0.02")]
    [TestCase("false", "0.10")]
    public void Downloads_over_a_lossy_link_arrive_whole(string offload, string loss)
    {
        LabScript.Require("curl", "iptables");
        using var content = new TemporaryContent();
        content.Add("small.bin", 10_000);
        content.Add("middle.bin", 300_000);
        content.Add("large.bin", loss == "0.10" ? 500_000 : 5_000_000);

        string downloads = content.CurlConfiguration(LabScript.Url);

        ScriptResult result = LabScript.Serve(content, $$"""
            echo reno >/proc/sys/net/ipv4/tcp_congestion_control
            for chain in INPUT OUTPUT; do
              iptables -A $chain -p tcp -m statistic --mode random --probability {{loss}} -j DROP
            done
            for i in 1 2 3; do
              rm -f ./*.bin
              curl -sS --fail --parallel --parallel-immediate -K '{{downloads}}'
              sha256sum --quiet -c "$sums"
            done
            iptables -nvxL | awk '/DROP/ { dropped += $1 } END { print dropped }'
            """, "--set", $"link.offload={offload}");

        Assert.That(int.Parse(result.Succeeded().Output), Is.GreaterThan(0), "packets lost on purpose");
    }
}
