namespace Straightwire.Stack.Ip;

/// <summary>What Ethernet, IPv4, ICMP and reassembly did and dropped.</summary>
public sealed class IpCounters
{
}
