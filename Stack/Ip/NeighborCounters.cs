using Straightwire.Stack.Rules;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>What ARP did and dropped.</summary>
public sealed class NeighborCounters
{
    [Counter("Requests sent, by broadcast or unicast.")]
    public long RequestsSent;

    [Counter("Replies sent to requests for our address.")]
    public long RepliesSent;

    [Counter("Announcements of our address sent (RFC 5227 §2.3).")]
    public long AnnouncementsSent;

    [Counter("Packets of ours dropped because the transmit batch had no room.")]
    public long TransmitFull;

    [Counter("Packets that are too short or not for IPv4 over Ethernet.")]
    public long Malformed;

    [Counter(
        "Packets whose sender is no single host: a group MAC or none, or an address that no neighbour "
        + "can have.")]
    public long SenderInvalid;

    [Counter("Requests for other addresses and other operations.")]
    public long ForOthers;

    [Counter("Replies that we had not asked for, gratuitous ones included.")]
    public long RepliesUnasked;

    [Counter("Packets of our own that came back from another station.")]
    public long Reflected;

    [Counter("Packets of others that claim our address (RFC 5227 §2.4).")]
    public long AddressConflicts;

    /// <summary>The last one that claimed it.</summary>
    public MacAddress ConflictMac { get; internal set; }

    [Counter("Announcements that defended our address (RFC 5227 §2.4).")]
    public long Defences;

    [Counter(
        "Packets whose sender has another MAC than the table says; the table stays, and the neighbour "
        + "is asked again.")]
    public long Contradictions;

    [Counter("Neighbours asked again because a connection waited in vain.")]
    public long Suspicions;

    [Counter("Neighbours that have another MAC now: they answered with it, and the old one did not.")]
    public long Moved;

    [Counter("Neighbours that answered.")]
    public long Resolved;

    [Counter("Neighbours that did not answer the last request.")]
    public long GivenUp;

    [Counter("Entries that gave way to new ones: never used, or asked for more than once in vain.")]
    public long Displaced;

    [Counter("Neighbours not taken because the table was full of entries in use.")]
    public long TableFull;

    [Counter("Questions not asked because there were too many within a second.")]
    public long RequestsLimited;
}
