using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>Where IPv4 hands TCP segments and errors about them.</summary>
public interface ITransport
{
    /// <summary>
    /// A TCP segment (header first) for our address, reassembled where it was in fragments. Its checksum is
    /// not verified yet unless <paramref name="checksum"/> says so. Never from a group address or to one.
    /// </summary>
    void OnTcp(
        Ipv4Address source, Ipv4Address destination, ReadOnlySpan<byte> segment, ReceiveChecksum checksum,
        Instant now);

    /// <summary>An ICMP error quoting a TCP segment of ours.</summary>
    /// <param name="flow">The quoted flow, ours first.</param>
    /// <param name="sequence">The quoted sequence number.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="mtu">
    /// For <see cref="PathError.FragmentationNeeded"/>, the next hop's MTU as it says, or the next plateau
    /// where it says 0; else 0.
    /// </param>
    /// <param name="now">When.</param>
    void OnTcpPathError(in FlowKey flow, uint sequence, PathError error, int mtu, Instant now);
}

/// <summary>How transports put their packets on the link.</summary>
public interface IIpOutput
{
    /// <summary>Bytes of the Ethernet and IPv4 headers that <see cref="WriteHeaders"/> writes: 34.</summary>
    const int HeaderLength = 34;

    /// <summary>Most bytes of an IP packet on the wire.</summary>
    int Mtu { get; }

    /// <summary>
    /// Changes whenever a neighbour was resolved, given up or found at another MAC, so that whoever waits for
    /// one tries again.
    /// </summary>
    long NeighborVersion { get; }

    /// <summary>
    /// The link address of the next hop to a destination. False when it is not known yet (it is being asked
    /// for) or there is no route.
    /// </summary>
    bool TryResolve(Ipv4Address destination, Instant now, out MacAddress nextHop);

    /// <summary>Whether a host is reached directly.</summary>
    bool IsNeighbor(Ipv4Address destination);

    /// <summary>
    /// Upper layers have proof that a neighbour lives (RFC 4861 §7.3.1's reasoning, for ARP).
    /// </summary>
    void Confirm(Ipv4Address destination, Instant now);

    /// <summary>
    /// Upper layers wait in vain for an answer (RFC 1122 §2.3.2.1 (3), "advice from a higher layer"): the
    /// next hop is asked for again, by broadcast, unless others have had proof that it lives.
    /// </summary>
    void Suspect(Ipv4Address destination, Instant now);

    /// <summary>
    /// Whether the next hop has another MAC than at an instant: what was sent before is lost.
    /// </summary>
    bool HasMovedSince(Ipv4Address destination, Instant since);

    /// <summary>Changes whenever a path's MTU was learned or forgotten.</summary>
    int PathVersion { get; }

    /// <summary>Most bytes of an IP packet on the way to a destination, as far as is known.</summary>
    int PathMtu(Ipv4Address destination);

    /// <summary>
    /// An ICMP error that proved itself tells a path's MTU, bytes. False when it is none that counts: not
    /// less than the link's, or less than <see cref="IpOptions.PathMtuMin"/>.
    /// </summary>
    bool TryLearnPathMtu(Ipv4Address destination, int mtu, Instant now);

    /// <summary>Whether what is known of a path is so old that a larger segment may try it.</summary>
    bool IsPathOld(Ipv4Address destination, Instant now);

    /// <summary>
    /// A larger segment tries a path: until what is known is old again, no other one does.
    /// </summary>
    void BeginPathTrial(Ipv4Address destination, Instant now);

    /// <summary>A larger segment has arrived: the path takes what the link does.</summary>
    void ForgetPath(Ipv4Address destination);

    /// <summary>
    /// Writes Ethernet and IPv4 headers (DF set, no options, checksum complete) in front of a transport
    /// header.
    /// <paramref name="payloadLength"/> counts transport header and payload; with segmentation it may exceed
    /// the MTU, and what the total length can tell: then that is 0 (Linux 6.3, BIG TCP for IPv4).
    /// </summary>
    void WriteHeaders(
        Span<byte> header, MacAddress nextHop, Ipv4Address source, Ipv4Address destination, byte protocol,
        int payloadLength);
}
