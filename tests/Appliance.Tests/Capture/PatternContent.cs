using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Capture;

/// <summary>Content whose bytes count up from the offset.</summary>
internal sealed class PatternContent : IContentMemory
{
    public long Version => 0;

    public ContentReadiness Prepare(in ContentSlice slice, Instant now) => ContentReadiness.Resident;

    public bool TryRead(int region, long offset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(offset + i);
        }
        return true;
    }

    public void Acquire(int region)
    {
    }

    public void Release(int region)
    {
    }
}
