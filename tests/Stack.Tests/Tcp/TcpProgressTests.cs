using Straightwire.Stack.Tcp;
using Straightwire.Stack.Tests.Tcp.Scripts;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>What a session can know of what has become of what it sent.</summary>
public sealed class TcpProgressTests
{
    private const string TwoSlices = """
        established
        write content 1000
        > P. 1:1001(1000) ack 1
        write 500
        > P. 1001:1501(500) ack 1
        """;

    [TestCase(true, 1)]
    [TestCase(false, 0)]
    public void Who_asks_for_it_is_called_when_a_slice_is_acknowledged_behind_which_others_wait(
        bool asks, int calls)
    {
        ScriptHost host = TcpScript.Run(TwoSlices);
        if (asks)
        {
            host.Session!.Actions.Enqueue((ref output, _) => output.WaitForAcknowledgement());
        }
        TcpScript.Run(host, """
            notify
            +0.01 < . 1:1(0) ack 901
            """);
        Assert.That(host.Session!.Writable, Is.Zero, "there is more of that slice");

        TcpScript.Run(host, "+0.01 < . 1:1(0) ack 1001");

        Assert.That(host.Session.Writable, Is.EqualTo(calls));
        Assert.That(host.Network.ProgressOf(host.Session.Id).AcknowledgedBytes, Is.EqualTo(1000));
        Assert.That(host.Network.ProgressOf(host.Session.Id).RoundTrip.Milliseconds, Is.Positive);
    }

    [Test]
    public void Within_the_end_of_a_connection_what_was_acknowledged_is_known()
    {
        ScriptHost host = TcpScript.Run(TwoSlices);
        StreamProgress? atEnd = null;
        host.Session!.AtEnd = () => atEnd = host.Network.ProgressOf(host.Session.Id);

        TcpScript.Run(host, """
            +0.01 < . 1:1(0) ack 901
            < R. 1:1(0) ack 901
            ended ResetByPeer
            """);

        Assert.That(atEnd!.Value.AcknowledgedBytes, Is.EqualTo(900));
        Assert.That(host.Network.ProgressOf(host.Session.Id), Is.EqualTo(default(StreamProgress)), "gone");
    }
}
