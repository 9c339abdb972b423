using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Udp;

/// <summary>What UDP did and dropped.</summary>
public sealed class UdpCounters
{
    [Counter("Datagrams shown to a service.")]
    public long DatagramsDelivered;

    [Counter("Answers sent.")]
    public long RepliesSent;

    [Counter("Datagrams shorter than their header or their length says.")]
    public long Malformed;

    [Counter("Datagrams with a wrong checksum.")]
    public long ChecksumErrors;

    [Counter("Datagrams from port 0, which nobody can answer.")]
    public long SourcePortsZero;

    [Counter("Datagrams for ports without a service.")]
    public long PortsUnknown;
}
