using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>What a link can do, fixed after it is opened.</summary>
/// <param name="Mtu">Most bytes of an IP packet on the wire.</param>
/// <param name="TransmitChecksum">
/// The link completes transport checksums (<see cref="OutboundSegment.ChecksumStart"/>).
/// </param>
/// <param name="SegmentationMaxBytes">
/// Most bytes of an IP packet that the link cuts into segments; 0: it cuts none. More than 65,535 is what
/// Linux calls BIG TCP: the total length of such a packet is 0, and counts as what there is.
/// </param>
/// <param name="GatherMax">Most slices of one segment.</param>
public readonly record struct LinkCapabilities(
    int Mtu, bool TransmitChecksum, int SegmentationMaxBytes, int GatherMax)
{
    /// <summary>
    /// As <see cref="SegmentationMaxBytes"/>, and not less, for a packet to a neighbour: nobody forwards it.
    /// </summary>
    public int NeighborSegmentationMaxBytes { get; init; } = SegmentationMaxBytes;
}

/// <summary>What a kick did.</summary>
/// <param name="Taken">Segments taken, from the first pending one on; their memory is free again.</param>
/// <param name="Faulted">
/// The first segment not taken cannot be sent, because its content is gone (EFAULT): its owner is reset and
/// it is dropped. When false, the link is full and the rest waits; to receive
/// may make room.
/// </param>
public readonly record struct TransmitResult(int Taken, bool Faulted);

/// <summary>
/// A network link, owned by one shard; only <see cref="Wake"/> may be called from another thread. All memory
/// that frames and segments name belongs to the caller between calls and to the link during one.
/// </summary>
public interface ILinkDevice : IDisposable
{
    /// <summary>What it can do.</summary>
    LinkCapabilities Capabilities { get; }

    /// <summary>
    /// Frames that had no room until they were received, as far as the link knows; from any thread.
    /// </summary>
    long FramesLost => 0;

    /// <summary>
    /// Segments taken and not sent, as on a pulled cable, because the interface is down or has no room.
    /// </summary>
    long SegmentsLost => 0;

    /// <summary>
    /// Tells where the shard's own frames are, region <see cref="ContentSlice.PoolRegion"/>; once, before the
    /// first <see cref="Transmit"/>.
    /// </summary>
    void Attach(FramePool pool);

    /// <summary>
    /// Fills <paramref name="frames"/> with what has arrived and returns how many; never blocks.
    /// </summary>
    int Receive(Span<Frame> frames, Instant now);

    /// <summary>The bytes of a frame of the last <see cref="Receive"/>.</summary>
    ReadOnlySpan<byte> Bytes(in Frame frame);

    /// <summary>
    /// Sends a prefix of the batch's pending segments; never blocks. The caller calls
    /// <see cref="TransmitBatch.Took"/>.
    /// </summary>
    TransmitResult Transmit(TransmitBatch batch, Instant now);

    /// <summary>
    /// Blocks until a frame may have arrived, room to send may have come (when <paramref name="forRoom"/>),
    /// <see cref="Wake"/> or the deadline.
    /// </summary>
    void Wait(Instant deadline, bool forRoom);

    /// <summary>Ends a <see cref="Wait"/>, now or the next one; from any thread.</summary>
    void Wake();
}
