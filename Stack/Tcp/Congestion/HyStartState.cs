using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>What HyStart++ remembers (RFC 9406 §4.2): round trips in microseconds; 0: none.</summary>
public struct HyStartState
{
    /// <summary>The round ends when this is acknowledged.</summary>
    public SequenceNumber RoundEnd;

    /// <summary>The least round trip of the round before.</summary>
    public uint LastMin;

    /// <summary>The least round trip of this round.</summary>
    public uint CurrentMin;

    /// <summary>The round trip that conservative slow start was begun at.</summary>
    public uint BaselineMin;

    /// <summary>1 and the number of round trips measured in this round; 0 before the first round.</summary>
    public byte Samples;

    /// <summary>Rounds of conservative slow start, this one included; 0: slow start.</summary>
    public byte Rounds;
}
