using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>Requests stand in the logs, each once, so that the tools of others read them.</summary>
[TestFixture]
[Category("Wire")]
public sealed class AccessLogTests
{
    [TestCase(1)]
    [TestCase(2)]
    [Category("Published")]
    public void Whatever_is_asked_is_read_from_the_logs_by_goaccess_fail2ban_and_as_json(int seed)
    {
        LabScript.Require("curl", "ip", "python3", "goaccess", "fail2ban-regex");
        using TemporaryContent content = Site();
        string filter = RepositoryFiles.PathOf("config/fail2ban/straightwire.conf");

        ScriptResult result = LabScript.Namespace(content, $"""
            serve --set http.logs.combined="$out/combined" --set http.logs.json="$out/json" \
              --set http.logs.vhost=true --set http.headTimeout=1s
            answers
            python3 "$clients/log_fuzz.py" {seed} 3000
            printf 'GET / HTTP/1.1\r\nA: ' >/dev/tcp/198.18.0.2/80
            curl -sS http://198.18.0.2:9180/metrics >metrics
            kill -TERM $pid; wait $pid
            python3 "$clients/log_check.py" combined json metrics "{filter}"
            """).Succeeded();

        Assert.That(result.Output, Does.StartWith("ok "));
    }

    [TestCase("USR1")]
    [TestCase("HUP")]
    [Category("Published")]
    public void No_line_is_lost_while_logs_are_renamed_and_opened_anew(string signal)
    {
        LabScript.Require("curl", "ip", "ab");
        using TemporaryContent content = Site();

        LabScript.Namespace(content, $"""
            serve --access-log "$out/log"; answers
            ab -q -k -c 8 -n 20000 $url/index.html >ab & load=$!
            for i in 1 2 3 4 5 6 7 8; do
              sleep 0.2; mv log log.$i; kill -{signal} $pid
              for j in $(seq 100); do [ -e log ] && break || sleep 0.1; done
            done
            wait $load; grep -q 'Failed requests: *0$' ab
            [ "$(grep -c . log.1)" -gt 0 ]
            kill -TERM $pid; wait $pid
            [ "$(cat log log.* | grep -c 'GET /index.html HTTP/1.0" 200 100 "-" "ApacheBench')" = 20000 ]
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void A_full_disk_costs_whole_lines_which_are_counted_and_no_answer()
    {
        LabScript.Require("curl", "ip", "ab", "unshare");
        using TemporaryContent content = Site();

        LabScript.Namespace(content, """
            mkdir small
            unshare --mount bash -c 'mount -t tmpfs -o size=256k none "$out/small"
              head -c 180000 /dev/zero >"$out/small/ballast"
              exec "$server" serve "$www" --access-log "$out/small/log"' \
              </dev/null >>"$root/server.log" 2>&1 & pid=$!
            answers
            small=/proc/$pid/root$out/small
            value() { curl -sS http://198.18.0.2:9180/metrics | sed -n "s/^straightwire_$1_total //p"; }
            ab -q -k -c 8 -n 3000 $url/index.html >ab; grep -q 'Failed requests: *0$' ab
            for i in {1..100}; do [ "$(value http_log_records_dropped)" -gt 0 ] && break || sleep 0.1; done
            sleep 0.5; full=$(grep -c . $small/log); dropped=$(value http_log_records_dropped)
            [ "$dropped" -gt 0 ] && [ "$full" -gt 0 ] && [ "$(value http_log_failures)" -gt 0 ]
            rm $small/ballast
            ab -q -k -c 8 -n 500 $url/index.html >ab
            for i in {1..100}; do [ "$(wc -l <$small/log)" -ge $((full + 500)) ] && break || sleep 0.1; done
            whole='^198.18.0.1 - - \[[^]]*\] "(GET|HEAD) [^"]*" [0-9]+ [0-9]+ "-" "[^"]*"$'
            [ "$(grep -c -E "$whole" $small/log)" = "$(wc -l <$small/log)" ]
            curl -sS http://198.18.0.2:9180/metrics >metrics
            asked=$(awk '/^straightwire_http_requests_total/ { n += $2 } END { print n }' metrics)
            [ $(($(wc -l <$small/log) + $(value http_log_records_dropped))) = "$asked" ]
            grep -q 'small/log cannot be written' "$root/server.log"
            kill -TERM $pid; wait $pid
            """).Succeeded();
    }

    [Test]
    [Category("Published")]
    public void A_download_that_is_broken_off_is_told_of_as_far_as_it_came()
    {
        LabScript.Require("curl", "ip", "python3");
        using TemporaryContent content = Site();
        content.Add("huge.bin", 60_000_000);

        LabScript.Namespace(content, """
            serve --set http.logs.json="$out/json" --set http.trustedProxies:0=198.18.0.1/32 \
              --set log.mask4=24 --set http.logs.skip:0=/index.html
            answers
            get() { curl -sS "$@"; }
            get -o whole $url/huge.bin
            get -m 2 --limit-rate 1M -o part $url/huge.bin \
              -H 'X-Forwarded-For: 6.6.6.6, 203.0.113.77' 2>/dev/null || true
            get -o range -r 1000000-1999999 $url/huge.bin
            get -o index $url/index.html
            kill -TERM $pid; wait $pid
            python3 - <<'END'
            import json
            lines = [json.loads(line) for line in open("json") if "/huge.bin" in line]
            facts = sorted((line["status"], line["bytes"], line["acked"]) for line in lines)
            part = next(line for line in lines if line["client"] != "198.18.0.0")
            assert len(facts) == 3 and facts[2] == (206, 1000000, 1000000), facts
            assert (200, 60000000, 60000000) in facts, facts
            assert 0 < part["acked"] < 60000000 and part["client"] == "203.0.113.0", part
            assert part["duration"] > 1000000 and part["rtt"] > 0, part
            assert "index.html" not in open("json").read()
            END
            """).Succeeded();
    }

    [Test]
    public void A_log_that_everybody_would_read_or_that_has_no_place_is_a_fault_of_its_key()
    {
        LabScript.Require("curl");
        using TemporaryContent content = Site();

        ScriptResult result = LabScript.Run(content, [], """
            "$server" serve "$www" --access-log "$www/log" --set http.logs.json="$root/none/log" \
              --set http.logs.skip:0=a/b --set ftp.logs.json="$www/f" --validate
            """);

        Assert.That(result.Status, Is.EqualTo(2));
        string told = result.Output + result.Log;
        Assert.That(told, Does.Contain("http/logs/combined").And.Contain(" is in the content, and "));
        Assert.That(told, Does.Contain("http/logs/json").And.Contain("there is no directory"));
        Assert.That(told, Does.Contain("http/logs/skip/0").And.Contain("a pattern with a slash"));
        Assert.That(told, Does.Contain("ftp/logs/json"));
    }

    private static TemporaryContent Site()
    {
        var content = new TemporaryContent();
        content.Add("index.html", 100);
        content.Add("large.bin", 300_000);
        return content;
    }
}
