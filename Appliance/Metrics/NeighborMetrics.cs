using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Ip;

namespace Straightwire.Appliance.Metrics;

/// <summary>What ARP did and dropped.</summary>
internal static class NeighborMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, NeighborCounters counters)
    {
        text.Counter("arp_requests_sent", "Requests sent, by broadcast or unicast.", counters.RequestsSent);
        text.Counter("arp_replies_sent", "Replies sent to requests for our address.", counters.RepliesSent);
        text.Counter("arp_announcements_sent",
            "Announcements of our address sent (RFC 5227 §2.3).", counters.AnnouncementsSent);
        text.Counter("arp_transmit_full",
            "Packets of ours dropped because the transmit batch had no room.", counters.TransmitFull);
        text.Counter("arp_malformed",
            "Packets that are too short or not for IPv4 over Ethernet.", counters.Malformed);
        text.Counter("arp_sender_invalid",
            "Packets whose sender is no single host: a group MAC or none, or an address that no "
            + "neighbour can have.",
            counters.SenderInvalid);
        text.Counter("arp_not_for_us",
            "Requests for other addresses and other operations.", counters.NotForUs);
        text.Counter("arp_replies_unasked",
            "Replies that we had not asked for, gratuitous ones included.", counters.RepliesUnasked);
        text.Counter("arp_reflected",
            "Packets of our own that came back from another station.", counters.Reflected);
        text.Counter("arp_address_conflicts",
            "Packets of others that claim our address (RFC 5227 §2.4).", counters.AddressConflicts);
        text.Counter("arp_defences",
            "Announcements that defended our address (RFC 5227 §2.4).", counters.Defences);
        text.Counter("arp_suspicions",
            "Neighbours asked again because a connection waited in vain.", counters.Suspicions);
        text.Counter("arp_moved",
            "Neighbours that have another MAC now: they answered with it, and the old one did not.",
            counters.Moved);
        text.Counter("arp_contradictions",
            "Packets whose sender has another MAC than the table says; the table stays, and the "
            + "neighbour is asked again.",
            counters.Contradictions);
        text.Counter("arp_resolved", "Neighbours that answered.", counters.Resolved);
        text.Counter("arp_given_up", "Neighbours that did not answer the last request.", counters.GivenUp);
        text.Counter("arp_displaced",
            "Entries that gave way to new ones: never used, or asked for more than once in vain.",
            counters.Displaced);
        text.Counter("arp_table_full",
            "Neighbours not taken because the table was full of entries in use.", counters.TableFull);
        text.Counter("arp_requests_limited",
            "Questions not asked because there were too many within a second.", counters.RequestsLimited);
    }
}
