using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Frames;

/// <summary>
/// One shard's view of the content regions. The stack never touches content itself: gathering links hand
/// slices to the kernel, copying links fill their frames through <see cref="IContentReader.TryRead"/>.
/// </summary>
public interface IContentMemory : IContentReader
{
    /// <summary>
    /// Changes whenever a pending slice may have become ready or faulted. Written by a helper thread, read by
    /// the shard.
    /// </summary>
    long Version { get; }

    /// <summary>
    /// Whether the slice can be sent now; asks for it, and for what follows it, when it cannot.
    /// </summary>
    ContentReadiness Prepare(in ContentSlice slice, Instant now);

    /// <summary>The same for a peer: what several of them wait for is brought in turn.</summary>
    ContentReadiness Prepare(in ContentSlice slice, IpAddress peer, Instant now) =>
        Prepare(in slice, now);

    /// <summary>
    /// The link found bytes gone in a segment that this slice has a part in: to be looked into. A memory that
    /// loses nothing ignores it.
    /// </summary>
    void OnFault(in ContentSlice slice, Instant now)
    {
    }

    /// <summary>One more slice of a region stands in a send queue of this shard.</summary>
    void Acquire(int region);

    /// <summary>
    /// One slice fewer. A region whose generation has passed is freed once no shard holds a slice of it.
    /// </summary>
    void Release(int region);
}
