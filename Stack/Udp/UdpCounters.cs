namespace Straightwire.Stack.Udp;

/// <summary>What UDP did and dropped.</summary>
public sealed class UdpCounters
{
    /// <summary>Datagrams shown to a service.</summary>
    public long DatagramsDelivered;

    /// <summary>Answers sent.</summary>
    public long RepliesSent;

    /// <summary>Datagrams shorter than their header or their length says.</summary>
    public long Malformed;

    /// <summary>Datagrams with a wrong checksum.</summary>
    public long ChecksumErrors;

    /// <summary>Datagrams from port 0, which nobody can answer.</summary>
    public long SourcePortsZero;

    /// <summary>Datagrams for ports without a service.</summary>
    public long PortsUnknown;
}
