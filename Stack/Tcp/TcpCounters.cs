namespace Straightwire.Stack.Tcp;

/// <summary>What TCP did and, for every reason, what it dropped.</summary>
public sealed class TcpCounters
{
    /// <summary>Segments for us.</summary>
    public long SegmentsReceived;

    /// <summary>Segments handed to the link; one that the link cuts counts once.</summary>
    public long SegmentsSent;

    /// <summary>Payload bytes received in the window, duplicates included.</summary>
    public long BytesReceived;

    /// <summary>Payload bytes sent, retransmissions included.</summary>
    public long BytesSent;

    /// <summary>Connections that passive opens made.</summary>
    public long Accepted;

    /// <summary>Connections that active opens began.</summary>
    public long Connecting;

    /// <summary>Connections that are gone.</summary>
    public long Closed;

    /// <summary>Connections that a peer reset.</summary>
    public long ResetsReceived;

    /// <summary>RSTs sent for connections of ours.</summary>
    public long ResetsSent;

    /// <summary>RSTs sent to strangers.</summary>
    public long StrangersReset;

    /// <summary>
    /// Segments of strangers that were not answered: over the limit, or at a port that is not ours.
    /// </summary>
    public long StrangersIgnored;

    /// <summary>Segments that were sent again.</summary>
    public long Retransmissions;

    /// <summary>Fast recoveries entered.</summary>
    public long FastRecoveries;

    /// <summary>Expiries of the retransmission timer.</summary>
    public long RetransmissionTimeouts;

    /// <summary>Probes of closed windows and idle peers.</summary>
    public long Probes;

    /// <summary>Connections given up for silence or lack of progress.</summary>
    public long TimedOut;

    /// <summary>Connections reset because their content is gone.</summary>
    public long ContentFaults;

    /// <summary>Dropped: header shorter than it says, or data offset below 5.</summary>
    public long MalformedHeader;

    /// <summary>Segments with a malformed option; read up to it.</summary>
    public long MalformedOptions;

    /// <summary>Dropped: wrong checksum.</summary>
    public long BadChecksum;

    /// <summary>Dropped: flags that no segment has (SYN with FIN or RST, none at all).</summary>
    public long BadFlags;

    /// <summary>Dropped: no ACK where one belongs.</summary>
    public long MissingAck;

    /// <summary>Dropped: outside of the receive window.</summary>
    public long OutOfWindow;

    /// <summary>Dropped: acknowledges what was never sent, or is too old (RFC 5961 §5).</summary>
    public long BadAck;

    /// <summary>Dropped: older than the last timestamp (PAWS, RFC 7323 §5).</summary>
    public long PawsRejected;

    /// <summary>Segments without the timestamps that were negotiated (RFC 7323 §3.2); taken.</summary>
    public long TimestampMissing;

    /// <summary>Challenge ACKs sent (RFC 5961).</summary>
    public long ChallengeAcks;

    /// <summary>Challenge ACKs withheld: over a limit.</summary>
    public long ChallengeAcksWithheld;

    /// <summary>RSTs inside of the window but not at its edge (RFC 5961 §3).</summary>
    public long InexactResets;

    /// <summary>Segments kept out of order.</summary>
    public long OutOfOrderSegments;

    /// <summary>Dropped: would make more out-of-order ranges than a connection may have.</summary>
    public long OutOfOrderRangesExceeded;

    /// <summary>Dropped, whole or in part: no receive buffer was free.</summary>
    public long ReceiveBuffersExhausted;

    /// <summary>Dropped, whole or in part: the peer's connections hold as many as one peer may.</summary>
    public long ReceiveBuffersOfPeerExhausted;

    /// <summary>
    /// Connections reset because no receive buffer was free for what their session had been shown and left.
    /// </summary>
    public long ReceiveStarved;

    /// <summary>SYN-ACKs with a cookie instead of a place in the SYN table.</summary>
    public long SynCookiesSent;

    /// <summary>Connections of which only a cookie told.</summary>
    public long SynCookiesAccepted;

    /// <summary>Segments dropped that may follow the one that tells of a cookie.</summary>
    public long SynCookiesAwaited;

    /// <summary>SYNs for a flow in TIME-WAIT that found the SYN table full.</summary>
    public long SynTableFull;

    /// <summary>SYN-ACKs sent again.</summary>
    public long SynAckRetransmissions;

    /// <summary>Half-open connections given up.</summary>
    public long SynTimedOut;

    /// <summary>Connections refused: the table was full.</summary>
    public long TableFull;

    /// <summary>
    /// Connections that gave way to another's when the table was full: of the peer with most, the idlest.
    /// </summary>
    public long TableEvicted;

    /// <summary>Connections refused: their peer has as many as one may.</summary>
    public long PeerConnectionsRefused;

    /// <summary>SYNs answered by a cookie: their peer has as many half-open connections as one may.</summary>
    public long PeerHalfOpenRefused;

    /// <summary>Times that an answer waited because its peer holds its share of frames or slices.</summary>
    public long PeerAnswersWithheld;

    /// <summary>
    /// Connections reset because their peer held its share of frames or slices for ten seconds, and they took
    /// nothing.
    /// </summary>
    public long PeerConnectionsReset;

    /// <summary>
    /// Times that what a connection's peer has SACKed was not kept: no scoreboard was free, or the peer has
    /// as many as one may.
    /// </summary>
    public long ScoreboardsRefused;

    /// <summary>Connections refused by their service.</summary>
    public long Refused;

    /// <summary>TIME-WAITs ended early for room.</summary>
    public long TimeWaitEvicted;

    /// <summary>TIME-WAITs reopened by a new SYN (RFC 6191).</summary>
    public long TimeWaitReopened;

    /// <summary>Connections reset because of a fault of this program.</summary>
    public long ConnectionFaults;

    /// <summary>Segments dropped because of a fault of this program that was no connection's.</summary>
    public long SegmentFaults;

    /// <summary>Of a connection that ended by a fault, something could not be given back.</summary>
    public long FaultsUnmended;

    /// <summary>Times that a connection waited for content, a neighbour or pool frames.</summary>
    public long Blocked;

    /// <summary>RSTs and resent SYN-ACKs that found no room in the transmit batch.</summary>
    public long RepliesDropped;

    /// <summary>ICMP errors that quote nothing in flight.</summary>
    public long PathErrorsIgnored;
}
