using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Counts control connections, in all and by peer; for one thread at a time. Who counts for several shards
/// sees to that.
/// </summary>
public class FtpClients(FtpOptions options)
{
    private readonly Dictionary<IpAddress, int> _clientsOf = [];
    private int _clients;

    /// <summary>
    /// A client comes. Who is refused takes nobody's place: else one address could take all of them.
    /// </summary>
    public virtual FtpEntry TryEnter(IpAddress peer)
    {
        peer = NetworkOf(peer);
        _ = _clientsOf.TryGetValue(peer, out int clients);
        if (_clients >= options.Clients)
        {
            return FtpEntry.TooManyClients;
        }
        if (clients >= options.ClientsPerPeer)
        {
            return FtpEntry.TooManyOfPeer;
        }
        _clients++;
        _clientsOf[peer] = clients + 1;
        return FtpEntry.Welcome;
    }

    /// <summary>A client that was welcome goes.</summary>
    public virtual void Leave(IpAddress peer)
    {
        _clients--;
        peer = NetworkOf(peer);
        if (--_clientsOf[peer] == 0)
        {
            _clientsOf.Remove(peer);
        }
    }

    private IpAddress NetworkOf(IpAddress address) =>
        new IpPrefix(address, options.PeerPrefixLength).Network;
}
