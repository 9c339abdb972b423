using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;

namespace Straightwire.Devices.Tap;

/// <summary>
/// Where the bytes of a segment are, for writev and sendmmsg: a virtio-net header with the segment's headers
/// behind it, then each slice, straight from the memory of the content.
/// </summary>
/// <param name="regions">The content that segments name.</param>
internal sealed unsafe class SegmentVectors(RegionTable regions)
{
    private byte[] _pool = [];

    /// <summary>As <see cref="Stack.Link.ILinkDevice.Attach"/>.</summary>
    public void Attach(FramePool pool) => _pool = pool.Memory;

    /// <summary>
    /// Fills one vector and another for each slice; false when a slice is not there.
    /// </summary>
    public bool TryFill(Span<IoVector> vectors, TransmitBatch batch, in OutboundSegment segment)
    {
        int start = segment.HeaderOffset - VirtioHeader.Length;
        VirtioHeader.Write(batch.Headers.AsSpan(start, VirtioHeader.Length), segment);
        vectors[0].Address = AddressOf(batch.Headers) + (nuint)start;
        vectors[0].Length = (nuint)(VirtioHeader.Length + segment.HeaderLength);
        ReadOnlySpan<ContentSlice> slices = batch.Gather(segment);
        for (int i = 0; i < slices.Length; i++)
        {
            ref readonly ContentSlice slice = ref slices[i];
            ref IoVector vector = ref vectors[i + 1];
            vector.Length = (nuint)slice.Length;
            if (slice.Region == ContentSlice.PoolRegion)
            {
                Invariant.Assert(
                    slice.Offset >= 0 && slice.Offset + slice.Length <= _pool.Length,
                    "a slice lies within the attached pool");
                vector.Address = AddressOf(_pool) + (nuint)slice.Offset;
            }
            else if (!regions.TryLocate(slice, out vector.Address))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The address of an array that was allocated pinned.</summary>
    public static nuint AddressOf<T>(T[] pinned)
        where T : unmanaged =>
        (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
