using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>How a server does, for who does not reach its ports, and for who sends others to it.</summary>
[TestFixture]
[Category("Wire")]
public sealed class StatusTests
{
    [Test]
    [Category("Published")]
    public void Metrics_stand_in_a_file_that_status_and_promtool_read_and_no_port_is_needed()
    {
        LabScript.Require("curl", "ip", "promtool");
        using TemporaryContent content = Site();

        ScriptResult result = LabScript.Namespace(content, """
            status() { "$server" status --set content.directory="$www" --set metrics.file="$out/own.prom"; }
            status 2>none && exit 5 || true
            serve --set metrics.file="$out/own.prom" --set metrics.port=0; answers
            for i in {1..100}; do [ -e own.prom ] && break || sleep 0.1; done
            promtool check metrics <own.prom >/dev/null
            first=$(stat -c %i own.prom)
            for i in 1 2 3; do curl -sS -o index $url/index.html; done
            curl -sS -m 1 -o none http://198.18.0.2:9180/metrics 2>none && exit 6 || true
            for i in {1..300}; do [ "$(stat -c %i own.prom)" != $first ] && break || sleep 0.1; done
            status; [ ! -e own.prom.new ]
            kill -TERM $pid; wait $pid
            touch -d '2 minutes ago' own.prom
            status >none 2>old && exit 7 || grep -o 'is old' old
            """).Succeeded();

        Assert.That(result.Output, Does.Contain("content     1 files, generation 1, 0 names left out"));
        Assert.That(result.Output, Does.Match(@"answers     [4-9] \([4-9] of 200\)"));
        Assert.That(result.Output, Does.Not.Contain("?").And.EndsWith("is old"));
    }

    [Test]
    public void Status_says_what_is_missing()
    {
        LabScript.Require("curl");
        using TemporaryContent content = Site();

        ScriptResult result = LabScript.Run(content, [], """
            "$server" status --set content.directory="$www" || echo $?
            "$server" status --set content.directory="$www" --set metrics.file="$out/none.prom" || echo $?
            "$server" serve "$www" --set metrics.file="$www/own.prom" --validate || echo $?
            """);

        Assert.That(result.Output, Is.EqualTo("2\n1\n2"));
        Assert.That(result.Log, Does.Contain("metrics.file names no file").And.Contain("none.prom"));
        Assert.That(result.Log, Does.Contain("metrics/file").And.Contain("is in the content"));
    }

    [Test]
    [Category("Published")]
    public void Behind_a_balancer_a_server_that_ends_says_so_first_and_still_takes_connections()
    {
        LabScript.Require("curl", "ip");
        using TemporaryContent content = Site();

        LabScript.Namespace(content, """
            ready() { curl -sS -m 5 -o ready -w '%{http_code}' http://198.18.0.2:9180/readyz || true; }
            serve --set server.drainDelay=5s; answers
            [ "$(ready)" = 200 ]
            kill -TERM $pid
            for i in {1..100}; do [ "$(ready)" = 503 ] && break || sleep 0.02; done
            [ "$(ready)" = 503 ]
            [ "$(curl -sS -m 5 -o index -w '%{http_code}' $url/index.html)" = 200 ]
            wait $pid
            curl -sS -m 1 -o index $url/index.html 2>none && exit 8 || true
            """).Succeeded();
    }

    private static TemporaryContent Site()
    {
        var content = new TemporaryContent();
        content.Add("index.html", 100);
        return content;
    }
}
