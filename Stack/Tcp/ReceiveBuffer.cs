using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// What is known of one receive buffer beside its memory. Those of a connection are a chain in the order of
/// their bytes; between two there may be none, where no byte has come.
/// </summary>
internal struct ReceiveBuffer
{
    /// <summary>The mark of the connection that it is lent to; 0: nobody's.</summary>
    public int Owner;

    /// <summary>The one before it; −1: it is the first.</summary>
    public int Previous;

    /// <summary>The one behind it; −1: it is the last.</summary>
    public int Next;

    /// <summary>The last of the chain, where this is the first.</summary>
    public int Last;

    /// <summary>The number of its first byte.</summary>
    public SequenceNumber Origin;

    /// <summary>Where the first unconsumed byte is in it, where this is the first.</summary>
    public int Front;

    /// <summary>Bytes of it that may count: all, but for those of a first one that others stand in.</summary>
    public int Length;

    /// <summary>Its ranges of bytes beyond RCV.NXT.</summary>
    public int RangeCount;
}
