using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Every signal at every moment does what README.md says, or nothing.</summary>
[TestFixture]
[Category("Wire")]
public sealed class SignalTests
{
    [Test]
    public void Signals_while_it_starts_do_not_end_it() => Run("start");

    [Test]
    [Category("Published")]
    public void Signals_while_it_serves_and_drains_do_not_end_it() => Run("run");

    [Test]
    public void What_ends_it_does_so_at_every_moment_of_its_start_and_at_once_when_it_comes_twice() =>
        Run("end");

    [Test]
    [Category("Published")]
    public void A_configuration_that_was_written_since_the_start_is_told_at_sighup()
    {
        LabScript.Require("curl", "ip");
        using var content = new TemporaryContent();
        content.Add("index.html", 100);

        ScriptResult result = LabScript.Namespace(content, """
            echo '{ "http": { "serverName": "one" } }' >"$root/own.json"
            serve --config "$root/own.json"; answers
            kill -HUP $pid; sleep 0.5
            echo "told $(grep -c 'restart to use it' "$root/server.log" || true)"
            echo '{ "http": { "serverName": "another" } }' >"$root/own.json"
            kill -HUP $pid
            for i in {1..50}; do grep -q 'restart to use it' "$root/server.log" && break || sleep 0.1; done
            echo "told $(grep -c 'restart to use it' "$root/server.log" || true)"
            curl -sS --fail -o /dev/null $url/index.html
            """).Succeeded();

        Assert.That(result.Output, Is.EqualTo("told 0\ntold 1"));
    }

    private static void Run(string what)
    {
        LabScript.Require("curl", "ip", "python3");
        using var content = new TemporaryContent();
        content.Add("index.html", 100);
        content.Add("large.bin", 30_000_000);

        ScriptResult result = LabScript.Namespace(
            content, $"python3 \"$clients/signals.py\" {what} \"$server\" \"$www\"");

        Assert.That(result.Succeeded().Output, Is.EqualTo("ok"), result.Log);
    }
}
