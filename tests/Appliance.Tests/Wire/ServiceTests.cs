using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// What a service needs: tests/EchoService adds one, the echo protocol over UDP, and is otherwise the
/// program. Which services run, and which do not.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class ServiceTests
{
    // Asks from several ports, so that shards have their part of it, and for one answer alone.
    private const string Ask = """
        ask() {
          "$@" python3 -c '
        import socket
        for turn in range(8):
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            client.settimeout(5)
            client.connect(("198.18.0.2", 7))
            for length in 1, 512, 1472:
                query = bytes((turn + i) % 251 for i in range(length))
                client.send(query)
                assert client.recv(2000) == query, (turn, length)
            client.settimeout(0.05)
            try:
                raise SystemExit(f"a second answer: {client.recv(2000)}")
            except TimeoutError:
                pass
        '
          "$@" curl -sS --fail $url:9180/metrics | grep ^straightwire_echo
          "$@" curl -sS --fail -o small.bin $url/small.bin
          cmp small.bin "$www/small.bin"
        }

        """;

    private const string Echoed = "straightwire_echo_bytes_total 15880";

    [TestCase("1")]
    [TestCase("2")]
    public void A_service_is_a_folder_of_its_own(string shards)
    {
        LabScript.Require("curl", "python3");
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);

        ScriptResult result = LabScript.Run(
            content, ["env"], Ask + $$"""
                export -f ask
                "$echo" lab "$www" --set server.shards={{shards}} -- bash -c 'set -euo pipefail; ask env'
                """).Succeeded();

        Assert.That(result.Output, Is.EqualTo(Echoed));
    }

    // The frame filters, the sandbox and the second image know of it too.
    [TestCase("packet")]
    [TestCase("xdp")]
    public void It_shares_an_address_with_the_kernel(string link)
    {
        LabScript.Require("curl", "ip", "nsenter", "python3");
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);

        ScriptResult result = LabScript.Namespace(content, $"link={link}\n" + VethLab.Preamble + Ask + """
            server=$echo
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            grep -o 'Echoing at 198.18.0.2, UDP 7' "$root/server.log"
            ask peer
            kill -TERM $pid; wait $pid
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo($"Echoing at 198.18.0.2, UDP 7\n{Echoed}"));
    }

    [Test]
    public void Each_service_can_be_switched_off()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);
        const string Script = """
            for from in $url ftp://198.18.0.2 $url:9180/metrics; do
              curl -s -o /dev/null --max-time 5 $from/ && echo served || echo "status $?"
            done
            echo $STRAIGHTWIRE_URL
            """;

        string noHttp = LabScript.Serve(content, Script, "--no-http").Succeeded().Output;
        string noFtp = LabScript.Serve(content, Script, "--no-ftp").Succeeded().Output;
        string noMetrics =
            LabScript.Serve(content, Script, "--set", "metrics.enabled=false").Succeeded().Output;

        // CURLE_COULDNT_CONNECT.
        Assert.That(noHttp, Is.EqualTo("status 7\nserved\nserved\nftp://198.18.0.2/"));
        Assert.That(noFtp, Is.EqualTo("served\nstatus 7\nserved\nhttp://198.18.0.2/"));
        Assert.That(noMetrics, Is.EqualTo("served\nserved\nstatus 7\nhttp://198.18.0.2/"));
    }

    [Test]
    public void A_server_without_a_service_is_refused()
    {
        using var content = new TemporaryContent();
        ScriptResult result = LabScript.Run(content, ["env"], """
            "$server" --validate "$www" --no-http --no-ftp --set metrics.port=0 || echo "status $?"
            """);

        Assert.That(result.Output, Is.EqualTo("status 2"));
        Assert.That(result.Log, Does.Contain("/http/enabled: all services are switched off: enable one"));
    }
}
