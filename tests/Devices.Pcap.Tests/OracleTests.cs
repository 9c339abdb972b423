using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Devices.Pcap.Tests;

/// <summary>
/// A decoder that knows nothing of the stack looks at all that the server sent, on every kind of link.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class OracleTests
{
    private const int Bytes = 65_536 + 1_000_003;

    private TemporaryContent _content = null!;
    private string _capture = "";

    [SetUp]
    public void MakeContent()
    {
        _content = new TemporaryContent();
        _content.Add("a.bin", 65_536);
        _content.Add("b.bin", Bytes - 65_536);
        _capture = Path.Combine(_content.Root, "capture.pcapng");
    }

    [TearDown]
    public void RemoveContent() => _content.Dispose();

    [TestCase("true")]
    [TestCase("false")]
    public void What_the_server_captures_of_itself_on_a_tap_is_without_fault(string offload)
    {
        LabScript.Require("curl", "ping");
        // The oracle fills in the length of a packet that is longer than its length can tell, and then finds
        // fault with it; those are tshark's.
        LabScript.Serve(
            _content, Clients, "--pcap", _capture, "--set", $"link.offload={offload}",
            "--set", "link.segmentBytes=65535").Succeeded();

        CheckCapture();
    }

    [Test]
    public void What_the_server_captures_of_itself_on_a_veth_is_without_fault()
    {
        PcapLab.Run(_content, $$"""
            start {{PcapLab.Link}} --pcap {{_capture}}
            answers
            {{Clients}}
            kill -TERM $pid
            wait $pid
            """).Succeeded();

        CheckCapture();
    }

    [Test]
    public void What_reaches_the_other_end_of_a_veth_is_without_fault_and_within_the_mtu()
    {
        LabScript.Require("tshark");
        PcapLab.Run(_content, $$"""
            dumpcap -q -i c0 -B 64 -w {{_capture}} 2>/dev/null & dump=$!
            for i in {1..100}; do [ -s {{_capture}} ] && break; sleep 0.1; done
            start {{PcapLab.Link}}
            answers
            {{Clients}}
            sleep 1
            kill -INT $dump
            wait $dump
            """).Succeeded();

        Oracle oracle = CheckCapture();
        Assert.That(oracle.FrameMax, Is.EqualTo(1514));
    }

    private string Clients => $$"""
        ping -q -c 2 -i 0.2 -s 1000 198.18.0.2
        curl -sS --fail -m 60 -K '{{_content.CurlConfiguration(LabScript.Url)}}'
        sha256sum --quiet -c "$sums"
        curl -sS --fail -m 60 -K '{{_content.CurlConfiguration("ftp://198.18.0.2")}}'
        sha256sum --quiet -c "$sums"
        """;

    private Oracle CheckCapture()
    {
        var oracle = Oracle.Read(_capture, "198.18.0.2");
        Assert.That(oracle.Faults, Is.Empty);
        Assert.That(oracle.Segments, Is.GreaterThan(20));
        Assert.That(oracle.Frames, Is.GreaterThanOrEqualTo(oracle.Segments + 2), "two answers to ping");
        Assert.That(oracle.PayloadBytes, Is.GreaterThan(2 * Bytes), "the files by HTTP and by FTP");
        return oracle;
    }
}
