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
