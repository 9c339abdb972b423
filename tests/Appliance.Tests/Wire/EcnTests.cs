using System.Globalization;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Explicit congestion notification (RFC 3168) with the Linux kernel's TCP.</summary>
[TestFixture]
[Category("Wire")]
public sealed class EcnTests
{
    private const string Tools = """
        asks() { "$@" bash -c 'echo 1 >/proc/sys/net/ipv4/tcp_ecn
          echo reno >/proc/sys/net/ipv4/tcp_congestion_control'; }
        counter() { client cat /proc/net/netstat | awk -v name="$1" '
          $1 == kind { for (i = 2; i <= NF; i++) if (names[i] == name) print $i }
          { kind = $1; split($0, names) }'; }
        metric() { awk -v name="straightwire_tcp_$1_total" '$1 == name { print $2 }' metrics.txt; }

        """;

    // The relay marks where it would lose: nothing is sent again, and both sides slow down all the same.
    [Test]
    public void Downloads_and_uploads_over_a_path_that_marks_slow_down_and_lose_nothing()
    {
        LabScript.Require("curl", "ethtool", "gcc", "ip", "nsenter", "ss", "tshark");
        using var content = new TemporaryContent();
        content.Add("file.bin", 3_000_000);

        ScriptResult result = FtpLab.Namespace(content, VethLab.Preamble + PathLab.Preamble + Tools + $$"""
            take --address 198.18.0.2/24 --set link.offload=false "${users[@]}"
            asks client
            bad delay=10 rate=20 queue=250000 seed=1 down.mark=1 up.mark=1
            # Of what does not come about here the handshakes tell.
            trap 'tshark -n -r relay.pcap -Y "tcp.flags.syn == 1" | tail -n 20 >&2' ERR
            until client curl -s -o /dev/null --max-time 1 $url/; do sleep 0.1; done
            client curl -sS --fail -m 60 -o file.bin $url/file.bin & download=$!
            for i in {1..100}; do
              client ss -tien dst 198.18.0.2 | grep -qw ecnseen && break || sleep 0.02
            done
            client ss -tien dst 198.18.0.2 | grep -qw ecn
            client curl -sS --fail $url:9180/connections?format=json | grep -q '"ecn":1'
            wait $download
            sha256sum --quiet -c "$sums"
            client curl -sS --fail -m 60 -u $login -T file.bin $ftp/up.bin
            cmp file.bin "$www/up.bin"
            client curl -sS --fail -o metrics.txt $url:9180/metrics
            counted
            for name in InCEPkts TCPDeliveredCE; do echo $name $(counter $name); done
            for name in ecn_connections congestion_marks congestion_responses; do
              echo $name $(metric $name)
            done
            awk '/^flow direction=down/ { split($6, a, "="); again += a[2] } END { print "again", again }' \
              relay.txt
            ours="ip.src == 198.18.0.2 && tcp"
            echo cwr $(tshark -n -r relay.pcap -Y "$ours && tcp.flags.cwr == 1 && tcp.len > 0" | wc -l)
            tshark -n -r relay.pcap -Y "$ours && ip.dsfield.ecn != 0 && (ip.dsfield.ecn != 2 || tcp.len == 0
              || tcp.analysis.retransmission || tcp.analysis.fast_retransmission)"
            tshark -n -r relay.pcap -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE \
              -o tcp.desegment_tcp_streams:FALSE -Y '(_ws.malformed || ip.checksum.status == "Bad"
                || tcp.checksum.status == "Bad") && !({{CaptureTests.ZeroSumOfLinux}})'
            """).Succeeded();

        Dictionary<string, long> told = Told(result.Output, 7, out string faults);
        Assert.That(faults, Is.Empty, "what tshark finds wrong");
        Assert.That(told["InCEPkts"], Is.GreaterThan(0), "the kernel has received marks");
        Assert.That(told["congestion_responses"], Is.GreaterThan(0), "and the server has slowed down");
        Assert.That(told["cwr"], Is.EqualTo(told["congestion_responses"]).Within(2), "and said so");
        Assert.That(told["congestion_marks"], Is.GreaterThan(0), "the server has received marks");
        Assert.That(told["TCPDeliveredCE"], Is.GreaterThan(0), "and the kernel was told");
        Assert.That(told["again"], Is.LessThan(30_000), "bytes sent again");
        Assert.That(told["ecn_connections"], Is.GreaterThan(3));
    }

    // Segments of many packets, which the host takes, and gives, as they are; what it marks are such.
    [Test]
    public void Over_a_tap_that_cuts_segments_a_reduction_is_told_by_one_packet()
    {
        LabScript.Require("curl", "iptables", "tshark");
        using var content = new TemporaryContent();
        content.Add("file.bin", 20_000_000);

        ScriptResult result = FtpLab.Namespace(content, Tools + """
            asks command
            client() { "$@"; }
            serve --link tap --pcap all.pcap "${users[@]}"; answers
            marks="-p tcp --tcp-flags SYN NONE -m statistic --mode nth --every 5 --packet 0
              -j TOS --set-tos 0x03/0x03"
            iptables -t mangle -A PREROUTING -i straightwire $marks
            iptables -t mangle -A POSTROUTING -o straightwire $marks
            curl -sS --fail -m 60 -o file.bin $url/file.bin
            sha256sum --quiet -c "$sums"
            curl -sS --fail -m 60 -u $login -T file.bin $ftp/up.bin
            cmp file.bin "$www/up.bin"
            curl -sS --fail -o metrics.txt $url:9180/metrics
            kill $pid; wait $pid || true
            for name in congestion_responses congestion_marks retransmissions; do
              echo $name $(metric $name)
            done
            echo TCPDeliveredCE $(counter TCPDeliveredCE)
            echo marked $(iptables -t mangle -nvxL PREROUTING | awk '/ TOS / { print $1 }')
            cwr="ip.src == 198.18.0.2 && tcp.flags.cwr == 1"
            echo cwr $(tshark -n -r all.pcap -Y "$cwr" | wc -l)
            echo large $(tshark -n -r all.pcap -Y "$cwr && tcp.len > 1460" | wc -l)
            """).Succeeded();

        Dictionary<string, long> told = Told(result.Output, 7, out _);
        Assert.That(told["congestion_responses"], Is.InRange(1, told["marked"]));
        Assert.That(told["congestion_marks"], Is.GreaterThan(0));
        Assert.That(told["TCPDeliveredCE"], Is.GreaterThan(0));
        Assert.That(told["cwr"], Is.EqualTo(told["congestion_responses"]).Within(2));
        Assert.That(told["large"], Is.Zero);
        Assert.That(told["retransmissions"], Is.Zero);
    }

    private static Dictionary<string, long> Told(string output, int count, out string rest)
    {
        TestContext.Out.WriteLine(output);
        string[] lines = output.Split('\n', count + 1);
        rest = lines.Length > count ? lines[count] : "";
        return lines.Take(count).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
