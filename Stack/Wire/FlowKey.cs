namespace Straightwire.Stack.Wire;

/// <summary>A connection's four names, ours first.</summary>
public readonly record struct FlowKey(
    Ipv4Address LocalAddress, ushort LocalPort, Ipv4Address RemoteAddress, ushort RemotePort);
