namespace Straightwire.Protocols.Ftp;

/// <summary>What becomes of a control connection.</summary>
public enum FtpEntry
{
    /// <summary>It may log in.</summary>
    Welcome,

    /// <summary>There are <see cref="FtpOptions.ClientsMax"/>.</summary>
    TooManyClients,

    /// <summary>There are <see cref="FtpOptions.ClientsPerPeerMax"/> from its address.</summary>
    TooManyOfPeer,
}
