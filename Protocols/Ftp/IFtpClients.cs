using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>What becomes of a control connection.</summary>
public enum FtpEntry
{
    /// <summary>It is taken.</summary>
    Welcome,

    /// <summary>There are <see cref="FtpOptions.ClientsMax"/>.</summary>
    TooManyClients,

    /// <summary>There are <see cref="FtpOptions.ClientsPerPeerMax"/> from its address.</summary>
    TooManyOfPeer,
}

/// <summary>Counts control connections, of one shard or of all.</summary>
public interface IFtpClients
{
    /// <summary>
    /// A client comes. Who is refused takes nobody's place: else one address could take all of them.
    /// </summary>
    FtpEntry TryEnter(Ipv4Address peer);

    /// <summary>A client that was welcome goes.</summary>
    void Leave(Ipv4Address peer);
}
