using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// What an operator does wrong is told in a line that says what to do, with an exit status, and never by a
/// stack trace; what cannot be done is not passed over.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class MistakeTests
{
    [TestCase("--config .", 2, "it is a directory")]
    [TestCase("--config ''", 2, "it is empty")]
    [TestCase("--config /dev/null", 2, "the file is empty")]
    [TestCase("--log-file .", 2, "is a directory")]
    [TestCase("--log-file /proc/nope/x.log", 1, "The log /proc/nope/x.log cannot be written")]
    [TestCase("--pcap .", 2, "is a directory")]
    [TestCase("--pcap /dev/full", 1, "No space left")]
    [TestCase("--set server.pcap=", 2, "it is empty")]
    [TestCase("--set log.file=", 2, "it is empty")]
    [TestCase("--set ftp.logs.json=/nowhere/x", 2, "there is no directory /nowhere")]
    [TestCase("--config level.json", 1, "The section serilog is at fault")]
    [TestCase("--config sink.json", 1, "The log /proc/nope/x.log cannot be written")]
    [TestCase("--set server.state=level.json", 1, "level.json is a file, and a directory is expected")]
    [TestCase("--set server.state=state", 1, "state/secret is a directory: remove it")]
    [TestCase("--link tap --interface lo", 2, "a TAP is an interface of its own")]
    [TestCase("--link packet --interface lo", 3, "carries no Ethernet frames")]
    [TestCase("--tap lo", 3, "(--tap NAME, or link.name)")]
    [TestCase("--host-address 127.0.0.9/8 --address 127.0.0.10/8", 2, "no address that one host can have")]
    [TestCase("--set server.poolFrames=1048576 --set server.poolFrameBytes=65536", 2, "lower one")]
    [TestCase("--set http.headBytes=1024 --set http.targetBytes=2048", 2, "which it is part of")]
    [Category("Published")]
    public void A_mistake_is_a_line_and_a_status(string options, int status, string said)
    {
        LabScript.Require("ip");
        using var content = new TemporaryContent();
        content.Add("index.html", 10);

        ScriptResult result = LabScript.Namespace(content, $$$"""
            echo '{"serilog": {"MinimumLevel": "Loud"}}' >level.json
            echo '{"serilog": {"WriteTo": [{"Name":"File","Args":{"path":"/proc/nope/x.log"}}]}}' >sink.json
            mkdir -p state/secret
            status=0
            timeout 60 "$server" serve "$www" {{{options}}} </dev/null >said 2>&1 || status=$?
            echo "status $status"
            cat said
            """).Succeeded();

        Assert.That(result.Output, Does.StartWith($"status {status}\n").And.Contain(said)
            .And.Not.Contain("   at ").And.Not.Contain("Unhandled"));
    }

    [TestCase("STRAIGHTWIRE_HANDOVER=0")]
    [TestCase("STRAIGHTWIRE_HANDOVER=7")]
    public void A_variable_that_only_an_image_sets_is_no_image(string variable)
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("index.html", 10);

        LabScript.Namespace(
            content, $"export {variable}; serve; answers; curl -sS --fail -o x $url/index.html").Succeeded();
    }

    [Test]
    public void Streams_that_a_parent_has_closed_are_nobodys_link_and_nobodys_file()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("index.html", 10);

        ScriptResult result = LabScript.Namespace(content, """
            "$server" serve "$www" --pcap "$root/all.pcapng" <&- >&- 2>&- & pid=$!
            answers
            curl -sS --fail -o x $url/index.html
            readlink /proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2 | sort -u
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("/dev/null"));
    }

    [Test]
    public void A_file_that_must_not_grow_costs_its_lines_and_not_the_server()
    {
        LabScript.Require("curl", "ip", "prlimit");
        using var content = new TemporaryContent();
        content.Add("index.html", 10);

        ScriptResult result = LabScript.Namespace(content, """
            serve --pcap "$root/all.pcapng"; answers
            prlimit --fsize=4096 --pid $pid
            for i in {1..40}; do curl -sS --fail --max-time 5 -o x $url/index.html; done
            cat "$root/server.log"
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("The capture ends"));
    }

    [Test]
    public void A_program_of_the_host_at_a_shared_port_is_warned_of()
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent();
        content.Add("index.html", 10);

        ScriptResult result = LabScript.Namespace(content, """
            ip link add server type veth peer name client
            ip address add 198.18.7.7/24 dev server; ip link set server up; ip link set client up
            python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", 80)); time.sleep(60)' &
            until grep -q ':0050 ' /proc/net/tcp; do sleep 0.05; done
            serve --link packet --interface server
            for i in {1..100}; do grep -q 'Serving http' "$root/server.log" && break || sleep 0.1; done
            cat "$root/server.log"
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("programs of the host listen at 80 of 198.18.7.7 too"));
    }
}
