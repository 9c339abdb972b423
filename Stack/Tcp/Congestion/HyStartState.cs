using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp.Congestion;

/// <summary>What HyStart++ remembers (RFC 9406 §4.2): round trips in microseconds; 0: none.</summary>
public struct HyStartState
{
    /// <summary>The round ends when more than this is acknowledged.</summary>
    public SequenceNumber RoundEnd;

    /// <summary>The least round trip of the round before.</summary>
    public uint LastMin;

    /// <summary>The least round trip of this round.</summary>
    public uint CurrentMin;

    /// <summary>
    /// The round trip that conservative slow start was begun at; 0: it was begun for another sign.
    /// </summary>
    public uint BaselineMin;

    /// <summary>When the round began, microseconds of a clock that wraps.</summary>
    public uint RoundAt;

    /// <summary>When the last acknowledgement of this round came that followed on the others at once.</summary>
    public uint TrainAt;

    /// <summary>1 and the number of round trips measured in this round; 0 before the first round.</summary>
    public byte Samples;

    /// <summary>Rounds of conservative slow start, this one included; 0: slow start.</summary>
    public byte Rounds;
}
