using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>A server with a packet socket on one end of a veth; its clients are at the other.</summary>
[TestFixture]
[Category("Wire")]
public sealed class PacketLinkTests
{
    private const string Resets = """
        resets() { awk '/^Tcp:/ && $15 != "OutRsts" { print $15 }' /proc/net/snmp; }

        """;

    [Test]
    [Category("Published")]
    public void Beside_the_kernel_on_its_address_both_serve_under_load_and_the_kernel_resets_nobody()
    {
        RequireRoot();
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);
        content.Add("large.bin", 10_000_000);

        ScriptResult result = LabScript.Namespace(content, Resets + VethLab.Preamble + $$"""
            ip address add 198.18.0.2/24 dev sw1
            take; reached
            (cd "$www" && exec python3 -m http.server 8000 >/dev/null 2>&1) &
            until peer curl -s -o /dev/null $url:8000/; do sleep 0.1; done
            before=$(resets)
            peer wrk -t1 -c16 -d6s $url/small.bin >wrk.txt & load=$!
            for from in $url ftp://198.18.0.2 "-P - ftp://198.18.0.2" $url:8000; do
              for name in small large; do peer curl -sS --fail -o $name.bin $from/$name.bin; done
              sha256sum --quiet -c "$sums"
              rm small.bin large.bin
            done
            wait $load
            grep -q Requests/sec wrk.txt
            if grep 'Socket errors' wrk.txt; then exit 1; fi
            peer ping -q -c 2 -i 0.2 198.18.0.2 >/dev/null
            echo "$(($(resets) - before)) resets"

            kill -KILL $pid; wait $pid || true
            peer curl -sS --fail -o large.bin $url:8000/large.bin
            cmp large.bin "$www/large.bin"
            peer curl -s --max-time 5 $url/ || echo "status $?"
            """).Succeeded();

        // CURLE_COULDNT_CONNECT: the kernel's own answer, which the program kept from the port before.
        Assert.That(result.Output, Is.EqualTo("0 resets\nstatus 7"));
    }

    [TestCase("", "")]
    [TestCase("", "--set network.mac=02:00:00:00:00:77")]
    [TestCase("mtu=9000", "--set network.mac=02:00:00:00:00:77")]
    [TestCase("mtu=65535", "")]
    [TestCase("", "--set link.offload=false")]
    public void An_address_of_our_own_needs_nothing_of_the_kernel_which_stays_silent(
        string variable, string options)
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("small.bin", 1000);
        content.Add("large.bin", 10_000_000);

        ScriptResult result = LabScript.Namespace(content, $"{variable}\n{Resets}{VethLab.Preamble}" + $$"""
            take --address 198.18.0.2/24 {{options}}; reached
            for from in $url ftp://198.18.0.2 "-P - ftp://198.18.0.2"; do
              for name in small large; do peer curl -sS --fail -o $name.bin $from/$name.bin; done
              sha256sum --quiet -c "$sums"
            done
            echo "$(resets) resets"
            kill -TERM $pid; wait $pid
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("0 resets"));
    }

    [Test]
    public void A_file_truncated_under_a_download_ends_that_connection_and_no_other()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("cut.bin", 50_000_000);
        content.Add("large.bin", 20_000_000);

        ScriptResult result = LabScript.Namespace(content, VethLab.Preamble + """
            take --address 198.18.0.2/24; reached
            peer curl -sS --fail --limit-rate 5M -o large.bin $url/large.bin & whole=$!
            peer curl -sS --fail --limit-rate 5M -o cut.bin $url/cut.bin 2>/dev/null & cut=$!
            until [ -s large.bin ] && [ -s cut.bin ]; do sleep 0.05; done
            truncate -s 1000 "$www/cut.bin"
            wait $cut || echo "status $?"
            wait $whole
            cmp large.bin "$www/large.bin"
            """).Succeeded();

        // CURLE_RECV_ERROR
        Assert.That(result.Output, Is.EqualTo("status 56"));
    }

    [Test]
    public void A_server_whose_interface_is_deleted_ends_and_says_so()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, VethLab.Preamble + """
            take --address 198.18.0.2/24; reached
            ip link delete sw1
            wait $pid || echo "status $?"
            """).Succeeded();

        Assert.Multiple(() =>
        {
            Assert.That(result.Output, Does.StartWith("status "));
            Assert.That(result.Log, Does.Contain("The interface sw1 is gone: it was deleted"));
        });
    }

    [Test]
    public void An_interface_that_is_not_there_is_refused_in_one_line_with_those_that_are()
    {
        LabScript.Require("ip");
        using var content = new TemporaryContent();

        ScriptResult result = LabScript.Namespace(content, """
            serve --link packet --interface eth7
            wait $pid || echo "status $?"
            """).Succeeded();

        Assert.Multiple(() =>
        {
            Assert.That(result.Output, Is.EqualTo("status 3"));
            Assert.That(result.Log, Does.Contain("no interface eth7 here. There are: lo"));
        });
    }

    private static void RequireRoot()
    {
        LabScript.Require("curl", "ip", "python3", "wrk", "ping");
        if (!Environment.IsPrivilegedProcess)
        {
            Skip.Because("What keeps the kernel silent needs CAP_BPF: run the tests as root.");
        }
    }
}
