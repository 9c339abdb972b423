using System.Globalization;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests.Wire;

/// <summary>
/// Several shards on a TAP with as many queues: all take connections, and what comes to the wrong one is
/// handed over. The host steers by a hash at first, so that FTP's data connections and metrics begin at
/// any shard.
/// </summary>
[TestFixture]
[Category("Wire")]
public sealed class ShardTests
{
    private const string Metric = """
        metric() {
          curl -sS --fail $url:9180/metrics | awk -v name="straightwire_$1" '
            $1 == name || index($1, name "{") == 1 { sum += $2 }
            END { printf "%d\n", sum }'
        }

        """;

    [TestCase(2)]
    [TestCase(4)]
    [Category("Published")]
    public void All_shards_serve_and_hand_over_what_is_not_theirs(int shards)
    {
        LabScript.Require("curl", "lftp", "wrk");
        using var content = new TemporaryContent();
        FtpLab.Fill(content);
        for (int i = 0; i < 40; i++)
        {
            content.Add($"{i}.bin", 1 + (i * 7001));
        }

        ScriptResult result = FtpLab.Serve(content, Metric + $$"""
            curl -sS --fail --parallel --parallel-max 16 -K '{{content.CurlConfiguration(LabScript.Url)}}'
            sha256sum --quiet -c "$sums"
            wrk -t1 -c64 -d2s $url/1.bin >wrk.txt
            ! grep -E 'Socket errors|Non-2xx' wrk.txt >&2
            lf 'mirror --parallel=4 / mirror'
            diff -r "$www" mirror
            for i in {1..8}; do
              get -P - -o active.bin $ftp/large.bin; cmp active.bin "$www/large.bin"
              get -T active.bin -u $login $ftp/up-$i.bin; cmp active.bin "$www/up-$i.bin"
            done
            for shard in {0..{{shards - 1}}}; do
              [ "$(metric 'tcp_accepted_total{shard="'$shard'"}')" -gt 0 ]
            done
            [ "$(metric shards_dropped_total)" = 0 ]
            metric shards
            metric shards_handed_over_total
            """, "--set", FormattableString.Invariant($"server.shards={shards}"));

        string[] lines = result.Succeeded().Output.Split('\n');
        Assert.That(lines[^2], Is.EqualTo(shards.ToString(CultureInfo.InvariantCulture)));
        Assert.That(long.Parse(lines[^1], CultureInfo.InvariantCulture), Is.GreaterThan(0));
    }

    [Test]
    public void A_reload_under_load_and_the_end_reach_all_shards()
    {
        LabScript.Require("curl", "wrk");
        using var content = new TemporaryContent();
        content.Add("1k.bin", 1024);
        content.Add("large.bin", 20_000_000);

        ScriptResult result = LabScript.Namespace(content, """
            serve --set server.shards=3; answers
            wrk -t1 -c32 -d2s $url/1k.bin >wrk.txt & load=$!
            for i in {1..5}; do echo "$i" >"$www/new.txt"; kill -HUP $pid; sleep 0.3; done
            wait $load
            ! grep -E 'Socket errors|Non-2xx' wrk.txt >&2
            for i in {1..12}; do [ "$(curl -sS --fail $url/new.txt)" = 5 ]; done

            # What has begun is finished, wherever it is; then the program ends well.
            for i in {1..6}; do
              curl -sS --fail --limit-rate 10M -o large-$i.bin $url/large.bin & clients[i]=$!
            done
            for i in {1..6}; do until [ -s large-$i.bin ]; do sleep 0.05; done; done
            kill -TERM $pid
            for i in {1..6}; do wait ${clients[i]}; cmp large-$i.bin "$www/large.bin"; done
            wait $pid
            """);

        result.Succeeded();
        Assert.That(result.Log, Does.Contain("3 shards"));
        Assert.That(result.Log, Does.Not.Contain("cut off"));
    }
}
