using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Wire;

public class ServicePortTests
{
    private static readonly ServicePort[] Ports =
    [
        new(IpProtocol.Udp, new(53, 53)),
        new(IpProtocol.Tcp, new(80, 80)),
        new(IpProtocol.Tcp, new(50_000, 50_999)),
    ];

    [TestCase(IpProtocol.Tcp, 50_000, true)]
    [TestCase(IpProtocol.Tcp, 50_999, true)]
    [TestCase(IpProtocol.Tcp, 51_000, false)]
    [TestCase(IpProtocol.Tcp, 53, false)]
    [TestCase(IpProtocol.Udp, 53, true)]
    [TestCase(IpProtocol.Udp, 80, false)]
    public void A_port_is_of_its_protocol_alone(byte protocol, int port, bool expected) =>
        Assert.That(Ports.Any(each => each.Contains(protocol, (ushort)port)), Is.EqualTo(expected));

    [Test]
    public void The_ports_of_a_protocol_keep_their_order_and_TCP_is_the_first()
    {
        Assert.That(
            ServicePort.Of(IpProtocol.Tcp, Ports),
            Is.EqualTo(new PortSpan[] { new(80, 80), new(50_000, 50_999) }));
        Assert.That(ServicePort.ProtocolsOf(Ports), Is.EqualTo(new[] { IpProtocol.Tcp, IpProtocol.Udp }));
        Assert.That(ServicePort.Of(IpProtocol.Icmp, Ports), Is.Empty);
    }
}
