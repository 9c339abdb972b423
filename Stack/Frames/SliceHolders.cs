namespace Straightwire.Stack.Frames;

/// <summary>
/// Counts who holds what slices name: frames of the shard's pool, or regions of content.
/// </summary>
/// <param name="pool">The shard's own frames.</param>
/// <param name="content">The regions that are not the pool.</param>
public sealed class SliceHolders(FramePool pool, IContentMemory content)
{
    /// <summary>One more holds a slice: a send queue, or a segment that the link has not taken.</summary>
    public void Add(in ContentSlice slice)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            content.Acquire(slice.Region);
            return;
        }
        for (int frame = pool.FrameOf(in slice); frame <= pool.LastFrameOf(in slice); frame++)
        {
            pool.AddReference(frame);
        }
    }

    /// <summary>One holder of a slice fewer; the last one frees what it names.</summary>
    public void Remove(in ContentSlice slice)
    {
        if (slice.Region != ContentSlice.PoolRegion)
        {
            content.Release(slice.Region);
            return;
        }
        for (int frame = pool.FrameOf(in slice); frame <= pool.LastFrameOf(in slice); frame++)
        {
            pool.Release(frame);
        }
    }
}
