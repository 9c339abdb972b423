using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>How much a TAP leaves to its host to cut into segments.</summary>
[TestFixture]
[Category("Wire")]
public sealed class SegmentationTests
{
    private const int PacketMax = 65_535;
    private const int EthernetLength = 14;

    [TestCase("", 262_130)]
    [TestCase("--set link.segmentBytes=100000", 100_000)]
    [TestCase("--set link.segmentBytes=20000", 20_000)]
    [TestCase("--set link.offload=false", 1500)]
    public void Only_neighbours_get_packets_longer_than_their_length_can_tell(string options, int most)
    {
        LabScript.Require("curl", "ip", "tshark");
        using var content = new TemporaryContent();
        content.Add("large.bin", 20_000_000);

        ScriptResult result = LabScript.Namespace(content, VethLab.Preamble + $$"""
            ip address add 198.19.0.1/24 dev sw1
            peer ip address flush dev sw0
            peer ip address add 198.19.0.2/24 dev sw0
            peer ip route add 198.18.0.0/24 via 198.19.0.1
            echo 1 >/proc/sys/net/ipv4/ip_forward
            serve --pcap $root/capture.pcapng --set server.shards=1 {{options}}; answers

            curl -sS --fail -o large.bin $url/large.bin
            sha256sum --quiet -c "$sums"
            rm large.bin
            peer curl -sS --fail -o large.bin $url/large.bin
            sha256sum --quiet -c "$sums"
            kill -TERM $pid; wait $pid

            for client in 198.18.0.1 198.19.0.2; do
              tshark -r $root/capture.pcapng -Y "ip.src == 198.18.0.2 && ip.dst == $client" \
                -T fields -e frame.len | sort -n | tail -1
            done
            bad='ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"'
            tshark -r $root/capture.pcapng -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
              -Y "ip.src == 198.18.0.2 && (_ws.malformed || $bad)"
            """).Succeeded();

        int[] longest = [.. result.Output.Split('\n').Select(int.Parse)];
        bool takesMore = Environment.OSVersion.Version >= new Version(6, 3);
        Assert.Multiple(() =>
        {
            Assert.That(longest, Has.Length.EqualTo(2), "and nothing wrong with the frames");
            Assert.That(longest[0], Is.InRange(Least(takesMore ? most : PacketMax), most + EthernetLength));
            Assert.That(longest[1], Is.InRange(Least(PacketMax), Math.Min(most, PacketMax) + EthernetLength));
        });

        // Whole segments of 1,448 bytes and the longest headers leave a part of it.
        int Least(int bytes) => Math.Min(most, bytes) - 1600;
    }
}
