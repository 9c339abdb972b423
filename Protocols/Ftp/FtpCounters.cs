namespace Straightwire.Protocols.Ftp;

/// <summary>What the FTP service did and refused. Written by the shard's thread.</summary>
public sealed class FtpCounters
{
    /// <summary>Control connections taken.</summary>
    public long Connections;

    /// <summary>Control connections refused because there were too many in all.</summary>
    public long ClientsRefused;

    /// <summary>Control connections refused because there were too many from their address.</summary>
    public long PeerClientsRefused;

    /// <summary>Logins without a password of their own.</summary>
    public long AnonymousLogins;

    /// <summary>Logins of users.</summary>
    public long Logins;

    /// <summary>Logins that failed.</summary>
    public long LoginsFailed;

    /// <summary>
    /// Logins refused (421) because too many passwords waited to be checked, in all or of their address.
    /// </summary>
    public long LoginsRefused;

    /// <summary>Control connections closed after too many failed logins.</summary>
    public long LoginsExhausted;

    /// <summary>Commands answered.</summary>
    public long Commands;

    /// <summary>Commands that are not known (502).</summary>
    public long CommandsUnknown;

    /// <summary>Command lines that were too long (500).</summary>
    public long LinesTooLong;

    /// <summary>Answers of class 5 (RFC 959 §4.2.1).</summary>
    public long RepliesNegative;

    /// <summary>Files sent whole or from an offset to their end.</summary>
    public long Downloads;

    /// <summary>Bytes sent of files.</summary>
    public long DownloadBytes;

    /// <summary>Files received and in their place.</summary>
    public long Uploads;

    /// <summary>Bytes received of files.</summary>
    public long UploadBytes;

    /// <summary>Directories listed.</summary>
    public long Listings;

    /// <summary>Transfers that broke off or were broken off (425, 426, 451, 452, 552).</summary>
    public long TransfersFailed;

    /// <summary>Transfers ended by ABOR.</summary>
    public long TransfersAborted;

    /// <summary>Names deleted, renamed, made or dated.</summary>
    public long Changes;

    /// <summary>
    /// PORT and EPRT to another host or a port below 1024 (the bounce attack, RFC 2577 §3).
    /// </summary>
    public long BouncesRefused;

    /// <summary>PASV and EPSV for which no port was free.</summary>
    public long PassivePortsExhausted;

    /// <summary>Data connections that did not come in time, or could not be opened.</summary>
    public long DataConnectionsFailed;

    /// <summary>Control connections closed because they were silent.</summary>
    public long IdleTimeouts;

    /// <summary>Control connections closed because no login came.</summary>
    public long LoginTimeouts;

    /// <summary>Control connections reset because their replies found no room.</summary>
    public long RepliesWithoutRoom;
}
