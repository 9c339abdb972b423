namespace Straightwire.Stack.Wire;

/// <summary>The ECN field of an IP header: two bits (RFC 3168 §5).</summary>
public enum EcnCodepoint : byte
{
    /// <summary>The sender does not hear of congestion: a router drops.</summary>
    NotEct,

    /// <summary>ECT(1): the sender hears of it.</summary>
    Ect1,

    /// <summary>ECT(0): the same, and what a sender sets that makes no difference between both.</summary>
    Ect0,

    /// <summary>Congestion experienced: a router has marked it in place of dropping it.</summary>
    Ce,
}
