namespace Straightwire.Stack.Wire;

/// <summary>The protocols that IPv4 carries here (RFC 790's numbers).</summary>
public static class IpProtocol
{
    /// <summary>ICMP for IPv4 (RFC 792).</summary>
    public const byte Icmp = 1;

    /// <summary>TCP (RFC 9293), over either version.</summary>
    public const byte Tcp = 6;

    /// <summary>UDP (RFC 768), over either version.</summary>
    public const byte Udp = 17;
}
