using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Straightwire.Appliance.Metrics;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Udp;

namespace Straightwire.Appliance.Tests.Hosting;

public sealed partial class ShardMetricsTests
{
    [Test]
    public void Every_counter_is_told_once()
    {
        Check<ShardCounters>("link");
        Check<HandoverCounters>("shards");
        Check<NeighborCounters>("arp");
        Check<IpCounters>("ip");
        Check<UdpCounters>("udp");
        Check<TcpCounters>("tcp");
        Check<HttpCounters>("http");
        Check<FtpCounters>("ftp");
        Check<MetricsCounters>("metrics");
    }

    [Test]
    public void Counters_of_several_shards_are_added_up_or_told_apart()
    {
        var shards = new SomeCounters[3];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = new SomeCounters { BadChecksum = 1L << (10 * i), Accepted = i };
            shards[i].Answers[0] = 7;
            shards[i].Answers[2] = 5 * i;
            shards[i].WaitSeconds.Observe(1_000 * i);
        }
        var text = new MetricsText();
        CounterTable.Of("tcp", shards).Write(text);

        Assert.That(Encoding.UTF8.GetString(text.Written.Span), Is.EqualTo("""
            # HELP straightwire_tcp_bad_checksum_total Wrong checksums.
            # TYPE straightwire_tcp_bad_checksum_total counter
            straightwire_tcp_bad_checksum_total 1049601
            # HELP straightwire_checksums_total Until the next minor version: tcp_bad_checksum_total.
            # TYPE straightwire_checksums_total counter
            straightwire_checksums_total 1049601
            # HELP straightwire_tcp_accepted_total Connections.
            # TYPE straightwire_tcp_accepted_total counter
            straightwire_tcp_accepted_total{shard="0"} 0
            straightwire_tcp_accepted_total{shard="1"} 1
            straightwire_tcp_accepted_total{shard="2"} 2
            # HELP straightwire_tcp_answers_total Answers. no: it is not so.
            # TYPE straightwire_tcp_answers_total counter
            straightwire_tcp_answers_total{kind="yes"} 21
            straightwire_tcp_answers_total{kind="no"} 15
            # HELP straightwire_tcp_wait_seconds Waits.
            # TYPE straightwire_tcp_wait_seconds histogram
            straightwire_tcp_wait_seconds_bucket{le="0.5"} 1
            straightwire_tcp_wait_seconds_bucket{le="1"} 2
            straightwire_tcp_wait_seconds_bucket{le="+Inf"} 3
            straightwire_tcp_wait_seconds_sum 3
            straightwire_tcp_wait_seconds_count 3

            """));
    }

    [Test]
    public void Labels_and_help_are_escaped()
    {
        var text = new MetricsText();
        text.Info("info", "a\\b\nc \"d\"", ("label", "a\\b\nc \"d\""), ("other", "e"));

        Assert.That(Encoding.UTF8.GetString(text.Written.Span), Is.EqualTo(
            "# HELP straightwire_info a\\\\b\\nc \"d\"\n# TYPE straightwire_info gauge\n"
            + "straightwire_info{label=\"a\\\\b\\nc \\\"d\\\"\",other=\"e\"} 1\n"));
    }

    [Test]
    [Category("Wire")]
    [Category("Published")]
    public void A_running_server_tells_its_metrics_in_the_format_of_prometheus()
    {
        LabScript.Require("curl");
        using var content = new TemporaryContent();
        content.Add("a.bin", 1000);
        content.Add("b.bin", 500_000);

        ScriptResult result = LabScript.Serve(content, """
            curl -sS --fail -o a $url/a.bin
            curl -sS --fail -o b ftp://198.18.0.2/b.bin
            curl -sS --fail $url:9180/healthz >&2
            curl -sS --fail $url:9180/readyz >&2
            curl -sS --fail $url:9180/metrics
            """);

        Dictionary<string, double> values = Parse(result.Succeeded().Output + "\n");
        Assert.That(values["straightwire_http_requests_total{code=\"200\"}"], Is.EqualTo(1));
        Assert.That(values["straightwire_http_requests_total{code=\"404\"}"], Is.Zero);
        Assert.That(values["straightwire_http_refusals_total{reason=\"bad_chunk\"}"], Is.Zero);
        Assert.That(values["straightwire_ftp_downloads_total"], Is.EqualTo(1));
        Assert.That(values["straightwire_ftp_download_bytes_total"], Is.EqualTo(500_000));
        Assert.That(values["straightwire_content_files"], Is.EqualTo(2));
        Assert.That(values["straightwire_content_generation"], Is.EqualTo(1));
        Assert.That(values["straightwire_metrics_requests_total{code=\"200\"}"], Is.EqualTo(2));
        Assert.That(values["straightwire_tcp_segments_received_total"], Is.GreaterThan(10));
        Assert.That(values["process_resident_memory_bytes"], Is.GreaterThan(1 << 20));
        Assert.That(values["process_cpu_seconds_total"], Is.GreaterThan(0));
        double now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        Assert.That(values["process_start_time_seconds"], Is.InRange(now - 600, now));
        Assert.That(values["process_open_fds"], Is.InRange(5, values["process_max_fds"]));
        Assert.That(values["straightwire_pool_frames_free"], Is.InRange(1, 32_768));
    }

    [Test]
    [Category("Wire")]
    [Category("Published")]
    public void Promtool_has_nothing_to_say()
    {
        LabScript.Require("curl", "promtool");
        using var content = new TemporaryContent();
        content.Add("a.bin", 1000);

        ScriptResult result = LabScript.Serve(content, """
            curl -sS --fail -o a $url/a.bin
            curl -sS --fail $url:9180/metrics | promtool check metrics 2>&1
            """);

        Assert.That(result.Succeeded().Output, Is.Empty);
    }

    /// <summary>Gives every counter a value of its own, and looks for all of them in the text.</summary>
    private static void Check<T>(string prefix)
        where T : class, new()
    {
        var counters = new T();
        FieldInfo[] fields = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance);
        var told = new Dictionary<string, double>();
        foreach (FieldInfo field in fields)
        {
            string name = $"straightwire_{prefix}_{Snake(field.Name)}_total";
            if (field.GetValue(counters) is CounterSet set)
            {
                for (int place = 0; place < set.Values.Count; place++)
                {
                    set[place] = 1000 + told.Count;
                    if (set.Values[place] is { } value)
                    {
                        told.Add($"{name}{{{set.Label}=\"{value}\"}}", set[place]);
                    }
                }
                continue;
            }
            if (field.GetValue(counters) is CounterHistogram histogram)
            {
                Fill(histogram, $"straightwire_{prefix}_{Snake(field.Name)}", told);
                continue;
            }
            field.SetValue(counters, 1000L + told.Count);
            CounterAttribute counter = field.GetCustomAttribute<CounterAttribute>()!;
            if (counter.Formerly is { } formerly)
            {
                told.Add($"straightwire_{formerly}_total", 1000 + told.Count);
            }
            told.Add(counter.PerShard ? name + "{shard=\"0\"}" : name, (long)field.GetValue(counters)!);
        }
        var text = new MetricsText();
        CounterTable.Of(prefix, [counters]).Write(text);

        Assert.That(Parse(Encoding.UTF8.GetString(text.Written.Span)), Is.EquivalentTo(told));
    }

    /// <summary>Gives each place of a histogram a value.</summary>
    private static void Fill(CounterHistogram histogram, string name, Dictionary<string, double> told)
    {
        int count = 0;
        double unit = histogram.Unit;
        foreach (long bound in histogram.Bounds)
        {
            histogram.Observe(bound);
            string text = (bound / unit).ToString(CultureInfo.InvariantCulture);
            told.Add($"{name}_bucket{{le=\"{text}\"}}", ++count);
        }
        told.Add($"{name}_bucket{{le=\"+Inf\"}}", count);
        told.Add($"{name}_sum", histogram.Sum / unit);
        told.Add($"{name}_count", count);
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{c}" : $"{c}")).ToLowerInvariant();

    private sealed class SomeCounters
    {
        [Counter("Wrong checksums.", Formerly = "checksums")]
        public long BadChecksum;

        [Counter("Connections.", PerShard = true)]
        public long Accepted;

        [Counter("Answers.")]
        public readonly CounterSet Answers = new("kind", ["yes", null, "no"], "no: it is not so.");

        [Counter("Waits.")]
        public readonly CounterHistogram WaitSeconds = new(1_000, 500, 1_000);
    }

    /// <summary>
    /// Values by name and labels, of a text that is as strict as promtool asks: HELP, TYPE and samples of
    /// each name together, each name once, counters ending with _total and gauges not, numbers that are
    /// numbers.
    /// </summary>
    private static Dictionary<string, double> Parse(string text)
    {
        var values = new Dictionary<string, double>();
        Assert.That(text, Does.EndWith("\n"));
        string[] lines = text[..^1].Split('\n');
        for (int i = 0; i < lines.Length;)
        {
            Match help = Help().Match(lines[i]);
            Match type = Type().Match(lines[i + 1]);
            string name = help.Groups[1].Value;
            Assert.That((help.Success, type.Success), Is.EqualTo((true, true)), lines[i]);
            Assert.That(type.Groups[1].Value, Is.EqualTo(name));
            bool isCounter = type.Groups[2].Value == "counter";
            Assert.That(name.EndsWith("_total", StringComparison.Ordinal), Is.EqualTo(isCounter), name);
            i += 2;
            int first = i;
            bool isHistogram = type.Groups[2].Value == "histogram";
            for (; i < lines.Length && !lines[i].StartsWith('#'); i++)
            {
                Match sample = Sample().Match(lines[i]);
                Assert.That(sample.Success, Is.True, lines[i]);
                string sampled = sample.Groups[1].Value;
                Assert.That(isHistogram ? SeriesOf().Replace(sampled, "") : sampled, Is.EqualTo(name));
                values.Add(
                    sampled + sample.Groups[2].Value,
                    double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture));
            }
            Assert.That(i, Is.GreaterThan(first), name);
        }
        return values;
    }

    [GeneratedRegex(@"^# HELP ((?:straightwire|process)_[a-z0-9_]+) (\S.*\.)$")]
    private static partial Regex Help();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex SeriesOf();

    [GeneratedRegex("^# TYPE ((?:straightwire|process)_[a-z0-9_]+) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """^((?:straightwire|process)_[a-z0-9_]+)(\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? """
        + "(-?[0-9.]+(?:E[+-]?[0-9]+)?)$")]
    private static partial Regex Sample();
}
