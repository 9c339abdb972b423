using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Logs;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>Failed logins stand in the log of the program, whatever other logs there are.</summary>
internal sealed class FailedLogins(ILogger logger) : IRecordSink<FtpRecord>
{
    /// <inheritdoc/>
    public bool Takes(in FtpRecord record) => record.Action == FtpAction.LoginFailed;

    /// <inheritdoc/>
    public void Add(in FtpRecord record) => logger.LogInformation(
        "FTP: {Peer:l} failed to log in as {User}", record.Peer.ToString(), record.User);
}
