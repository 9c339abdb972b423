namespace Straightwire.Stack.Tcp;

/// <summary>What a connection is doing about losses.</summary>
public enum LossMode : byte
{
    /// <summary>Nothing is known to be lost.</summary>
    Open,

    /// <summary>Fast recovery (RFC 6675 with SACK, RFC 6582 without).</summary>
    Recovery,

    /// <summary>After a retransmission timeout (RFC 6298 §5).</summary>
    Timeout,
}
