namespace Straightwire.Stack.Tcp;

/// <summary>What is counted of a peer exactly, over all shards.</summary>
public enum PeerCount
{
    /// <summary>Connections in all states but CLOSED and TIME-WAIT.</summary>
    Connections,

    /// <summary>Half-open passive connections.</summary>
    HalfOpen,
}
