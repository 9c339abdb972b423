using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Fairness;

/// <summary>Who is one peer wherever work waits in turn: an address, or a network of them.</summary>
internal static class PeerNetwork
{
    /// <summary>The peer of an address, as the address of its network.</summary>
    /// <param name="prefixLength">How much of an address makes a peer, 0 to 32 bits.</param>
    public static Func<Ipv4Address, Ipv4Address> Of(int prefixLength)
    {
        uint mask = new Ipv4Prefix(default, prefixLength).Mask;
        return address => new Ipv4Address(address.Value & mask);
    }
}
