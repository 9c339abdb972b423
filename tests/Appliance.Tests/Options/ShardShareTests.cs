using Straightwire.Appliance.Options;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Tests.Options;

public sealed class ShardShareTests
{
    [Test]
    public void Memory_and_rates_are_divided_and_what_is_of_one_connection_or_peer_is_not()
    {
        TcpLimits all = new TcpLimits { ResetsPerSecond = 0 }.Settled();

        var part = ShardShare.Of(all, 3);

        Assert.Multiple(() =>
        {
            Assert.That(part.Connections, Is.EqualTo(21_846));
            Assert.That(part.TimeWaitConnections, Is.EqualTo(10_923));
            Assert.That(part.HalfOpenConnections, Is.EqualTo(2731));
            Assert.That(part.ReceiveBuffers, Is.EqualTo(342));
            Assert.That(part.SendSlices, Is.EqualTo(87_382));
            Assert.That(part.ExpectedMax, Is.EqualTo(5462), "no key");
            Assert.That(part.ScoreboardCount, Is.EqualTo(342), "no key");
            Assert.That(part.ResetsPerSecond, Is.Zero);
            Assert.That(part.SendSlicesPerConnection, Is.EqualTo(all.SendSlicesPerConnection));
            Assert.That(part.UserTimeout, Is.EqualTo(all.UserTimeout));
            Assert.That(part.Peer, Is.EqualTo(all.Peer));
        });
    }

    [Test]
    public void A_part_is_not_less_than_one_shard_needs_where_there_is_as_much()
    {
        var tcp = ShardShare.Of(new TcpLimits { Connections = 20, SendSlices = 1024 }.Settled(), 8);

        Assert.That(tcp.Connections, Is.EqualTo(16));
        Assert.That(tcp.SendSlices, Is.EqualTo(512), "one connection's");
        Assert.That(ShardShare.Of(new IpOptions { Reassemblies = 20 }, 8).Reassemblies, Is.EqualTo(8));
        Assert.That(ShardShare.Of(new IpOptions { Reassemblies = 4 }, 8).Reassemblies, Is.EqualTo(4));
    }
}
