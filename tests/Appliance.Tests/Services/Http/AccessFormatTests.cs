using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Straightwire.Appliance.Logs;
using Straightwire.Appliance.Services.Http;
using Straightwire.Appliance.Tests.Text;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Services.Http;

/// <summary>Lines of all three formats, of whatever a stranger writes.</summary>
public sealed partial class AccessFormatTests
{
    private const string Get = "GET /a%20b?c=d HTTP/1.1";

    // Every octet, the ends of what UTF-8 can be, and what is shown as something else.
    private static readonly byte[][] Awkward =
    [
        .. Enumerable.Range(0, 256).Select(value => (byte[])[(byte)'a', (byte)value, (byte)'z']),
        .. ((string[])[
            "\u0085\u009b\u009f", "\u2028\u2029", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
            "\u200e\u200f\u061c", "\ufeff\u00ad", "gr\u00fcn/\u65e5\u672c \U0001F600", "\U000E0041\U000E007F",
            "\"\\\"\\\\x22", "\r\n198.18.0.9 - - [", "\u001b[2J\u0007",
        ]).Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80], [0xFF, 0xFE, 0xC3],
    ];

    [Test]
    public void Common_and_combined_have_the_fields_of_apache()
    {
        Assert.That(Line(new AccessText(isCombined: false, port: null), Get), Is.EqualTo(
            "198.18.0.1 - - [02/Nov/2026:05:20:03 +0000] \"GET /a%20b?c=d HTTP/1.1\" 200 12345\n"));
        Assert.That(Line(new AccessText(isCombined: true, port: null), Get, "http://r/", "x y"), Is.EqualTo(
            "198.18.0.1 - - [02/Nov/2026:05:20:03 +0000] \"GET /a%20b?c=d HTTP/1.1\" 200 12345 "
            + "\"http://r/\" \"x y\"\n"));
        string none = Line(new AccessText(isCombined: true, port: 8080), "", host: "", status: 408, bytes: 0);
        Assert.That(none, Is.EqualTo(
            "-:8080 198.18.0.1 - - [02/Nov/2026:05:20:03 +0000] \"-\" 408 - \"-\" \"-\"\n"));
    }

    [TestCase("example.org", "example.org:80 ")]
    [TestCase("example.org:8080", "example.org:80 ")]
    [TestCase("[2001:db8::1]", "[2001:db8::1]:80 ")]
    [TestCase("[2001:db8::1]:443", "[2001:db8::1]:80 ")]
    public void The_host_stands_before_a_line_without_the_port_of_its_asker(string host, string begin) =>
        Assert.That(Line(new AccessText(false, port: 80), Get, host: host), Does.StartWith(begin));

    [Test]
    public void The_name_of_a_user_is_one_field() => Assert.That(
        Line(new AccessText(isCombined: false, port: null), Get, user: "a b\"c"),
        Does.Contain(" - a\\x20b\\x22c ["));

    [Test]
    public void What_was_acknowledged_is_what_common_tells() => Assert.That(
        Line(new AccessText(false, port: null), Get, acknowledged: 77), Does.EndWith(" 200 77\n"));

    [Test]
    public void A_line_of_combined_is_printable_ascii_and_has_its_fields_whatever_is_in_them()
    {
        var format = new AccessText(isCombined: true, port: null);
        foreach (byte[] text in Awkward)
        {
            string name = Convert.ToHexString(text);
            byte[] request = [.. "GET /"u8, .. text, .. " HTTP/1.1"u8];
            string line = Line(format, request, text, text);

            Assert.That(line.TrimEnd('\n'), Has.Length.EqualTo(line.Length - 1), name);
            Assert.That(line[..^1].All(c => c is >= ' ' and <= '~'), Is.True, name);
            Match fields = Combined().Match(line);
            Assert.That(fields.Success, Is.True, line);
            Assert.That(Bytes(fields.Groups[1].Value), Is.EqualTo(request));
            Assert.That(Bytes(fields.Groups[2].Value), Is.EqualTo(text));
            Assert.That(Bytes(fields.Groups[3].Value), Is.EqualTo(text));
        }
    }

    [Test]
    public void A_line_of_json_has_every_fact()
    {
        Assert.That(Line(new AccessJson(), Get, "r", "u", acknowledged: 99), Is.EqualTo("""
            {"ts":"2026-11-02T05:20:03.123456Z","client":"198.18.0.1","peer":"198.18.0.2","port":40000,
            "host":"a","method":"GET","target":"/a%20b?c=d","protocol":"HTTP/1.1","status":200,"bytes":12345,
            "acked":99,"duration":2600000,"rtt":null,"referer":"r","userAgent":"u","connection":268436161}
            """.ReplaceLineEndings("") + "\n"));
        Assert.That(Line(new AccessJson(), "", host: "", user: "ann"), Does.Contain("""
            "port":40000,"user":"ann","host":null,"method":null,"target":null,"protocol":null,"status":200
            """).And.Contain("\"acked\":null,").And.Contain("\"referer\":null,\"userAgent\":null,"));
    }

    [Test]
    public void A_line_of_json_gives_any_text_back_and_shows_nothing_else()
    {
        foreach (byte[] text in Awkward)
        {
            string line = Line(new AccessJson(), [.. "GET /"u8, .. text, .. " HTTP/1.1"u8], text, text);

            Assert.That(line.Count(char.IsControl), Is.EqualTo(1), "the end of the line");
            Assert.That(PrintableTextTests.Raw(line), Is.Empty, line);
            JsonElement json = JsonDocument.Parse(line).RootElement;
            string expected = Encoding.UTF8.GetString(text);
            Assert.That(json.GetProperty("target").GetString(), Is.EqualTo("/" + expected));
            Assert.That(json.GetProperty("referer").GetString(), Is.EqualTo(expected));
            Assert.That(json.GetProperty("userAgent").GetString(), Is.EqualTo(expected));
        }
    }

    [Test]
    public void The_longest_text_fits_in_a_line_of_each_format()
    {
        byte[] text = new byte[65_536];
        text.AsSpan().Fill(1);

        Assert.That(Line(new AccessText(true, 80), text, text, text), Has.Length.GreaterThan(3 * 4 * 65_536));
        Assert.That(Line(new AccessJson(), text, text, text), Has.Length.GreaterThan(2 * 6 * 65_536));
    }

    [Test]
    public void A_client_of_ipv6_stands_without_brackets() => Assert.That(
        Line(new AccessText(false, port: null), Get, client: new IpAddress(0x2001_0db8_0000_0000, 5)),
        Does.StartWith("2001:db8::5 - - ["));

    private static byte[] Bytes(string field) => Encoding.Latin1.GetBytes(
        Escape().Replace(field, m => $"{(char)Convert.ToByte(m.Groups[1].Value, 16)}"));

    private static string Line(
        IRecordFormat<HttpRecord> format,
        string request,
        string referer = "",
        string userAgent = "",
        string host = "a",
        string user = "",
        int status = 200,
        long bytes = 12_345,
        long acknowledged = -1,
        IpAddress? client = null)
    {
        HttpRecord record = Record(status, bytes, acknowledged);
        record.Client = client ?? record.Client;
        record.RequestLine = Encoding.Latin1.GetBytes(request);
        record.Referer = Encoding.Latin1.GetBytes(referer);
        record.UserAgent = Encoding.Latin1.GetBytes(userAgent);
        record.Host = Encoding.Latin1.GetBytes(host);
        record.User = Encoding.Latin1.GetBytes(user);
        return Line(format, in record);
    }

    private static string Line(
        IRecordFormat<HttpRecord> format, byte[] request, byte[] referer, byte[] userAgent)
    {
        HttpRecord record = Record(200, 12_345, -1);
        record.RequestLine = request;
        record.Referer = referer;
        record.UserAgent = userAgent;
        return Line(format, in record);
    }

    private static HttpRecord Record(int status, long bytes, long acknowledged)
    {
        HttpRecord record = default;
        record.UnixNanoseconds = 1_793_596_803_123_456_789;
        record.Client = new Ipv4Address(0xC612_0001);
        record.Peer = new Ipv4Address(0xC612_0002);
        record.PeerPort = 40_000;
        record.Connection = new StreamId(11, 1);
        record.Shard = 1;
        record.Status = status;
        record.Bytes = bytes;
        record.AcknowledgedBytes = acknowledged;
        record.Duration = Duration.OfMilliseconds(2_600);
        return record;
    }

    private static string Line(IRecordFormat<HttpRecord> format, scoped in HttpRecord record)
    {
        var written = new ArrayBufferWriter<byte>();
        Assert.That(format.Has(in record), Is.True);
        format.Write(in record, written);
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    [GeneratedRegex("""^198\.18\.0\.1 - - \[[^]]+\] "([^"]*)" 200 12345 "([^"]*)" "([^"]*)"\n$""")]
    private static partial Regex Combined();

    [GeneratedRegex("""\\x([0-9A-F]{2})""")]
    private static partial Regex Escape();
}
