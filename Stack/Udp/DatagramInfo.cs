using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Udp;

/// <summary>Where a datagram came from and to.</summary>
public readonly record struct DatagramInfo(
    IpAddress LocalAddress, ushort LocalPort, IpAddress RemoteAddress, ushort RemotePort, Instant Now);
