using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>
/// What sends whole frames, each from memory that it gives. <see cref="SegmentCutter"/> makes them of
/// segments.
/// </summary>
public interface IFrameSender
{
    /// <summary>
    /// Completes the transport checksums of frames that say where they are; otherwise all are complete. It
    /// may change between two batches.
    /// </summary>
    bool CompletesChecksums => false;

    /// <summary>
    /// Memory for a frame, an Ethernet header and a packet of the link's MTU at least; empty when the link is
    /// full, or has sent what it may before it is received from. It is the link's again with
    /// <see cref="Commit"/>, or when it is asked for anew.
    /// </summary>
    Span<byte> Reserve(Instant now);

    /// <summary>Sends what stands in the reserved memory.</summary>
    /// <param name="length">Bytes of the frame.</param>
    /// <param name="checksumStart">
    /// As <see cref="Frames.OutboundSegment.ChecksumStart"/>; 0: it is complete.
    /// </param>
    /// <param name="checksumOffset">As <see cref="Frames.OutboundSegment.ChecksumOffset"/>.</param>
    /// <param name="now">The instant of this pass.</param>
    void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now);

    /// <summary>Frames of this pass are complete: one kick.</summary>
    void Flush(Instant now);
}
