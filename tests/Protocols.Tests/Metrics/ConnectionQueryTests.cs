using System.Text;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Metrics;

public sealed class ConnectionQueryTests
{
    [TestCase("", "Established", "198.18.0.1", 80, true)]
    [TestCase("", "CloseWait", "198.18.0.1", 80, true)]
    [TestCase("", "TimeWait", "198.18.0.1", 80, false)]
    [TestCase("?", "Established", "198.18.0.1", 80, true)]
    [TestCase("?&&", "Established", "198.18.0.1", 80, true)]
    [TestCase("?state=all", "TimeWait", "198.18.0.1", 80, true)]
    [TestCase("?state=fin-wait-1,time-wait", "TimeWait", "198.18.0.1", 80, true)]
    [TestCase("?state=fin-wait-1,time-wait", "FinWait1", "198.18.0.1", 80, true)]
    [TestCase("?state=fin-wait-1,time-wait", "Established", "198.18.0.1", 80, false)]
    [TestCase("?state=fin-wait-1%2Ctime-wait", "FinWait1", "198.18.0.1", 80, true)]
    [TestCase("?peer=198.18.0.1", "Established", "198.18.0.1", 80, true)]
    [TestCase("?peer=198.18.0.1", "Established", "198.18.0.2", 80, false)]
    [TestCase("?peer=198.18.0.0/24", "Established", "198.18.0.77", 80, true)]
    [TestCase("?peer=198.18.0.0%2f24", "Established", "198.18.1.77", 80, false)]
    [TestCase("?peer=0.0.0.0/0", "Established", "198.18.1.77", 80, true)]
    [TestCase("?port=80", "Established", "198.18.0.1", 80, true)]
    [TestCase("?port=80", "Established", "198.18.0.1", 9180, false)]
    [TestCase("?port=80&peer=198.18.0.1&state=established", "Established", "198.18.0.1", 80, true)]
    [TestCase("?port=80&peer=198.18.0.1&state=established", "Established", "198.18.0.1", 81, false)]
    public void A_connection_is_asked_for_by_state_peer_and_port(
        string query, string state, string peer, int port, bool matches)
    {
        ConnectionQuery? parsed = Parse(query, out string fault);

        Assert.That((parsed is null, fault), Is.EqualTo((false, "")));
        FlowKey flow = new(new Ipv4Address(0xC612_0002), (ushort)port, IpAddress.Parse(peer), 40_000);
        Assert.That(parsed!.Matches(flow, Enum.Parse<TcpState>(state)), Is.EqualTo(matches));
    }

    [TestCase("", false, 1000, false)]
    [TestCase("", true, 1000, true)]
    [TestCase("?format=text", true, 1000, false)]
    [TestCase("?format=json&limit=7", false, 7, true)]
    [TestCase("?limit=100000", false, 100_000, false)]
    public void How_many_and_in_what_form_is_asked_for_too(
        string query, bool prefersJson, int limit, bool isJson)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(query);
        ConnectionQuery parsed = ConnectionQuery.TryParse(bytes, prefersJson, out _)!;

        Assert.That((parsed.Limit, parsed.IsJson), Is.EqualTo((limit, isJson)));
    }

    [TestCase("?limit=0", "limit is a number from 1 to 100000: '0'.")]
    [TestCase("?limit=100001", "limit is a number from 1 to 100000: '100001'.")]
    [TestCase("?limit=-1", "limit is a number from 1 to 100000: '-1'.")]
    [TestCase("?limit=99999999999999999999", "limit is a number from 1 to 100000: '99999999999999999999'.")]
    [TestCase("?limit", "limit is a number from 1 to 100000: ''.")]
    [TestCase("?port=65536", "port is a number from 0 to 65535: '65536'.")]
    [TestCase("?port=http", "port is a number from 0 to 65535: 'http'.")]
    [TestCase("?peer=198.18.0", "peer is an address or a network, like 198.18.0.0/24: '198.18.0'.")]
    [TestCase("?peer=198.18.0.0/33", "peer is an address or a network, like 198.18.0.0/24: '198.18.0.0/33'.")]
    [TestCase("?format=xml", "format is text or json: 'xml'.")]
    [TestCase("?format=JSON", "format is text or json: 'JSON'.")]
    [TestCase(
        "?state=listen",
        "state is all, or of syn-sent, syn-received, established, fin-wait-1, fin-wait-2, close-wait, "
        + "closing, last-ack, time-wait: 'listen'.")]
    [TestCase("?port=80&port=81", "port is given twice.")]
    [TestCase(
        "?sport=80",
        "'sport' is nothing to ask for; these are: state=NAME[,NAME...], peer=ADDRESS[/LENGTH], port=NUMBER, "
        + "limit=NUMBER, format=text or json.")]
    [TestCase("?format=%1b[2J%00%0d%0aX:1", "format is text or json: '?[2J???X:1'.")]
    public void What_is_wrong_is_told_with_what_is_right(string query, string fault)
    {
        Assert.That(Parse(query, out string told), Is.Null);
        Assert.That(told, Is.EqualTo(fault));
    }

    private static ConnectionQuery? Parse(string query, out string fault) =>
        ConnectionQuery.TryParse(Encoding.ASCII.GetBytes(query), false, out fault);
}
