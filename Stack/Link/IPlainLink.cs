using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>
/// A link that sends whole frames and nothing else: no segmentation, no gather (AF_XDP, libpcap, simulated).
/// SoftwareOffload makes an <see cref="ILinkDevice"/> of it.
/// </summary>
public interface IPlainLink : IDisposable
{
    /// <summary>Most bytes of an IP packet on the wire.</summary>
    int Mtu { get; }

    /// <summary>
    /// Completes the transport checksums of frames that say where they are; otherwise all are complete.
    /// </summary>
    bool CompletesChecksums => false;

    /// <summary>As <see cref="ILinkDevice.FramesLost"/>.</summary>
    long FramesLost => 0;

    /// <summary>As <see cref="ILinkDevice.Receive"/>.</summary>
    int Receive(Span<Frame> frames, Instant now);

    /// <summary>As <see cref="ILinkDevice.Bytes"/>.</summary>
    ReadOnlySpan<byte> Bytes(in Frame frame);

    /// <summary>
    /// Memory for a frame, an Ethernet header and <see cref="Mtu"/> bytes at least; empty when the link is
    /// full, or has sent what it may before it is received from. It is the link's again with
    /// <see cref="Commit"/>, or when it is asked for anew.
    /// </summary>
    Span<byte> Reserve(Instant now);

    /// <summary>Sends what stands in the reserved memory.</summary>
    /// <param name="length">Bytes of the frame.</param>
    /// <param name="checksumStart">As <see cref="OutboundSegment.ChecksumStart"/>; 0: it is complete.</param>
    /// <param name="checksumOffset">As <see cref="OutboundSegment.ChecksumOffset"/>.</param>
    /// <param name="now">The present.</param>
    void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now);

    /// <summary>Frames of this pass are complete: one kick.</summary>
    void Flush(Instant now);

    /// <summary>As <see cref="ILinkDevice.Wait"/>.</summary>
    void Wait(Instant deadline, bool forRoom);

    /// <summary>As <see cref="ILinkDevice.Wake"/>.</summary>
    void Wake();
}
