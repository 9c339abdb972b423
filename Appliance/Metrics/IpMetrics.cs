using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Ip;

namespace Straightwire.Appliance.Metrics;

/// <summary>What Ethernet, IPv4, ICMP and reassembly did and dropped.</summary>
internal static class IpMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, IpCounters counters)
    {
        text.Counter("ip_frames_truncated",
            "Frames shorter than an Ethernet header.", counters.FramesTruncated);
        text.Counter("ip_frames_for_others",
            "Frames for other stations or for groups that we are not in.", counters.FramesForOthers);
        text.Counter("ip_frame_sources_invalid",
            "Frames from a group address, or from our own.", counters.FrameSourcesInvalid);
        text.Counter("ip_frames_of_vlans",
            "Frames of a VLAN, which their tag names; a tag of VLAN 0 is none.", counters.FramesOfVlans);
        text.Counter("ip_frames_of_other_types",
            "Frames of protocols that we do not speak.", counters.FramesOfOtherTypes);
        text.Counter("ip_packets_truncated",
            "IPv4 packets shorter than their header or total length says.", counters.PacketsTruncated);
        text.Counter("ip_packets_malformed",
            "IPv4 packets of another version, or with lengths or options that contradict each "
            + "other.",
            counters.PacketsMalformed);
        text.Counter("ip_packet_checksum_errors",
            "IPv4 headers with a wrong checksum.", counters.PacketChecksumErrors);
        text.Counter("ip_sources_invalid",
            "Packets with a source that is no single host: any, loopback, group, broadcast (RFC "
            + "1122 §3.2.1.3).",
            counters.SourcesInvalid);
        text.Counter("ip_sources_ours", "Packets from our own address (LAND).", counters.SourcesOurs);
        text.Counter("ip_packets_for_others",
            "Packets for other addresses; we are no router.", counters.PacketsForOthers);
        text.Counter("ip_broadcasts_refused",
            "Broadcast packets of anything but UDP, and packets for us alone in broadcast frames "
            + "(RFC 1122 §3.3.6).",
            counters.BroadcastsRefused);
        text.Counter("ip_source_routes_refused",
            "Packets with a loose or strict source route.", counters.SourceRoutesRefused);
        text.Counter("ip_protocols_unknown",
            "Packets of protocols that nobody here speaks.", counters.ProtocolsUnknown);
        text.Counter("ip_fragments_received", "Fragments received.", counters.FragmentsReceived);
        text.Counter("ip_fragments_malformed",
            "Fragments of impossible length or place, or a first one too small for its transport "
            + "header (RFC 1858, RFC 3128).",
            counters.FragmentsMalformed);
        text.Counter("ip_reassembly_overlaps",
            "Datagrams dropped whole because fragments overlapped or contradicted each other "
            + "(RFC 5722).",
            counters.ReassemblyOverlaps);
        text.Counter("ip_fragments_repeated",
            "Fragments that brought nothing but copies of what was there.", counters.FragmentsRepeated);
        text.Counter("ip_fragments_after_overlap",
            "Fragments of datagrams that were dropped for an overlap.", counters.FragmentsAfterOverlap);
        text.Counter("ip_reassembly_too_large",
            "Fragments of datagrams that are too long.", counters.ReassemblyTooLarge);
        text.Counter("ip_reassembly_full",
            "Datagrams that gave way because too many were in reassembly.",
            counters.ReassemblyFull);
        text.Counter("ip_reassembly_source_full",
            "Datagrams that gave way to a later one of their source.", counters.ReassemblySourceFull);
        text.Counter("ip_reassembly_timeouts",
            "Datagrams that did not become whole in time.", counters.ReassemblyTimeouts);
        text.Counter("ip_reassembled", "Datagrams put together.", counters.Reassembled);
        text.Counter("ip_icmp_malformed", "ICMP messages that are too short.", counters.IcmpMalformed);
        text.Counter("ip_icmp_checksum_errors",
            "ICMP messages with a wrong checksum.", counters.IcmpChecksumErrors);
        text.Counter("ip_icmp_ignored", "ICMP messages that mean nothing to us.", counters.IcmpIgnored);
        text.Counter("ip_icmp_errors_received",
            "Errors received that quote TCP of ours.", counters.IcmpErrorsReceived);
        text.Counter("ip_icmp_errors_unmatched",
            "Errors received that quote nothing of ours, or too little of it.", counters.IcmpErrorsUnmatched);
        WriteMore(text, counters);
    }

    /// <summary>The rest of them.</summary>
    private static void WriteMore(MetricsText text, IpCounters counters)
    {
        text.Counter("ip_path_mtus_learned", "Path MTUs taken from ICMP errors.", counters.PathMtusLearned);
        text.Counter("ip_path_mtus_too_small",
            "Path MTUs in ICMP errors that are less than the least that is believed.",
            counters.PathMtusTooSmall);
        text.Counter("ip_path_trials",
            "Larger segments that tried a path after its age.", counters.PathTrials);
        text.Counter("ip_echo_replies_sent", "Echo requests answered.", counters.EchoRepliesSent);
        text.Counter("ip_echo_replies_limited",
            "Echo requests over the limit of replies a second.", counters.EchoRepliesLimited);
        text.Counter("ip_echo_requests_too_large",
            "Echo requests longer than the longest datagram that is put together.",
            counters.EchoRequestsTooLarge);
        text.Counter("ip_icmp_errors_sent",
            "Errors sent: port and protocol unreachable.", counters.IcmpErrorsSent);
        text.Counter("ip_icmp_errors_limited", "Errors over the limit a second.", counters.IcmpErrorsLimited);
        text.Counter("ip_replies_unresolved",
            "Replies of ICMP and UDP dropped because the next hop's MAC was not known yet.",
            counters.RepliesUnresolved);
        text.Counter("ip_transmit_full",
            "Replies of ICMP and UDP dropped because the transmit batch had no room.", counters.TransmitFull);
        text.Counter("ip_destinations_invalid",
            "Sends to what is no host's address: groups, broadcasts, our own.", counters.DestinationsInvalid);
        text.Counter("ip_destinations_without_route",
            "Sends off our network without a gateway.", counters.DestinationsWithoutRoute);
    }
}
