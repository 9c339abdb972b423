using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>What doctor says is what serve does.</summary>
[TestFixture]
[Category("Wire")]
public sealed class DoctorTests
{
    private const string Veth = """
        ip link add c0 type veth peer name s0
        ip link set c0 up
        ip link set s0 up
        ip addr add 198.18.0.2/24 dev s0

        """;

    [Test]
    [Category("Published")]
    public void On_a_tap_all_is_well_and_nothing_is_left_behind()
    {
        using TemporaryContent content = OneFile();
        ScriptResult result = Run(content, """
            "$server" doctor "$www"
            if ip link show straightwire 2>/dev/null; then exit 9; fi
            serve
            answers
            "$server" doctor "$www" >"$out/second" || status=$?
            grep '^fail  link' "$out/second"
            [ "$status" = 3 ]
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("ok    link        serve would use TAP straightwire"));
        Assert.That(result.Output, Does.Contain("1 files"));
        Assert.That(result.Output, Does.Contain("fail  link"), "a server runs there already");
    }

    [TestCase("--interface nowhere", "", "There is no interface nowhere")]
    [TestCase("--interface s0", "ip link set s0 down", "The interface s0 is down")]
    [TestCase("--interface c0", "", "The interface c0 has no IPv4 address")]
    public void An_interface_that_cannot_be_used_fails_with_what_to_do(
        string options, string before, string expected)
    {
        using TemporaryContent content = OneFile();
        ScriptResult result = Run(content, $"{Veth}{before}\n\"$server\" doctor \"$www\" {options}");

        Assert.That(result.Status, Is.EqualTo(ExitCode.Link), result.Output);
        Assert.That(result.Output, Does.Contain($"fail  interface   {expected}"));
    }

    [Test]
    public void Without_a_privilege_auto_steps_down_to_a_tap_and_says_why()
    {
        using TemporaryContent content = OneFile();
        LabScript.Require("setpriv");
        const string Dropped = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw";
        ScriptResult result = Run(content, $$"""
            {{Veth}}
            ip addr del 198.18.0.2/24 dev s0
            ip addr add 198.18.9.2/24 dev s0
            {{Dropped}} "$server" doctor "$www" --interface s0
            {{Dropped}} "$server" serve "$www" --interface s0 </dev/null >>"$root/server.log" 2>&1 & pid=$!
            answers
            (cd "$out" && curl -sS --fail -O $url/a.bin && sha256sum --quiet -c "$sums")
            kill -TERM $pid
            wait $pid
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("CAP_NET_RAW is needed to open the interface"));
        Assert.That(result.Output, Does.Contain("warn  link        No XDP link: "));
        Assert.That(result.Output, Does.Contain("warn  link        No packet link: A packet socket on s0"));
        Assert.That(result.Output, Does.Contain("ok    link        serve would use TAP straightwire"));
        Assert.That(result.Log, Does.Contain("WRN Link: No packet link: A packet socket on s0 needs"));
    }

    [Test]
    public void What_doctor_names_on_an_interface_is_what_serve_uses()
    {
        using TemporaryContent content = OneFile();
        ScriptResult result = Run(content, $$"""
            {{Veth}}
            options='--interface s0 --set server.shards=1'
            "$server" doctor "$www" $options | tee "$out/findings"
            "$server" serve "$www" $options </dev/null >>"$root/server.log" 2>&1 & pid=$!
            for i in {1..300}; do grep -q ' Serving ' "$root/server.log" && break; sleep 0.1; done
            said=$(sed -n 's/.*serve would use //p' "$out/findings")
            grep -F "Link: $said" "$root/server.log"
            kill -TERM $pid
            wait $pid
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("ok    address     198.18.0.2/24"));
        Assert.That(result.Output, Does.Contain("ok    link        serve would use packet"));
        Assert.That(result.Output, Does.Contain("No zero-copy XDP link: The driver of s0 offers none."));
        Assert.That(result.Output, Does.Contain("shared with the kernel"));
    }

    private static TemporaryContent OneFile()
    {
        var content = new TemporaryContent();
        content.Add("a.bin", 1000);
        return content;
    }

    private static ScriptResult Run(TemporaryContent content, string script)
    {
        LabScript.Require("curl", "ip");
        return LabScript.Namespace(content, script);
    }
}
