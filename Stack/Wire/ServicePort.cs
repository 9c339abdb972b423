namespace Straightwire.Stack.Wire;

/// <summary>
/// Ports of the server's, of one protocol: the same numbers of another protocol are somebody else's.
/// </summary>
/// <param name="Protocol"><see cref="IpProtocol.Tcp"/> or <see cref="IpProtocol.Udp"/>.</param>
/// <param name="Ports">The run of them.</param>
public readonly record struct ServicePort(byte Protocol, PortSpan Ports)
{
    /// <summary>Whether a port of a protocol is one of them.</summary>
    public bool Contains(byte protocol, ushort port) => protocol == Protocol && Ports.Contains(port);

    /// <summary>Those of one protocol, in their order.</summary>
    public static PortSpan[] Of(byte protocol, IReadOnlyList<ServicePort> ports) =>
        [.. ports.Where(port => port.Protocol == protocol).Select(port => port.Ports)];

    /// <summary>The protocols of ports, each once; TCP before UDP, as most packets are TCP's.</summary>
    public static byte[] ProtocolsOf(IReadOnlyList<ServicePort> ports) =>
        [.. ports.Select(port => port.Protocol).Distinct().Order()];
}
