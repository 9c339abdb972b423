using Straightwire.Protocols.Ftp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Ftp;

/// <summary>
/// Counts the control connections of all shards: a limit for one address holds whichever shards its
/// connections come to. The lock is taken twice for each control connection.
/// </summary>
public sealed class SharedFtpClients(FtpOptions options) : IFtpClients
{
    private readonly FtpClients _clients = new(options);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public FtpEntry TryEnter(Ipv4Address peer)
    {
        lock (_gate)
        {
            return _clients.TryEnter(peer);
        }
    }

    /// <inheritdoc/>
    public void Leave(Ipv4Address peer)
    {
        lock (_gate)
        {
            _clients.Leave(peer);
        }
    }
}
