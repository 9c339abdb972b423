using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip.V4;

/// <summary>Our address, our network, and what an address means as seen from there.</summary>
internal sealed class Ipv4Interface(Ipv4Prefix address, Ipv4Address? gateway, bool isShared)
{
    private Ipv4Prefix _prefix = address;
    private Ipv4Address _broadcast = address.Broadcast;
    private Ipv4Address? _gateway = gateway;

    /// <summary>Our address; 0.0.0.0 while there is none.</summary>
    public Ipv4Address Address => _prefix.Address;

    /// <summary>The kernel has the address too, and speaks for it.</summary>
    public bool IsShared { get; } = isShared;

    /// <summary>
    /// Takes another address, network or gateway; without an address, nothing is ours and nobody is reached.
    /// </summary>
    public void Adopt(Ipv4Prefix? addressNow, Ipv4Address? gatewayNow)
    {
        _prefix = addressNow ?? new Ipv4Prefix(Ipv4Address.Any, 32);
        _broadcast = _prefix.Broadcast;
        _gateway = addressNow is null ? null : gatewayNow;
    }

    /// <summary>Whether all hosts of our network are meant (RFC 1122 §3.2.1.3).</summary>
    public bool IsBroadcast(Ipv4Address address) =>
        address == Ipv4Address.LimitedBroadcast || address == _broadcast;

    /// <summary>
    /// Whether an address can be that of one host on a wire: not of this network (0/8), loopback, a group,
    /// class E, or the first or last of our network (RFC 1122 §3.2.1.3).
    /// </summary>
    public bool IsHost(Ipv4Address address)
    {
        uint top = address.Value >> 24;
        return top is > 0 and < 224
            && !address.IsLoopback
            && address != _broadcast
            && (_prefix.Length >= 31 || address.Value != (Address.Value & _prefix.Mask));
    }

    /// <summary>Whether a host is reached directly.</summary>
    public bool IsNeighbor(Ipv4Address address) =>
        (_prefix.Contains(address) || address == _gateway) && address != Address && IsHost(address);

    /// <summary>
    /// The next hop to a destination: itself on our network, else the gateway (RFC 1122 §3.3.1.1). False when
    /// there is none.
    /// </summary>
    public bool TryRoute(Ipv4Address destination, out Ipv4Address nextHop)
    {
        nextHop = _prefix.Contains(destination) ? destination : _gateway.GetValueOrDefault();
        return nextHop != Ipv4Address.Any;
    }
}
