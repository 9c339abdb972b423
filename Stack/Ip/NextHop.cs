using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>Where a packet goes first, and what stands around its payload on the way there.</summary>
/// <param name="Mac">Whose frame it is put into.</param>
/// <param name="HeaderLength">
/// Bytes of the Ethernet and IP headers that <see cref="IIpOutput.WriteHeaders"/> writes.
/// </param>
/// <param name="Mtu">Most bytes of an IP packet on the link.</param>
/// <param name="IsNeighbor">The destination itself: nobody forwards the packet.</param>
public readonly record struct NextHop(MacAddress Mac, int HeaderLength, int Mtu, bool IsNeighbor)
{
    /// <summary>Bytes of the IP header.</summary>
    public int IpHeaderLength => HeaderLength - EthernetHeader.Length;

    /// <summary>Most bytes of transport header and payload in a packet.</summary>
    public int PayloadMax => Mtu - IpHeaderLength;
}
