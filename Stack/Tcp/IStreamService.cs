namespace Straightwire.Stack.Tcp;

/// <summary>A protocol on a TCP port. One instance belongs to one shard.</summary>
public interface IStreamService
{
    /// <summary>The port that it listens on.</summary>
    ushort Port { get; }

    /// <summary>
    /// Places of the connection table that are kept for it: for who must be served while others take the
    /// rest.
    /// </summary>
    int ReservedConnections => 0;

    /// <summary>
    /// A connection is established: the session that takes it, or null to refuse with RST. Sessions are
    /// reused: this allocates nothing once warm.
    /// </summary>
    IStreamSession? Accept(in StreamInfo info);
}
