using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Http.Request;

public sealed class ForwardedForTests
{
    private static readonly IpPrefix[] Proxies =
        [IpPrefix.Parse("198.18.0.0/24"), IpPrefix.Parse("10.0.0.1/32")];

    [TestCase("198.18.0.9", "", "198.18.0.9", TestName = "nothing is told")]
    [TestCase("192.0.2.1", "X-Forwarded-For: 1.2.3.4", "192.0.2.1", TestName = "a stranger tells")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4", "1.2.3.4", TestName = "a proxy tells")]
    [TestCase("198.18.0.9", "x-forwarded-for:1.2.3.4", "1.2.3.4", TestName = "in small letters")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 6.6.6.6, 1.2.3.4", "1.2.3.4", TestName = "the last one counts")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4, 10.0.0.1", "1.2.3.4",
        TestName = "through two proxies")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 10.0.0.1,198.18.0.7", "10.0.0.1", TestName = "only proxies")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 6.6.6.6\r\nA: b\r\nX-Forwarded-For: 1.2.3.4", "1.2.3.4",
        TestName = "the last line counts")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 10.0.0.1", "1.2.3.4",
        TestName = "lines are one list")]
    [TestCase("198.18.0.9", "X-Forwarded-For: , ,1.2.3.4 , ,", "1.2.3.4", TestName = "empty members")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4:5678", "1.2.3.4", TestName = "with a port")]
    [TestCase("198.18.0.9", "X-Forwarded-For: [2001:db8::5]:44", "2001:db8::5",
        TestName = "IPv6 with a port")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 2001:db8::5", "2001:db8::5", TestName = "IPv6")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4, unknown", "198.18.0.9", TestName = "a word ends it")]
    [TestCase("198.18.0.9", "X-Forwarded-For: 1.2.3.4, [, 10.0.0.1", "10.0.0.1", TestName = "a broken one")]
    [TestCase("198.18.0.9", "X-Forwarded-For: a, b", "198.18.0.9", TestName = "no address at all")]
    [TestCase("198.18.0.9", "X-Forwarded-Foo: 1.2.3.4", "198.18.0.9", TestName = "another field")]
    public void The_client_is_the_last_one_that_no_trusted_proxy_is(
        string peer, string fields, string client) =>
        Assert.That(ClientOf(peer, fields).ToString(), Is.EqualTo(client));

    [Test]
    public void A_forged_list_of_trusted_proxies_is_not_followed_to_its_begin()
    {
        string forged = "X-Forwarded-For: 1.2.3.4" + string.Concat(Enumerable.Repeat(",10.0.0.1", 800));

        Assert.That(ClientOf("198.18.0.9", forged).ToString(), Is.EqualTo("10.0.0.1"));
    }

    private static IpAddress ClientOf(string peer, string fields)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            "GET / HTTP/1.1\r\nHost: a\r\n" + fields + (fields.Length > 0 ? "\r\n" : "") + "\r\n");
        RequestFault fault = Http1Parser.Parse(bytes, new HttpOptions(), out RequestHead head);
        Assert.That(fault, Is.EqualTo(RequestFault.None));
        return ForwardedFor.ClientOf(IpAddress.Parse(peer), head.Request, Proxies);
    }
}
