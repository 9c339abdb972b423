using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>Where IPv4 hands datagrams.</summary>
internal interface IDatagramInput
{
    /// <summary>
    /// Takes the payload of an IPv4 packet for our address or for a broadcast address of ours.
    /// </summary>
    /// <param name="ip">The packet's header.</param>
    /// <param name="datagram">UDP header and payload.</param>
    /// <param name="packet">The packet for an error to quote; empty when none may be sent about it.</param>
    /// <param name="checksum">What the link knows.</param>
    /// <param name="now">When.</param>
    void OnDatagram(
        in Ipv4Header ip, ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> packet, ReceiveChecksum checksum,
        Instant now);
}
