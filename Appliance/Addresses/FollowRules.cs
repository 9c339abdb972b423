using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Addresses;

/// <summary>
/// What the configuration says of the network; what it does not name is as the interface has it.
/// </summary>
public sealed record FollowRules
{
    /// <summary>What follows when a shared address is taken away.</summary>
    public AddressLoss OnAddressLost { get; init; }

    /// <summary>The gateway is configured.</summary>
    public bool IsGatewayNamed { get; init; }

    /// <summary>The Ethernet address is configured.</summary>
    public bool IsMacNamed { get; init; }

    /// <summary>The MTU that is configured; null: the interface's.</summary>
    public int? Mtu { get; init; }

    /// <summary>The host's address on a TAP; null: it is none.</summary>
    public Ipv4Prefix? HostAddress { get; init; }
}
