using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Reads a slice of the content piece by piece, for bodies that are not sent as they are. What is read and
/// not taken is read again. Whoever reads holds the slice meanwhile.
/// </summary>
/// <param name="memory">Where it is read.</param>
/// <param name="slice">What is read.</param>
public struct ContentReader(IContentMemory memory, in ContentSlice slice)
{
    private readonly ContentSlice _slice = slice;
    private long _taken;

    /// <summary>Whether all of the slice is done with.</summary>
    public readonly bool IsWhole => _taken == _slice.Length;

    /// <summary>Copies the next bytes; <see cref="Take"/> says how many of them are done with.</summary>
    /// <param name="piece">Where they go.</param>
    /// <param name="now">When it is.</param>
    /// <param name="count">Bytes that were copied: all that there is room for, or that are left.</param>
    public readonly ReadProgress TryNext(Span<byte> piece, Instant now, out int count)
    {
        count = 0;
        int length = (int)Math.Min(piece.Length, _slice.Length - _taken);
        ContentSlice next = _slice.Part(_taken, length);
        switch (memory.Prepare(in next, now))
        {
            case ContentReadiness.Pending:
                return ReadProgress.Pending;
            case ContentReadiness.Faulted:
                return ReadProgress.Failed;
        }
        if (!memory.TryRead(next.Region, next.Offset, piece[..length]))
        {
            memory.OnFault(in next, now);
            return ReadProgress.Failed;
        }
        count = length;
        return ReadProgress.Read;
    }

    /// <summary>So many bytes are done with.</summary>
    public void Take(int count) => _taken += count;
}
