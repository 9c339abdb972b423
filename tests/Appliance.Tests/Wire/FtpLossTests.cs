using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Data connections both ways over a link that loses packets both ways.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpLossTests
{
    [TestCase("true", "0.02", 5_000_000)]
    [TestCase("false", "0.08", 500_000)]
    public void Downloads_and_uploads_over_a_lossy_link_arrive_whole(string offload, string loss, int size)
    {
        LabScript.Require("curl", "iptables");
        using var content = new TemporaryContent();
        content.Add("large.bin", size);
        content.Add("small.bin", 10_000);

        ScriptResult result = FtpLab.Serve(content, $$"""
            echo reno >/proc/sys/net/ipv4/tcp_congestion_control
            for chain in INPUT OUTPUT; do
              iptables -A $chain -p tcp -m statistic --mode random --probability {{loss}} -j DROP
            done
            jobs=()
            for way in --epsv '-P -'; do
              for file in large small; do
                (
                  get $way --ftp-method nocwd -o $file.bin $ftp/$file.bin
                  get $way --ftp-method nocwd -u $login -T $file.bin $ftp/up-$file.bin
                  cmp $file.bin "$www/up-$file.bin"
                ) & jobs+=($!)
              done
              for job in "${jobs[@]}"; do wait $job; done
              jobs=()
              sha256sum --quiet -c "$sums"
            done
            iptables -nvxL | awk '/DROP/ { dropped += $1 } END { print dropped }'
            """, "--set", $"link.offload={offload}");

        Assert.That(int.Parse(result.Succeeded().Output), Is.GreaterThan(0), "packets lost on purpose");
    }
}
