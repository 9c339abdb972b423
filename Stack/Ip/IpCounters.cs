using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Ip;

/// <summary>What Ethernet, IPv4, ICMP and reassembly did and dropped.</summary>
public sealed class IpCounters
{
    [Counter("Frames shorter than an Ethernet header.")]
    public long FramesTruncated;

    [Counter("Frames for other stations or for groups that we are not in.")]
    public long FramesForOthers;

    [Counter("Frames from a group address, or from our own.")]
    public long FrameSourcesInvalid;

    [Counter("Frames of a VLAN, which their tag names; a tag of VLAN 0 is none.")]
    public long FramesOfVlans;

    [Counter("Frames of protocols that we do not speak.")]
    public long FramesOfOtherTypes;

    [Counter("IPv4 packets shorter than their header or total length says.")]
    public long PacketsTruncated;

    [Counter("IPv4 packets of another version, or with lengths or options that contradict each other.")]
    public long PacketsMalformed;

    [Counter("IPv4 headers with a wrong checksum.")]
    public long PacketChecksumErrors;

    [Counter(
        "Packets with a source that is no single host: any, loopback, group, broadcast (RFC 1122 §3.2.1.3).")]
    public long SourcesInvalid;

    [Counter("Packets from our own address (LAND).")]
    public long SourcesOurs;

    [Counter("Packets for other addresses; we are no router.")]
    public long PacketsForOthers;

    [Counter(
        "Broadcast packets of anything but UDP, and packets for us alone in broadcast frames (RFC 1122 "
        + "§3.3.6).")]
    public long BroadcastsRefused;

    [Counter("Packets with a loose or strict source route.")]
    public long SourceRoutesRefused;

    [Counter("Packets of protocols that nobody here speaks.")]
    public long ProtocolsUnknown;

    [Counter("Fragments received.")]
    public long FragmentsReceived;

    [Counter(
        "Fragments of impossible length or place, or a first one too small for its transport header "
        + "(RFC 1858, RFC 3128).")]
    public long FragmentsMalformed;

    [Counter("Datagrams dropped whole because fragments overlapped or contradicted each other (RFC 5722).")]
    public long ReassemblyOverlaps;

    [Counter("Datagrams dropped whole because not all of their fragments were ECN-capable (RFC 3168 §5.3).")]
    public long ReassemblyEcnMixed;

    [Counter("Fragments that brought nothing but copies of what was there.")]
    public long FragmentsRepeated;

    [Counter("Fragments of datagrams that were dropped for an overlap.")]
    public long FragmentsAfterOverlap;

    [Counter("Fragments of datagrams that are too long, which are dropped.")]
    public long ReassemblyTooLarge;

    [Counter(
        "Datagrams that gave way because too many were in reassembly: the oldest of the source with most.")]
    public long ReassemblyFull;

    [Counter("Datagrams that gave way to a later one of their source.")]
    public long ReassemblySourceFull;

    [Counter("Datagrams that did not become whole in time.")]
    public long ReassemblyTimeouts;

    [Counter("Datagrams put together.")]
    public long Reassembled;

    [Counter("ICMP messages that are too short.")]
    public long IcmpMalformed;

    [Counter("ICMP messages with a wrong checksum.")]
    public long IcmpChecksumErrors;

    [Counter("ICMP messages that mean nothing to us.")]
    public long IcmpIgnored;

    [Counter("Errors received that quote TCP of ours.")]
    public long IcmpErrorsReceived;

    [Counter("Errors received that quote nothing of ours, or too little of it.")]
    public long IcmpErrorsUnmatched;

    [Counter("Path MTUs taken from ICMP errors.")]
    public long PathMtusLearned;

    [Counter("Path MTUs in ICMP errors that are less than the least that is believed.")]
    public long PathMtusTooSmall;

    [Counter("Larger segments that tried a path after its age.")]
    public long PathTrials;

    [Counter("Echo requests answered.")]
    public long EchoRepliesSent;

    [Counter("Echo requests over the limit of replies a second.")]
    public long EchoRepliesLimited;

    [Counter("Echo requests longer than the longest datagram that is put together.")]
    public long EchoRequestsTooLarge;

    [Counter("Errors sent: port and protocol unreachable.")]
    public long IcmpErrorsSent;

    [Counter("Errors over the limit a second.")]
    public long IcmpErrorsLimited;

    [Counter("Replies of ICMP and UDP dropped because the next hop's MAC was not known yet.")]
    public long RepliesUnresolved;

    [Counter("Replies of ICMP and UDP dropped because the transmit batch had no room.")]
    public long TransmitFull;

    [Counter("Sends to what is no host's address: groups, broadcasts, our own.")]
    public long DestinationsInvalid;

    [Counter("Sends off our network without a gateway.")]
    public long DestinationsWithoutRoute;
}
