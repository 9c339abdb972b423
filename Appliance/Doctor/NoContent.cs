using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Doctor;

/// <summary>Content for a link that sends none.</summary>
internal sealed class NoContent : IContentMemory
{
    /// <inheritdoc/>
    public long Version => 0;

    /// <inheritdoc/>
    public ContentReadiness Prepare(in ContentSlice slice, Instant now) => ContentReadiness.Faulted;

    /// <inheritdoc/>
    public bool TryRead(int region, long offset, Span<byte> destination) => false;

    /// <inheritdoc/>
    public void Acquire(int region)
    {
    }

    /// <inheritdoc/>
    public void Release(int region)
    {
    }
}
