namespace Straightwire.Protocols.Ftp;

/// <summary>What becomes of a control connection.</summary>
public enum FtpEntry
{
    /// <summary>It may log in.</summary>
    Welcome,

    /// <summary>There are <see cref="FtpLimits.Clients"/>.</summary>
    TooManyClients,

    /// <summary>There are <see cref="FtpLimits.ClientsPerPeer"/> from its address.</summary>
    TooManyOfPeer,
}
