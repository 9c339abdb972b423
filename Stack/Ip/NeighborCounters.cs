using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>What ARP did and dropped.</summary>
public sealed class NeighborCounters
{
    /// <summary>Requests sent, by broadcast or unicast.</summary>
    public long RequestsSent;

    /// <summary>Replies sent to requests for our address.</summary>
    public long RepliesSent;

    /// <summary>Announcements of our address sent (RFC 5227 §2.3).</summary>
    public long AnnouncementsSent;

    /// <summary>Packets of ours dropped because the transmit batch had no room.</summary>
    public long TransmitFull;

    /// <summary>Packets that are too short or not for IPv4 over Ethernet.</summary>
    public long Malformed;

    /// <summary>
    /// Packets whose sender is no single host: a group MAC or none, or an address that no neighbour can have.
    /// </summary>
    public long SenderInvalid;

    /// <summary>Requests for other addresses and other operations.</summary>
    public long NotForUs;

    /// <summary>Replies that we had not asked for, gratuitous ones included.</summary>
    public long RepliesUnasked;

    /// <summary>Packets of our own that came back from another station.</summary>
    public long Reflected;

    /// <summary>Packets of others that claim our address (RFC 5227 §2.4).</summary>
    public long AddressConflicts;

    /// <summary>The last one that claimed it.</summary>
    public MacAddress ConflictMac { get; internal set; }

    /// <summary>Announcements that defended our address (RFC 5227 §2.4).</summary>
    public long Defences;

    /// <summary>
    /// Packets whose sender has another MAC than the table says; the table stays, and the neighbour is asked
    /// again.
    /// </summary>
    public long Contradictions;

    /// <summary>Neighbours asked again because a connection waited in vain.</summary>
    public long Suspicions;

    /// <summary>
    /// Neighbours that have another MAC now: they answered with it, and the old one did not.
    /// </summary>
    public long Moved;

    /// <summary>Neighbours that answered.</summary>
    public long Resolved;

    /// <summary>Neighbours that did not answer the last request.</summary>
    public long GivenUp;

    /// <summary>Entries that gave way to new ones: never used, or asked for more than once in vain.</summary>
    public long Displaced;

    /// <summary>Neighbours not taken because the table was full of entries in use.</summary>
    public long TableFull;

    /// <summary>
    /// Questions not asked because there were <see cref="IpOptions.NeighborQuestionsPerSecond"/> within a
    /// second.
    /// </summary>
    public long RequestsLimited;
}
