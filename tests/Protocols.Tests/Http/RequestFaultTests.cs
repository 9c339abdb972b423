using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>
/// What refusals declare: a status that is sent, what is wrong, and what they are counted by.
/// </summary>
internal sealed class RequestFaultTests
{
    private static readonly RequestFault[] Refusals =
        [.. Enum.GetValues<RequestFault>().Where(fault => fault > RequestFault.Incomplete)];

    [TestCaseSource(nameof(Refusals))]
    public void A_refusal_has_a_status_that_is_sent_and_a_text(RequestFault refusal)
    {
        CounterSet counters = RequestFaults.Counters();
        string reason = counters.Values[(int)refusal]!;

        Assert.That(refusal.Status(), Is.InRange(400, 505));
        Assert.That(Encoding.ASCII.GetString(StatusCodes.Phrase(refusal.Status())), Is.Not.Empty);
        Assert.That(reason, Does.Match("^[a-z]+(_[a-z]+)*$"));
        Assert.That(counters.Legend, Does.Contain($"{reason}: {refusal.Status()}, "));
    }

    [Test]
    public void A_refusal_is_counted_by_its_name_and_its_status()
    {
        var site = new TestSite();
        var connection = new TestConnection(site);
        connection.Send("GET /missing HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Send("BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
        connection.Send("GET / HTTP/1.1\nHost: a\n\n");

        HttpCounters counters = site.Service.Counters;
        Assert.That(
            Told(counters.Refusals),
            Is.EqualTo(new[] { "bare_line_feed 1", "method_unknown 1", "not_found 1" }));
        Assert.That(Told(counters.Requests), Is.EqualTo(new[] { "400 1", "404 1", "501 1" }));
        Assert.That(
            counters.Refusals.Legend, Does.Contain("bad_chunk: 400, broken chunk framing (RFC 9112 §7.1);"));
    }

    private static IEnumerable<string> Told(CounterSet counters) =>
        from place in Enumerable.Range(0, counters.Values.Count)
        where counters[place] > 0
        select $"{counters.Values[place]} {counters[place]}";
}
