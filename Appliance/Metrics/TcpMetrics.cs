using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Tcp;

namespace Straightwire.Appliance.Metrics;

/// <summary>What TCP did and dropped.</summary>
internal static class TcpMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, TcpCounters counters)
    {
        text.Counter("tcp_segments_received", "Segments for us.", counters.SegmentsReceived);
        text.Counter("tcp_segments_sent",
            "Segments handed to the link; one that the link cuts counts once.", counters.SegmentsSent);
        text.Counter("tcp_bytes_received",
            "Payload bytes received in the window, duplicates included.", counters.BytesReceived);
        text.Counter("tcp_bytes_sent", "Payload bytes sent, retransmissions included.", counters.BytesSent);
        text.Counter("tcp_accepted", "Connections that passive opens made.", counters.Accepted);
        text.Counter("tcp_connecting", "Connections that active opens began.", counters.Connecting);
        text.Counter("tcp_closed", "Connections that are gone.", counters.Closed);
        text.Counter("tcp_resets_received", "Connections that a peer reset.", counters.ResetsReceived);
        text.Counter("tcp_resets_sent", "RSTs sent for connections of ours.", counters.ResetsSent);
        text.Counter("tcp_strangers_reset", "RSTs sent to strangers.", counters.StrangersReset);
        text.Counter("tcp_strangers_ignored",
            "Segments of strangers that were not answered: over the limit, or at a port that is not ours.",
            counters.StrangersIgnored);
        text.Counter("tcp_retransmissions", "Segments that were sent again.", counters.Retransmissions);
        text.Counter("tcp_fast_recoveries", "Fast recoveries entered.", counters.FastRecoveries);
        text.Counter("tcp_retransmission_timeouts",
            "Expiries of the retransmission timer.", counters.RetransmissionTimeouts);
        text.Counter("tcp_probes", "Probes of closed windows and idle peers.", counters.Probes);
        text.Counter("tcp_timed_out",
            "Connections given up for silence or lack of progress.", counters.TimedOut);
        text.Counter("tcp_content_faults",
            "Connections reset because their content is gone.", counters.ContentFaults);
        text.Counter("tcp_malformed_header",
            "Dropped: header shorter than it says, or data offset below 5.", counters.MalformedHeader);
        text.Counter("tcp_malformed_options",
            "Segments with a malformed option; read up to it.", counters.MalformedOptions);
        text.Counter("tcp_bad_checksum", "Dropped: wrong checksum.", counters.BadChecksum);
        text.Counter("tcp_bad_flags",
            "Dropped: flags that no segment has (SYN with FIN or RST, none at all).", counters.BadFlags);
        text.Counter("tcp_missing_ack", "Dropped: no ACK where one belongs.", counters.MissingAck);
        text.Counter("tcp_out_of_window", "Dropped: outside of the receive window.", counters.OutOfWindow);
        text.Counter("tcp_bad_ack",
            "Dropped: acknowledges what was never sent, or is too old (RFC 5961 §5).", counters.BadAck);
        text.Counter("tcp_paws_rejected",
            "Dropped: older than the last timestamp (PAWS, RFC 7323 §5).", counters.PawsRejected);
        text.Counter("tcp_timestamp_missing",
            "Segments without the timestamps that were negotiated (RFC 7323 §3.2); taken.",
            counters.TimestampMissing);
        text.Counter("tcp_challenge_acks", "Challenge ACKs sent (RFC 5961).", counters.ChallengeAcks);
        text.Counter("tcp_challenge_acks_withheld",
            "Challenge ACKs withheld: over a limit.", counters.ChallengeAcksWithheld);
        text.Counter("tcp_inexact_resets",
            "RSTs inside of the window but not at its edge (RFC 5961 §3).", counters.InexactResets);
        text.Counter("tcp_out_of_order_segments", "Segments kept out of order.", counters.OutOfOrderSegments);
        text.Counter("tcp_out_of_order_ranges_exceeded",
            "Dropped: would make more out-of-order ranges than a connection may have.",
            counters.OutOfOrderRangesExceeded);
        text.Counter("tcp_receive_buffers_exhausted",
            "Dropped: no receive buffer was free.", counters.ReceiveBuffersExhausted);
        text.Counter("tcp_receive_buffers_of_peer_exhausted",
            "Dropped, whole or in part: the peer's connections hold as many buffers as one may.",
            counters.ReceiveBuffersOfPeerExhausted);
        text.Counter("tcp_receive_starved",
            "Connections reset: no receive buffer was free for what their session had seen and left.",
            counters.ReceiveStarved);
        text.Counter("tcp_syn_ack_retransmissions", "SYN-ACKs sent again.", counters.SynAckRetransmissions);
        text.Counter("tcp_syn_timed_out", "Half-open connections given up.", counters.SynTimedOut);
        text.Counter("tcp_table_full", "Connections refused: the table was full.", counters.TableFull);
        text.Counter("tcp_refused", "Connections refused by their service.", counters.Refused);
        text.Counter("tcp_time_wait_evicted", "TIME-WAITs ended early for room.", counters.TimeWaitEvicted);
        text.Counter("tcp_time_wait_reopened",
            "TIME-WAITs reopened by a new SYN (RFC 6191).", counters.TimeWaitReopened);
        WriteMore(text, counters);
    }

    /// <summary>The rest of them.</summary>
    private static void WriteMore(MetricsText text, TcpCounters counters)
    {
        text.Counter("tcp_table_evicted",
            "Connections that gave way to another's when the table was full.",
            counters.TableEvicted);
        text.Counter("tcp_peer_connections_refused",
            "Connections refused: their peer has as many as one may.", counters.PeerConnectionsRefused);
        text.Counter("tcp_syn_cookies_sent",
            "SYN-ACKs with a cookie instead of a place in the SYN table.", counters.SynCookiesSent);
        text.Counter("tcp_syn_cookies_accepted",
            "Connections of which only a cookie told.", counters.SynCookiesAccepted);
        text.Counter("tcp_syn_cookies_awaited",
            "Segments dropped that may follow the one that tells of a cookie.", counters.SynCookiesAwaited);
        text.Counter("tcp_syn_table_full",
            "SYNs for a flow in TIME-WAIT that found the SYN table full.", counters.SynTableFull);
        text.Counter("tcp_peer_half_open_refused",
            "SYNs answered by a cookie: their peer has as many half-open connections as one may.",
            counters.PeerHalfOpenRefused);
        text.Counter("tcp_peer_answers_withheld",
            "Times that an answer waited because its peer holds its share of frames or slices.",
            counters.PeerAnswersWithheld);
        text.Counter("tcp_peer_connections_reset",
            "Connections reset because their peer held its share of frames or slices for ten seconds.",
            counters.PeerConnectionsReset);
        text.Counter("tcp_scoreboards_refused",
            "Times that what a peer has SACKed was not kept: none was free, or it has as many as one may.",
            counters.ScoreboardsRefused);
        text.Counter("tcp_blocked",
            "Times that a connection waited for content, a neighbour or pool frames.", counters.Blocked);
        text.Counter("connection_faults",
            "Connections reset because of a fault of this program; see the log.", counters.ConnectionFaults);
        text.Counter("connection_faults_unmended",
            "Of those, the ones of which something could not be given back.", counters.FaultsUnmended);
        text.Counter("segment_faults",
            "Segments dropped because of a fault of this program that was no connection's.",
            counters.SegmentFaults);
        text.Counter("tcp_replies_dropped",
            "RSTs and resent SYN-ACKs that found no room in the transmit batch.", counters.RepliesDropped);
        text.Counter("tcp_path_errors_ignored",
            "ICMP errors that quote nothing in flight.", counters.PathErrorsIgnored);
    }
}
