using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Who a shard is on its network, as far as that may change while it runs; <see cref="Shard.Adopt"/> takes a
/// whole one, so that the last of several is all that counts.
/// </summary>
public sealed record NetworkState
{
    /// <summary>The Ethernet address that frames are sent from and come to.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>
    /// The address and its network; null: there is none at present, and so nothing is sent and nothing is
    /// taken. Connections wait for their address to come back, and end without a segment when another comes
    /// in its place: theirs may be another host's by then.
    /// </summary>
    public required IpPrefix? Address { get; init; }

    /// <summary>Where packets for other networks go; null: there are none.</summary>
    public IpAddress? Gateway { get; init; }

    /// <summary>Most bytes of an IP packet on the link.</summary>
    public required int Mtu { get; init; }

    /// <summary>Counts the times that everybody was to be told of the address anew (RFC 5227 §2.3).</summary>
    public long Announcements { get; init; }
}
