using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Fairness;

/// <summary>Who is one peer wherever work waits in turn: an address, or a network of them.</summary>
internal static class PeerNetwork
{
    /// <summary>The peer of an address, as the address of its network.</summary>
    /// <param name="prefixLength">How much of an IPv4 address makes a peer, 0 to 32 bits.</param>
    public static Func<IpAddress, IpAddress> Of(int prefixLength) =>
        address => new IpPrefix(address, prefixLength).Network;
}
