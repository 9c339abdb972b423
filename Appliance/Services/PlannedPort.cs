using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services;

/// <summary>Ports of a service.</summary>
/// <param name="Key">The key that sets them, with '/' between its parts.</param>
/// <param name="Port">From one to another, of one protocol.</param>
/// <param name="Use">What they are for.</param>
public readonly record struct PlannedPort(string Key, ServicePort Port, PortUse Use = PortUse.Listens)
{
    /// <summary>A plan for one TCP port.</summary>
    public static PlannedPort Tcp(string key, int port, PortUse use = PortUse.Listens) =>
        new(key, One(IpProtocol.Tcp, port), use);

    /// <summary>A plan for one UDP port, to which queries come.</summary>
    public static PlannedPort Udp(string key, int port) => new(key, One(IpProtocol.Udp, port));

    /// <summary>Whether somebody comes to both at a port that they have in common.</summary>
    public bool Meets(in PlannedPort other) =>
        Port.Protocol == other.Port.Protocol && Use != PortUse.Opens && other.Use != PortUse.Opens
        && Port.Ports.First <= other.Port.Ports.Last && other.Port.Ports.First <= Port.Ports.Last;

    /// <summary>The port, or the first and the last one.</summary>
    public override string ToString() => Port.Ports.First == Port.Ports.Last
        ? Port.Ports.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Port.Ports.First}-{Port.Ports.Last}");

    private static ServicePort One(byte protocol, int port) =>
        new(protocol, new PortSpan((ushort)port, (ushort)port));
}
