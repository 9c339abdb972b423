using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

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
