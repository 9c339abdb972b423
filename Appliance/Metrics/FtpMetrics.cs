using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Metrics;

/// <summary>What FTP did and refused.</summary>
internal static class FtpMetrics
{
    /// <summary>Writes them all.</summary>
    public static void Write(MetricsText text, FtpCounters counters)
    {
        text.Counter("ftp_connections", "Control connections taken.", counters.Connections);
        text.Counter("ftp_clients_refused",
            "Control connections refused because there were too many in all.", counters.ClientsRefused);
        text.Counter("ftp_peer_clients_refused",
            "Control connections refused because there were too many from their address.",
            counters.PeerClientsRefused);
        text.Counter("ftp_anonymous_logins",
            "Logins without a password of their own.", counters.AnonymousLogins);
        text.Counter("ftp_logins", "Logins of users.", counters.Logins);
        text.Counter("ftp_logins_failed", "Logins that failed.", counters.LoginsFailed);
        text.Counter("ftp_logins_refused",
            "Logins refused (421) because too many passwords waited to be checked, in all or of their "
            + "address.",
            counters.LoginsRefused);
        text.Counter("ftp_logins_exhausted",
            "Control connections closed after too many failed logins.", counters.LoginsExhausted);
        text.Counter("ftp_commands", "Commands answered.", counters.Commands);
        text.Counter("ftp_commands_unknown", "Commands that are not known (502).", counters.CommandsUnknown);
        text.Counter("ftp_lines_too_long", "Command lines that were too long (500).", counters.LinesTooLong);
        text.Counter("ftp_replies_negative",
            "Answers of class 5 (RFC 959 §4.2.1).", counters.RepliesNegative);
        text.Counter("ftp_downloads", "Files sent whole or from an offset to their end.", counters.Downloads);
        text.Counter("ftp_download_bytes", "Bytes sent of files.", counters.DownloadBytes);
        text.Counter("ftp_uploads", "Files received and in their place.", counters.Uploads);
        text.Counter("ftp_upload_bytes", "Bytes received of files.", counters.UploadBytes);
        text.Counter("ftp_listings", "Directories listed.", counters.Listings);
        text.Counter("ftp_transfers_failed",
            "Transfers that broke off or were broken off (425, 426, 451, 452, 552).",
            counters.TransfersFailed);
        text.Counter("ftp_transfers_aborted", "Transfers ended by ABOR.", counters.TransfersAborted);
        text.Counter("ftp_changes", "Names deleted, renamed, made or dated.", counters.Changes);
        text.Counter("ftp_bounces_refused",
            "PORT and EPRT to another host or a port below 1024 (the bounce attack, RFC 2577 "
            + "§3).",
            counters.BouncesRefused);
        text.Counter("ftp_passive_ports_exhausted",
            "PASV and EPSV for which no port was free.", counters.PassivePortsExhausted);
        text.Counter("ftp_data_connections_failed",
            "Data connections that did not come in time, or could not be opened.",
            counters.DataConnectionsFailed);
        text.Counter("ftp_idle_timeouts",
            "Control connections closed because they were silent.", counters.IdleTimeouts);
        text.Counter("ftp_login_timeouts",
            "Control connections closed because no login came.", counters.LoginTimeouts);
        text.Counter("ftp_replies_without_room",
            "Control connections reset because their replies found no room.", counters.RepliesWithoutRoom);
    }
}
