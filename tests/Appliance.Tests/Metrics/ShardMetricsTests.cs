using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Straightwire.Appliance.Metrics;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Udp;

namespace Straightwire.Appliance.Tests.Metrics;

public sealed partial class ShardMetricsTests
{
    [Test]
    public void Every_counter_is_told_once()
    {
        Check<HandoverCounters>(HandoverMetrics.Write);
        Check<TcpCounters>(TcpMetrics.Write);
        Check<IpCounters>(IpMetrics.Write);
        Check<NeighborCounters>(NeighborMetrics.Write);
        Check<UdpCounters>(UdpMetrics.Write);
        Check<HttpCounters>(HttpMetrics.Write);
        Check<FtpCounters>(FtpMetrics.Write);
    }

    [Test]
    public void Counters_of_several_shards_are_added_up()
    {
        var shards = new TcpCounters[3];
        FieldInfo[] fields = typeof(TcpCounters).GetFields(BindingFlags.Public | BindingFlags.Instance);
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = new TcpCounters();
            foreach (FieldInfo field in fields)
            {
                field.SetValue(shards[i], 1L << (10 * i));
            }
        }
        TcpCounters sum = CounterSum.Of(shards, shard => shard);

        Assert.That(fields.Select(field => field.GetValue(sum)), Is.All.EqualTo(1 + 1024 + 1_048_576L));
    }

    [Test]
    public void Labels_and_help_are_escaped()
    {
        var text = new MetricsText();
        text.Info("info", "a\\b\nc \"d\"", "label", "a\\b\nc \"d\"");

        Assert.That(Encoding.UTF8.GetString(text.Written.Span), Is.EqualTo(
            "# HELP straightwire_info a\\\\b\\nc \"d\"\n# TYPE straightwire_info gauge\n"
            + "straightwire_info{label=\"a\\\\b\\nc \\\"d\\\"\"} 1\n"));
    }

    [Test]
    [Category("Wire")]
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
        Assert.That(values["straightwire_http_requests_total"], Is.EqualTo(1));
        Assert.That(values["straightwire_ftp_downloads_total"], Is.EqualTo(1));
        Assert.That(values["straightwire_ftp_download_bytes_total"], Is.EqualTo(500_000));
        Assert.That(values["straightwire_content_files"], Is.EqualTo(2));
        Assert.That(values["straightwire_content_generation"], Is.EqualTo(1));
        Assert.That(values["straightwire_metrics_requests_total"], Is.EqualTo(2));
        Assert.That(values["straightwire_tcp_segments_received_total"], Is.GreaterThan(10));
        Assert.That(values["straightwire_resident_memory_bytes"], Is.GreaterThan(1 << 20));
        Assert.That(values["straightwire_uptime_seconds"], Is.GreaterThan(0));
        Assert.That(values["straightwire_pool_frames_free"], Is.InRange(1, 32_768));
    }

    private delegate void Writer<T>(MetricsText text, T counters);

    /// <summary>Gives every counter a value of its own, and looks for all of them in the text.</summary>
    private static void Check<T>(Writer<T> write)
        where T : new()
    {
        var counters = new T();
        FieldInfo[] fields = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance);
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i].SetValue(counters, 1000L + i);
        }
        var text = new MetricsText();
        write(text, counters);

        Dictionary<string, double> values = Parse(Encoding.UTF8.GetString(text.Written.Span));
        foreach (FieldInfo field in fields)
        {
            var value = (double)(long)field.GetValue(counters)!;
            string[] names = [.. values.Where(pair => pair.Value == value).Select(pair => pair.Key)];
            string suffix = string.Concat(field.Name.Select(c => char.IsUpper(c) ? $"_{c}" : $"{c}"))
                .ToLowerInvariant() + "_total";
            Assert.That(names, Has.Length.EqualTo(1), $"{typeof(T).Name}.{field.Name} is told once");
            Assert.That(names[0], Does.EndWith(suffix));
        }
        Assert.That(values, Has.Count.EqualTo(fields.Length));
    }

    /// <summary>
    /// Values by name, those of shards with their number behind it, of a text that is as strict as promtool
    /// asks: HELP, TYPE and samples of each name together, each name once, counters ending with _total and
    /// gauges not, numbers that are numbers.
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
            for (; i < lines.Length && !lines[i].StartsWith('#'); i++)
            {
                Match sample = Sample().Match(lines[i]);
                Assert.That(sample.Success, Is.True, lines[i]);
                Assert.That(sample.Groups[1].Value, Is.EqualTo(name));
                values.Add(
                    name + sample.Groups[2].Value,
                    double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture));
            }
            Assert.That(i, Is.GreaterThan(first), name);
        }
        return values;
    }

    [GeneratedRegex(@"^# HELP (straightwire_[a-z0-9_]+) (\S.*\.)$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (straightwire_[a-z0-9_]+) (counter|gauge)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """^(straightwire_[a-z0-9_]+)(?:\{[a-z]+="([^"\\]*)"\})? (-?[0-9.]+(?:E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();
}
