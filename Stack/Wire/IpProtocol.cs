namespace Straightwire.Stack.Wire;

/// <summary>The protocols that IPv4 carries here (RFC 790's numbers).</summary>
public static class IpProtocol
{
    /// <summary>RFC 792.</summary>
    public const byte Icmp = 1;

    /// <summary>RFC 9293.</summary>
    public const byte Tcp = 6;

    /// <summary>RFC 768.</summary>
    public const byte Udp = 17;
}
