using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>How transports put their packets on the link, whatever the version of IP is.</summary>
public interface IIpOutput
{
    /// <summary>
    /// Changes whenever a neighbour was resolved, given up or found at another MAC, so that whoever waits for
    /// one tries again.
    /// </summary>
    long NeighborVersion { get; }

    /// <summary>
    /// The next hop to a destination. False when its MAC is not known yet (it is being asked for) or there is
    /// no route.
    /// </summary>
    bool TryResolve(IpAddress destination, Instant now, out NextHop hop);

    /// <summary>
    /// The next hop of a reply, when the transmit batch has room for the longest packet to it; false drops
    /// the reply, counted. As <see cref="TryResolve"/> it may send a request of its own, so that it comes
    /// before <see cref="Frames.TransmitBatch.Begin"/>.
    /// </summary>
    bool TryPrepareReply(IpAddress destination, Instant now, out NextHop hop);

    /// <summary>
    /// Where an answer to a packet comes from: the address that was asked, but where that is a broadcast
    /// address our own (RFC 1122 §4.1.3.5).
    /// </summary>
    IpAddress SourceFor(in IpPacket asked);

    /// <summary>
    /// Upper layers have proof that a neighbour lives (RFC 4861 §7.3.1's reasoning, for ARP).
    /// </summary>
    void Confirm(IpAddress destination, Instant now);

    /// <summary>
    /// Upper layers wait in vain for an answer (RFC 1122 §2.3.2.1 (3), "advice from a higher layer"): the
    /// next hop is asked for again, by broadcast, unless others have had proof that it lives.
    /// </summary>
    void Suspect(IpAddress destination, Instant now);

    /// <summary>
    /// Whether the next hop has another MAC than at an instant: what was sent before is lost.
    /// </summary>
    bool HasMovedSince(IpAddress destination, Instant since);

    /// <summary>
    /// Most bytes of transport header and payload in a packet to a destination, as the link takes it.
    /// </summary>
    int PayloadMax(IpAddress destination);

    /// <summary>Changes whenever a path's MTU was learned or forgotten.</summary>
    int PathVersion { get; }

    /// <summary>As <see cref="PayloadMax"/>, as the path takes it, as far as is known.</summary>
    int PathPayloadMax(IpAddress destination);

    /// <summary>
    /// An ICMP error that proved itself tells a path's MTU, bytes. False when it is none that counts: not
    /// less than the link's, or less than <see cref="IpOptions.PathMtuMin"/>.
    /// </summary>
    bool TryLearnPathMtu(IpAddress destination, int mtu, Instant now);

    /// <summary>Whether what is known of a path is so old that a larger segment may try it.</summary>
    bool IsPathOld(IpAddress destination, Instant now);

    /// <summary>
    /// A larger segment tries a path: until what is known is old again, no other one does.
    /// </summary>
    void BeginPathTrial(IpAddress destination, Instant now);

    /// <summary>A larger segment has arrived: the path takes what the link does.</summary>
    void ForgetPath(IpAddress destination);

    /// <summary>
    /// Writes Ethernet and IP headers (no fragmentation, no options, checksum complete) from a flow's local
    /// end to its remote one, in front of a transport header: <see cref="NextHop.HeaderLength"/> bytes.
    /// <paramref name="payloadLength"/> counts transport header and payload; with segmentation it may exceed
    /// the MTU, and what the header's length can tell: then that is 0 (Linux 6.3, BIG TCP for IPv4).
    /// <paramref name="ecn"/> is that of each packet that it is cut to.
    /// </summary>
    void WriteHeaders(
        Span<byte> header, in NextHop hop, in FlowKey flow, byte protocol, int payloadLength,
        EcnCodepoint ecn = EcnCodepoint.NotEct);

    /// <summary>
    /// Tells the sender of a packet that nobody answers on its port (RFC 1122 §4.1.3.1), within limits, if it
    /// may be told at all. The port is ours (<see cref="OwnPorts"/>).
    /// </summary>
    void RefusePort(in IpPacket packet, Instant now);
}
