using System.Runtime.CompilerServices;

namespace Straightwire.Stack.Frames;

/// <summary>
/// Counts who holds what slices name: frames of the shard's pool, or regions of content.
/// </summary>
/// <param name="pool">The shard's own frames.</param>
/// <param name="content">The regions that are not the pool.</param>
public sealed class SliceHolders(FramePool pool, IContentMemory content)
{
    /// <summary>One more holds a slice: a send queue, or a segment that the link has not taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in ContentSlice slice)
    {
        if (slice.Region == ContentSlice.PoolRegion)
        {
            AddFrames(in slice);
        }
        else
        {
            content.Acquire(slice.Region);
        }
    }

    /// <summary>One holder of a slice fewer; the last one frees what it names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(in ContentSlice slice)
    {
        if (slice.Region == ContentSlice.PoolRegion)
        {
            RemoveFrames(in slice);
        }
        else
        {
            content.Release(slice.Region);
        }
    }

    private void AddFrames(in ContentSlice slice)
    {
        int last = pool.LastFrameOf(in slice);
        for (int frame = pool.FrameOf(in slice); frame <= last; frame++)
        {
            pool.AddReference(frame);
        }
    }

    private void RemoveFrames(in ContentSlice slice)
    {
        int last = pool.LastFrameOf(in slice);
        for (int frame = pool.FrameOf(in slice); frame <= last; frame++)
        {
            pool.Release(frame);
        }
    }
}
