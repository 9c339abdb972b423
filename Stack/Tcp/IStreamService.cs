namespace Straightwire.Stack.Tcp;

/// <summary>A protocol on a TCP port. One instance belongs to one shard.</summary>
public interface IStreamService
{
    /// <summary>The port that it listens on.</summary>
    ushort Port { get; }

    /// <summary>
    /// A connection is established: the session that takes it, or null to refuse with RST. Sessions are
    /// reused: this allocates nothing once warm.
    /// </summary>
    IStreamSession? Accept(in StreamInfo info);
}
