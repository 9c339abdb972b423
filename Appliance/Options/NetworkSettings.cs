using Straightwire.Appliance.Addresses;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Options;

/// <summary>Who the server is on the network.</summary>
public sealed record NetworkSettings
{
    /// <summary>The server's address and its network.</summary>
    [Key("The server's address and prefix length; null: the interface's, or 198.18.0.2/24 on a TAP.",
        Format = KeyFormat.Prefix)]
    public string? Address { get; init; }

    /// <summary>Where packets for other networks go.</summary>
    [Key("Where packets for other networks go; null: the host on a TAP, else the interface's.",
        Format = KeyFormat.Address)]
    public string? Gateway { get; init; }

    /// <summary>The server's Ethernet address.</summary>
    [Key("The server's Ethernet address; null: the interface's, or a local one on a TAP.",
        Format = KeyFormat.Mac)]
    public string? Mac { get; init; }

    /// <summary>The network is asked whether somebody has the address.</summary>
    [Key("Before an address of the server's own is taken, the network is asked whether somebody " +
        "has it (RFC 5227), for 300 ms; null: so it is, but on a TAP, which has nobody to ask.")]
    public bool? Probe { get; init; }

    /// <summary>What happens when the address, shared with the kernel, is taken from the host.</summary>
    [Key("When an address that the kernel has too is taken from the host: follow to the " +
        "interface's next one, or end; null: follow, but end where \"address\" names it.")]
    public AddressLoss? OnAddressLost { get; init; }
}
