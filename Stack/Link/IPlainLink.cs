using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>
/// A link that sends whole frames and nothing else: no checksum, no segmentation, no gather (AF_XDP, libpcap,
/// simulated). SoftwareOffload makes an <see cref="ILinkDevice"/> of it.
/// </summary>
public interface IPlainLink : IDisposable
{
    /// <summary>Most bytes of an IP packet on the wire.</summary>
    int Mtu { get; }

    /// <summary>As <see cref="ILinkDevice.Receive"/>.</summary>
    int Receive(Span<Frame> frames, Instant now);

    /// <summary>As <see cref="ILinkDevice.Bytes"/>.</summary>
    ReadOnlySpan<byte> Bytes(in Frame frame);

    /// <summary>Sends one whole frame, checksums complete; false when the link is full.</summary>
    bool TrySend(ReadOnlySpan<byte> frame, Instant now);

    /// <summary>Frames of this pass are complete: one kick.</summary>
    void Flush(Instant now);

    /// <summary>As <see cref="ILinkDevice.Wait"/>.</summary>
    void Wait(Instant deadline, bool forRoom);

    /// <summary>As <see cref="ILinkDevice.Wake"/>.</summary>
    void Wake();
}
