using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Stack.Link;

/// <summary>
/// Makes a full link of a plain one: a <see cref="SegmentCutter"/> gathers, sums and cuts for it, segments of
/// up to 65,535 bytes.
/// </summary>
public sealed class SoftwareOffload : ILinkDevice
{
    private readonly SegmentCutter _cutter;

    /// <summary>Wraps <paramref name="link"/>, and disposes of it with itself.</summary>
    /// <param name="link">What sends the frames.</param>
    /// <param name="content">Where slices of content are read from.</param>
    public SoftwareOffload(IPlainLink link, IContentMemory content)
    {
        Plain = link;
        _cutter = new SegmentCutter(link, content);
        Capabilities = new LinkCapabilities(
            link.Mtu, TransmitChecksum: true, SegmentationMaxBytes: ushort.MaxValue, TransmitBatch.GatherMax);
    }

    /// <summary>What sends the frames.</summary>
    public IPlainLink Plain { get; }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public long FramesLost => Plain.FramesLost;

    /// <inheritdoc/>
    public void Attach(FramePool pool) => _cutter.Attach(pool);

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now) => Plain.Receive(frames, now);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => Plain.Bytes(frame);

    /// <inheritdoc/>
    public TransmitResult Transmit(TransmitBatch batch, Instant now) => _cutter.Transmit(batch, now);

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom) => Plain.Wait(deadline, forRoom);

    /// <inheritdoc/>
    public void Wake() => Plain.Wake();

    /// <inheritdoc/>
    public void Dispose() => Plain.Dispose();
}
