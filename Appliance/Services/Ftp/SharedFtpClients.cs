using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>
/// Counts the control connections of all shards: a limit for one address holds whichever shards its
/// connections come to. The lock is taken twice for each control connection.
/// </summary>
public sealed class SharedFtpClients(FtpOptions options) : FtpClients(options)
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public override FtpEntry TryEnter(IpAddress peer)
    {
        lock (_gate)
        {
            return base.TryEnter(peer);
        }
    }

    /// <inheritdoc/>
    public override void Leave(IpAddress peer)
    {
        lock (_gate)
        {
            base.Leave(peer);
        }
    }
}
