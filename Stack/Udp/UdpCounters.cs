namespace Straightwire.Stack.Udp;

/// <summary>What UDP did and dropped.</summary>
public sealed class UdpCounters
{
}
