using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>A received range that is beyond RCV.NXT.</summary>
public struct ReceivedRange
{
    public SequenceNumber Start;
    public SequenceNumber End;

    /// <summary>Greater, the later a segment of the range came.</summary>
    public uint Recency;
}
