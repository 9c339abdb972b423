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
        if (slice.Region != ContentSlice.PoolRegion)
        {
            content.Acquire(slice.Region);
            return;
        }
        int frame = pool.FrameOf(in slice);
        pool.AddReference(frame);
        if (frame != pool.LastFrameOf(in slice))
        {
            AddRest(frame + 1, pool.LastFrameOf(in slice));
        }
    }

    /// <summary>One holder of a slice fewer; the last one frees what it names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(in ContentSlice slice)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            content.Release(slice.Region);
            return;
        }
        int frame = pool.FrameOf(in slice);
        pool.Release(frame);
        if (frame != pool.LastFrameOf(in slice))
        {
            RemoveRest(frame + 1, pool.LastFrameOf(in slice));
        }
    }

    private void AddRest(int first, int last)
    {
        for (int frame = first; frame <= last; frame++)
        {
            pool.AddReference(frame);
        }
    }

    private void RemoveRest(int first, int last)
    {
        for (int frame = first; frame <= last; frame++)
        {
            pool.Release(frame);
        }
    }
}
