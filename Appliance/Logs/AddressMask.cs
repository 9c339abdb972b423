using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Logs;

/// <summary>How much of others' addresses stands in the logs; the rest of each is zero there.</summary>
/// <param name="Length4">Bits of an IPv4 address that are kept.</param>
/// <param name="Length6">Bits of an IPv6 address that are kept.</param>
public readonly record struct AddressMask(int Length4, int Length6)
{
    /// <summary>Whole addresses.</summary>
    public static AddressMask None { get; } = new(32, 128);

    /// <summary>An address as logs have it.</summary>
    public IpAddress Of(IpAddress address) =>
        new IpPrefix(address, address.IsIpv4 ? Length4 : Length6).Network;
}
