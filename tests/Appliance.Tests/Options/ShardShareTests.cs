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

        Assert.That(part, Is.EqualTo(all with
        {
            Connections = 21_846,
            TimeWaitConnections = 10_923,
            HalfOpenConnections = 2731,
            ReceiveBuffers = 86,
            SendSlices = 87_382,
            ExpectedMax = 5462,
            ReceiveBufferSmallCount = 5462,
            ScoreboardCount = 342,
        }));
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
