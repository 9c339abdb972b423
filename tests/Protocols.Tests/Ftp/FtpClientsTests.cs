using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Ftp;

/// <summary>Who counts as one client.</summary>
public sealed class FtpClientsTests
{
    [TestCase(32, FtpEntry.Welcome)]
    [TestCase(24, FtpEntry.TooManyOfPeer)]
    public void The_addresses_of_a_peers_network_count_together(int prefixLength, FtpEntry third)
    {
        FtpClients clients = new(new FtpOptions { ClientsPerPeer = 2, PeerPrefixLength = prefixLength });
        Assert.That(clients.TryEnter(new Ipv4Address(0xC612_0001)), Is.EqualTo(FtpEntry.Welcome));
        Assert.That(clients.TryEnter(new Ipv4Address(0xC612_0002)), Is.EqualTo(FtpEntry.Welcome));
        Assert.That(clients.TryEnter(new Ipv4Address(0xC612_0003)), Is.EqualTo(third));
        Assert.That(clients.TryEnter(new Ipv4Address(0xC612_0101)), Is.EqualTo(FtpEntry.Welcome));
        clients.Leave(new Ipv4Address(0xC612_0001));
        Assert.That(clients.TryEnter(new Ipv4Address(0xC612_0004)), Is.EqualTo(FtpEntry.Welcome));
    }
}
