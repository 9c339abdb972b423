using System.Globalization;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services;

/// <summary>Ports of a service.</summary>
/// <param name="Key">The key that sets them, with '/' between its parts.</param>
/// <param name="Protocol">The transport's number: 6 is TCP, 17 is UDP (<see cref="IpProtocol"/>).</param>
/// <param name="Ports">From one to another, both included.</param>
/// <param name="Use">What they are for.</param>
public readonly record struct PlannedPort(
    string Key, byte Protocol, PortSpan Ports, PortUse Use = PortUse.Listens)
{
    /// <summary>One TCP port.</summary>
    public static PlannedPort Tcp(string key, int port, PortUse use = PortUse.Listens) =>
        new(key, IpProtocol.Tcp, new PortSpan((ushort)port, (ushort)port), use);

    /// <summary>One UDP port.</summary>
    public static PlannedPort Udp(string key, int port) =>
        new(key, IpProtocol.Udp, new PortSpan((ushort)port, (ushort)port));

    /// <summary>Whether somebody comes to both at a port that they have in common.</summary>
    public bool Meets(in PlannedPort other) =>
        Protocol == other.Protocol && Use != PortUse.Opens && other.Use != PortUse.Opens
        && Ports.First <= other.Ports.Last && other.Ports.First <= Ports.Last;

    /// <summary>The port, or the first and the last one.</summary>
    public override string ToString() => Ports.First == Ports.Last
        ? Ports.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Ports.First}-{Ports.Last}");
}
