using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Tests.Tcp;

public sealed class TcpLimitsTests
{
    [Test]
    public void What_follows_another_limit_is_settled_by_it_unless_it_is_said()
    {
        TcpLimits limits = new TcpLimits { Connections = 1000, HalfOpenConnections = 7 }.Settled();

        Assert.Multiple(() =>
        {
            Assert.That(limits.TimeWaitConnections, Is.EqualTo(500));
            Assert.That(limits.HalfOpenConnections, Is.EqualTo(7));
            Assert.That(limits.Peer.Connections, Is.EqualTo(250));
            Assert.That(limits.Settled(), Is.EqualTo(limits));
        });
    }

    [Test]
    public void What_is_part_of_another_limit_is_not_more_than_that()
    {
        TcpLimits limits = new TcpLimits { SendSlices = 64, RtoInitial = Duration.Parse("100ms") }.Settled();

        Assert.Multiple(() =>
        {
            Assert.That(limits.SendSlicesPerConnection, Is.EqualTo(64));
            Assert.That(limits.RtoMin, Is.EqualTo(Duration.Parse("100ms")));
        });
    }
}
