using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>An independent decoder looks at control and data connections.</summary>
[TestFixture]
[Category("Wire")]
public sealed class FtpCaptureTests
{
    [TestCase("true")]
    [TestCase("false")]
    public void Tshark_finds_no_malformed_packet_no_bad_checksum_and_no_reset(string offload)
    {
        LabScript.Require("curl", "tshark");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        string capture = Path.Combine(content.Root, "capture.pcapng");

        FtpLab.Serve(content, """
            for way in --epsv --disable-epsv '-P -'; do
              get $way -o large.bin $ftp/large.bin
              get $way -o list $ftp/
              get $way -u $login -T large.bin $ftp/up.bin
              cmp large.bin "$www/up.bin"
            done
            """, "--pcap", capture, "--set", $"link.offload={offload}").Succeeded();
        ScriptResult decoded = LabScript.Run(content, ["env"], $$"""
            decode() { tshark -r '{{capture}}' -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE "$@"; }
            decode -Y 'ftp.response.code == 226' | wc -l
            decode -Y 'ftp.request.command == "STOR"' | wc -l
            decode -Y 'ftp-data' -T fields -e tcp.stream | sort -u | wc -l
            bad='ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"'
            decode -Y "(_ws.malformed || $bad || tcp.flags.reset == 1) && !({{CaptureTests.ZeroSumOfLinux}})"
            """).Succeeded();

        // A full window is no fault: who uploads is held back by who stores.
        Assert.That(decoded.Output, Is.EqualTo("9\n3\n9"), "transfers, uploads, data connections");
    }
}
