using Straightwire.Stack.Rules;

namespace Straightwire.Stack.Frames;

/// <summary>
/// A run of bytes in a region that the link can reach: what the send queue holds. Region
/// <see cref="PoolRegion"/> is the shard's own <see cref="FramePool"/>; the others are content, known to
/// <see cref="IContentMemory"/> by number. Neither pointer nor object, so that connection state stays
/// unmanaged.
/// </summary>
/// <param name="Region">The number of the region that the bytes stand in.</param>
/// <param name="Offset">First byte, counted from the region's start.</param>
/// <param name="Length">How many bytes it names.</param>
public readonly record struct ContentSlice(int Region, long Offset, long Length)
{
    /// <summary>The shard's own frame pool.</summary>
    public const int PoolRegion = 0;

    /// <summary>
    /// The part that begins <paramref name="skip"/> bytes in and is <paramref name="length"/> bytes long.
    /// </summary>
    public ContentSlice Part(long skip, long length)
    {
        Invariant.Assert(skip >= 0 && length >= 0 && skip + length <= Length, "a part lies within its slice");
        return new ContentSlice(Region, Offset + skip, length);
    }
}
