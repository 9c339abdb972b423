namespace Straightwire.Stack.Ip;

/// <summary>What Ethernet, IPv4, ICMP and reassembly did and dropped.</summary>
public sealed class IpCounters
{
    /// <summary>Frames shorter than an Ethernet header.</summary>
    public long FramesTruncated;

    /// <summary>Frames for other stations or for groups that we are not in.</summary>
    public long FramesForOthers;

    /// <summary>Frames from a group address, or from our own.</summary>
    public long FrameSourcesInvalid;

    /// <summary>Frames of a VLAN, which their tag names; a tag of VLAN 0 is none.</summary>
    public long FramesOfVlans;

    /// <summary>Frames of protocols that we do not speak.</summary>
    public long FramesOfOtherTypes;

    /// <summary>IPv4 packets shorter than their header or total length says.</summary>
    public long PacketsTruncated;

    /// <summary>
    /// IPv4 packets of another version, or with lengths or options that contradict each other.
    /// </summary>
    public long PacketsMalformed;

    /// <summary>IPv4 headers with a wrong checksum.</summary>
    public long PacketChecksumErrors;

    /// <summary>
    /// Packets with a source that is no single host: any, loopback, group, broadcast (RFC 1122 §3.2.1.3).
    /// </summary>
    public long SourcesInvalid;

    /// <summary>Packets from our own address (LAND).</summary>
    public long SourcesOurs;

    /// <summary>Packets for other addresses; we are no router.</summary>
    public long PacketsForOthers;

    /// <summary>
    /// Broadcast packets of anything but UDP, and packets for us alone in broadcast frames (RFC 1122 §3.3.6).
    /// </summary>
    public long BroadcastsRefused;

    /// <summary>Packets with a loose or strict source route.</summary>
    public long SourceRoutesRefused;

    /// <summary>Packets of protocols that nobody here speaks.</summary>
    public long ProtocolsUnknown;

    /// <summary>Fragments received.</summary>
    public long FragmentsReceived;

    /// <summary>
    /// Fragments of impossible length or place, or a first one too small for its transport header (RFC 1858,
    /// RFC 3128).
    /// </summary>
    public long FragmentsMalformed;

    /// <summary>
    /// Datagrams dropped whole because fragments overlapped or contradicted each other (RFC 5722).
    /// </summary>
    public long ReassemblyOverlaps;

    /// <summary>Fragments that brought nothing but copies of what was there.</summary>
    public long FragmentsRepeated;

    /// <summary>Fragments of datagrams that were dropped for an overlap.</summary>
    public long FragmentsAfterOverlap;

    /// <summary>
    /// Fragments beyond <see cref="IpOptions.ReassemblyBytesMax"/>; their datagram is dropped.
    /// </summary>
    public long ReassemblyTooLarge;

    /// <summary>
    /// Datagrams that gave way, before they were whole, because <see cref="IpOptions.ReassemblyMax"/> were in
    /// reassembly: the oldest of the source with most.
    /// </summary>
    public long ReassemblyFull;

    /// <summary>
    /// Datagrams that gave way to a later one of their source, which had
    /// <see cref="IpOptions.ReassemblyMaxPerSource"/>.
    /// </summary>
    public long ReassemblySourceFull;

    /// <summary>Datagrams that did not become whole in time.</summary>
    public long ReassemblyTimeouts;

    /// <summary>Datagrams put together.</summary>
    public long Reassembled;

    /// <summary>ICMP messages that are too short.</summary>
    public long IcmpMalformed;

    /// <summary>ICMP messages with a wrong checksum.</summary>
    public long IcmpChecksumErrors;

    /// <summary>ICMP messages that mean nothing to us.</summary>
    public long IcmpIgnored;

    /// <summary>Errors received that quote TCP of ours.</summary>
    public long IcmpErrorsReceived;

    /// <summary>Errors received that quote nothing of ours, or too little of it.</summary>
    public long IcmpErrorsUnmatched;

    /// <summary>Path MTUs taken from ICMP errors, the same one again included.</summary>
    public long PathMtusLearned;

    /// <summary>
    /// Path MTUs below <see cref="IpOptions.PathMtuMin"/> in ICMP errors that quote what is in flight.
    /// </summary>
    public long PathMtusTooSmall;

    /// <summary>Larger segments that tried a path after its age.</summary>
    public long PathTrials;

    /// <summary>Echo requests answered.</summary>
    public long EchoRepliesSent;

    /// <summary>Echo requests over the limit of replies a second.</summary>
    public long EchoRepliesLimited;

    /// <summary>Echo requests longer than the longest datagram that is put together.</summary>
    public long EchoRequestsTooLarge;

    /// <summary>Errors sent: port and protocol unreachable.</summary>
    public long IcmpErrorsSent;

    /// <summary>Errors over the limit a second.</summary>
    public long IcmpErrorsLimited;

    /// <summary>Replies of ICMP and UDP dropped because the next hop's MAC was not known yet.</summary>
    public long RepliesUnresolved;

    /// <summary>Replies of ICMP and UDP dropped because the transmit batch had no room.</summary>
    public long TransmitFull;

    /// <summary>Sends to what is no host's address: groups, broadcasts, our own.</summary>
    public long DestinationsInvalid;

    /// <summary>Sends off our network without a gateway.</summary>
    public long DestinationsWithoutRoute;
}
