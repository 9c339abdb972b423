using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>
/// A link that sends whole frames and nothing else: no segmentation, no gather (AF_XDP, libpcap, simulated).
/// SoftwareOffload makes an <see cref="ILinkDevice"/> of it.
/// </summary>
public interface IPlainLink : IFrameSender, IDisposable
{
    /// <summary>Most bytes of an IP packet on the wire.</summary>
    int Mtu { get; }

    /// <summary>As <see cref="ILinkDevice.FramesLost"/>.</summary>
    long FramesLost => 0;

    /// <summary>As <see cref="ILinkDevice.Receive"/>.</summary>
    int Receive(Span<Frame> frames, Instant now);

    /// <summary>As <see cref="ILinkDevice.Bytes"/>.</summary>
    ReadOnlySpan<byte> Bytes(in Frame frame);

    /// <summary>As <see cref="ILinkDevice.Wait"/>.</summary>
    void Wait(Instant deadline, bool forRoom);

    /// <summary>As <see cref="ILinkDevice.Wake"/>.</summary>
    void Wake();
}
