using System.Runtime.CompilerServices;

namespace Straightwire.Stack.Tcp;

/// <summary>The ranges of one connection, in order.</summary>
[InlineArray(Max)]
public struct ReceivedRanges
{
    /// <summary>Ranges kept; a segment that would make one more is dropped.</summary>
    public const int Max = 8;

    private ReceivedRange _first;
}
