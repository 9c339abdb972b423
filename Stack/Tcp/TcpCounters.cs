using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Tcp;

/// <summary>What TCP did and, for every reason, what it dropped.</summary>
public sealed class TcpCounters
{
    [Counter("Segments for us.")]
    public long SegmentsReceived;

    [Counter("Segments handed to the link; one that the link cuts counts once.")]
    public long SegmentsSent;

    [Counter("Payload bytes received in the window, duplicates included.")]
    public long ReceivedBytes;

    [Counter("Payload bytes sent, retransmissions included.")]
    public long SentBytes;

    [Counter("Connections that passive opens made.", PerShard = true)]
    public long Accepted;

    [Counter("Connections that active opens began.")]
    public long Connecting;

    [Counter("Connections that are gone.")]
    public long Closed;

    [Counter("Connections that a peer reset.")]
    public long ResetsReceived;

    [Counter("RSTs sent for connections of ours.")]
    public long ResetsSent;

    [Counter("RSTs sent to strangers.")]
    public long StrangersReset;

    [Counter("Segments of strangers that were not answered: over the limit, or at a port that is not ours.")]
    public long StrangersIgnored;

    [Counter("Segments that were sent again.")]
    public long Retransmissions;

    [Counter("Payload bytes that were sent again.")]
    public long RetransmittedBytes;

    [Counter("Smoothed round trips (RFC 6298) of connections when they ended.")]
    public readonly CounterHistogram RoundTripSeconds = new(
        1_000_000_000,
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
        100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000);

    [Counter("Fast recoveries entered.")]
    public long FastRecoveries;

    [Counter("Expiries of the retransmission timer.")]
    public long RetransmissionTimeouts;

    [Counter("Recoveries that were needless: what was taken for lost only came late (RFC 3522).")]
    public long NeedlessRecoveries;

    [Counter("Segments that were lost again after they were sent again (RFC 8985 §6.2).")]
    public long RetransmissionsLost;

    [Counter("Tail loss probes sent (RFC 8985 §7).")]
    public long TailProbes;

    [Counter("Of those, the ones that have repaired a loss.")]
    public long TailLossesRepaired;

    [Counter("Duplicates that peers have told of (RFC 2883).")]
    public long DuplicateSacksReceived;

    [Counter("Connections whose segments were reordered.")]
    public long ReorderingsSeen;

    [Counter("Connections that agreed on explicit congestion notification (RFC 3168).")]
    public long EcnConnections;

    [Counter("Data segments of such connections that came with CE: marked in place of being dropped.")]
    public long CongestionMarks;

    [Counter("Congestion windows that were reduced because a peer told of CE.")]
    public long CongestionResponses;

    [Counter("Probes of closed windows and idle peers.")]
    public long Probes;

    [Counter("Connections given up for silence or lack of progress.")]
    public long TimedOut;

    [Counter("Connections reset because their content is gone.")]
    public long ContentFaults;

    [Counter("Dropped: header shorter than it says, or data offset below 5.")]
    public long MalformedHeader;

    [Counter("Segments with a malformed option; read up to it.")]
    public long MalformedOptions;

    [Counter("Dropped: wrong checksum.")]
    public long BadChecksum;

    [Counter("Dropped: flags that no segment has (SYN with FIN or RST, none at all).")]
    public long BadFlags;

    [Counter("Dropped: no ACK where one belongs.")]
    public long MissingAck;

    [Counter("Dropped: outside of the receive window.")]
    public long OutOfWindow;

    [Counter("Dropped: acknowledges what was never sent, or is too old (RFC 5961 §5).")]
    public long BadAck;

    [Counter("Dropped: older than the last timestamp (PAWS, RFC 7323 §5).")]
    public long PawsRejected;

    [Counter("Segments without the timestamps that were negotiated (RFC 7323 §3.2); taken.")]
    public long TimestampMissing;

    [Counter("Challenge ACKs sent (RFC 5961).")]
    public long ChallengeAcks;

    [Counter("Challenge ACKs withheld: over a limit.")]
    public long ChallengeAcksWithheld;

    [Counter("RSTs inside of the window but not at its edge (RFC 5961 §3).")]
    public long InexactResets;

    [Counter("Segments kept out of order.")]
    public long OutOfOrderSegments;

    [Counter("Dropped: would make more out-of-order ranges than a connection may have.")]
    public long OutOfOrderRangesExceeded;

    [Counter("Dropped: no receive buffer was free.")]
    public long ReceiveBuffersExhausted;

    [Counter("Dropped, whole or in part: the peer's connections hold as many buffers as one may.")]
    public long ReceiveBuffersOfPeerExhausted;

    [Counter("Receive windows that did not grow as their paths asked: no buffers were left for them.")]
    public long ReceiveWindowsHeld;

    [Counter("Connections reset: no receive buffer was free for what their session had seen and left.")]
    public long ReceiveStarved;

    [Counter("SYN-ACKs with a cookie instead of a place in the SYN table.")]
    public long SynCookiesSent;

    [Counter("Connections of which only a cookie told.")]
    public long SynCookiesAccepted;

    [Counter("Segments dropped that may follow the one that tells of a cookie.")]
    public long SynCookiesAwaited;

    [Counter("SYNs for a flow in TIME-WAIT that found the SYN table full.")]
    public long SynTableFull;

    [Counter("SYN-ACKs sent again.")]
    public long SynAckRetransmissions;

    [Counter("Half-open connections given up.")]
    public long SynTimedOut;

    [Counter("Connections refused: the table was full.")]
    public long TableFull;

    [Counter(
        "Connections that gave way to another's when the table was full: of the peer with most, the idlest.")]
    public long TableEvicted;

    [Counter("Connections refused: their peer has as many as one may.")]
    public long PeerConnectionsRefused;

    [Counter("SYNs answered by a cookie: their peer has as many half-open connections as one may.")]
    public long PeerHalfOpenRefused;

    [Counter("Times that an answer waited because its peer holds its share of frames or slices.")]
    public long PeerAnswersWithheld;

    [Counter(
        "Connections reset because their peer held its share of frames or slices for ten seconds, and they "
        + "took nothing.")]
    public long PeerConnectionsReset;

    [Counter("Times that what a peer has SACKed was not kept: none was free, or it has as many as one may.")]
    public long ScoreboardsRefused;

    [Counter("Connections refused by their service.")]
    public long Refused;

    [Counter("TIME-WAITs ended early for room.")]
    public long TimeWaitEvicted;

    [Counter("TIME-WAITs reopened by a new SYN (RFC 6191).")]
    public long TimeWaitReopened;

    [Counter("Connections reset because of a fault of this program; see the log.")]
    public long ConnectionFaults;

    [Counter("Of those, the ones of which something could not be given back.")]
    public long ConnectionFaultsUnmended;

    [Counter("Segments dropped because of a fault of this program that was no connection's.")]
    public long SegmentFaults;

    [Counter("Times that a connection waited for content, a neighbour or pool frames.")]
    public long Blocked;

    [Counter("RSTs and resent SYN-ACKs that found no room in the transmit batch.")]
    public long RepliesDropped;

    [Counter("ICMP errors that quote nothing in flight.")]
    public long PathErrorsIgnored;
}
