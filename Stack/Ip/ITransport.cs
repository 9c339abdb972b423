using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>What IP carries: where it hands the packets of a protocol, and the errors about them.</summary>
public interface ITransport
{
    /// <summary>Which protocol: <see cref="IpProtocol"/>.</summary>
    byte Protocol { get; }

    /// <summary>Takes a packet for our address, or for a broadcast address of ours.</summary>
    void OnPacket(in IpPacket packet, Instant now);

    /// <summary>
    /// Takes an ICMP error that quotes a packet of ours; false when it means nothing to the protocol.
    /// </summary>
    /// <param name="flow">The quoted flow, ours first.</param>
    /// <param name="quoted">What follows the ports: of TCP, the sequence number.</param>
    /// <param name="error">What is wrong with the path.</param>
    /// <param name="mtu">
    /// For <see cref="PathError.FragmentationNeeded"/>, the next hop's MTU as it says, or the next plateau
    /// where it says 0; else 0.
    /// </param>
    /// <param name="now">The instant of this pass.</param>
    bool OnPathError(in FlowKey flow, uint quoted, PathError error, int mtu, Instant now);
}
