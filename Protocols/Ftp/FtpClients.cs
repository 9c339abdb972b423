using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>Counts control connections, in all and by peer; for one thread at a time.</summary>
public sealed class FtpClients(FtpOptions options) : IFtpClients
{
    private readonly Dictionary<Ipv4Address, int> _clientsOf = [];
    private readonly uint _mask = new Ipv4Prefix(default, options.PeerPrefixLength).Mask;
    private int _clients;

    /// <inheritdoc/>
    public FtpEntry TryEnter(Ipv4Address peer)
    {
        peer = NetworkOf(peer);
        _ = _clientsOf.TryGetValue(peer, out int clients);
        if (_clients >= options.ClientsMax)
        {
            return FtpEntry.TooManyClients;
        }
        if (clients >= options.ClientsPerPeerMax)
        {
            return FtpEntry.TooManyOfPeer;
        }
        _clients++;
        _clientsOf[peer] = clients + 1;
        return FtpEntry.Welcome;
    }

    /// <inheritdoc/>
    public void Leave(Ipv4Address peer)
    {
        _clients--;
        peer = NetworkOf(peer);
        if (--_clientsOf[peer] == 0)
        {
            _clientsOf.Remove(peer);
        }
    }

    private Ipv4Address NetworkOf(Ipv4Address address) => new(address.Value & _mask);
}
