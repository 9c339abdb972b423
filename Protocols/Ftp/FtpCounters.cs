using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Ftp;

/// <summary>What the FTP service did and refused. Written by the shard's thread.</summary>
public sealed class FtpCounters
{
    [Counter("Control connections taken.")]
    public long Connections;

    [Counter("Control connections refused because there were too many in all.")]
    public long ClientsRefused;

    [Counter("Control connections refused because there were too many from their address.")]
    public long PeerClientsRefused;

    [Counter("Logins without a password of their own.")]
    public long AnonymousLogins;

    [Counter("Logins of users.")]
    public long Logins;

    [Counter("Logins that failed.")]
    public long LoginsFailed;

    [Counter(
        "Logins refused (421) because too many passwords waited to be checked, in all or of their address.")]
    public long LoginsRefused;

    [Counter("Control connections closed after too many failed logins.")]
    public long LoginsExhausted;

    [Counter("Commands answered.")]
    public long Commands;

    [Counter("Commands that are not known (502).")]
    public long CommandsUnknown;

    [Counter("Command lines that were too long (500).")]
    public long LinesTooLong;

    [Counter("Answers of class 5 (RFC 959 §4.2.1).")]
    public long RepliesNegative;

    [Counter("Files sent whole or from an offset to their end.")]
    public long Downloads;

    [Counter("Bytes sent of files.")]
    public long DownloadBytes;

    [Counter("Files received and in their place.")]
    public long Uploads;

    [Counter("Bytes received of files.")]
    public long UploadBytes;

    [Counter("Directories listed.")]
    public long Listings;

    [Counter("Transfers that broke off or were broken off (425, 426, 451, 452, 552).")]
    public long TransfersFailed;

    [Counter("Transfers ended by ABOR.")]
    public long TransfersAborted;

    [Counter("Names deleted, renamed, made or dated.")]
    public long Changes;

    [Counter("PORT and EPRT to another host or a port below 1024 (the bounce attack, RFC 2577 §3).")]
    public long BouncesRefused;

    [Counter("PASV and EPSV for which no port was free.")]
    public long PassivePortsExhausted;

    [Counter("Data connections that did not come in time, or could not be opened.")]
    public long DataConnectionsFailed;

    [Counter("Control connections closed because they were silent.")]
    public long IdleTimeouts;

    [Counter("Control connections closed because no login came.")]
    public long LoginTimeouts;

    [Counter("Control connections reset because their replies found no room.")]
    public long RepliesWithoutRoom;
}
