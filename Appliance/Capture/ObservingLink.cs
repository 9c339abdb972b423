using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Capture;

/// <summary>A link that looks at what passes through another one: frames and aggregates, whole.</summary>
/// <param name="inner">The link, which is disposed of with it.</param>
/// <param name="content">Where the bytes of sent content are.</param>
public abstract class ObservingLink(ILinkDevice inner, IContentMemory content) : ILinkDevice
{
    private readonly FrameAssembly _assembly = new(content);

    /// <inheritdoc/>
    public LinkCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public long FramesLost => inner.FramesLost;

    /// <inheritdoc/>
    public long SegmentsLost => inner.SegmentsLost;

    /// <inheritdoc/>
    public void Attach(FramePool pool)
    {
        _assembly.Attach(pool);
        inner.Attach(pool);
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        bool isHeld = TryHoldOthers();
        try
        {
            int count = inner.Receive(frames, now);
            for (int i = 0; i < count; i++)
            {
                if (Wants(now))
                {
                    ReadOnlySpan<byte> bytes = inner.Bytes(frames[i]);
                    See(now, CaptureDirection.In, _assembly.Received(bytes, frames[i]), bytes.Length);
                }
            }
            return count;
        }
        finally
        {
            LetGo(isHeld);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => inner.Bytes(frame);

    /// <inheritdoc/>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        bool isHeld = TryHoldOthers();
        try
        {
            TransmitResult result = inner.Transmit(batch, now);
            for (int i = 0; i < result.Taken; i++)
            {
                if (Wants(now))
                {
                    ref readonly OutboundSegment segment = ref batch.Pending[i];
                    int length = segment.HeaderLength + segment.PayloadLength;
                    See(now, CaptureDirection.Out, _assembly.Sent(batch, segment), length);
                }
            }
            return result;
        }
        finally
        {
            LetGo(isHeld);
        }
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
        BeforeWait();
        inner.Wait(deadline, forRoom);
    }

    /// <inheritdoc/>
    public void Wake() => inner.Wake();

    /// <summary>Ends the look, then the link.</summary>
    public void Dispose()
    {
        End();
        inner.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Keeps other links of the same look from passing anything until this one's frames have been shown, so
    /// that an answer is never shown before what it answers; false where nobody cares.
    /// </summary>
    protected virtual bool TryHoldOthers() => false;

    /// <summary>Ends that; <paramref name="isHeld"/> is what <see cref="TryHoldOthers"/> said.</summary>
    protected virtual void LetGo(bool isHeld)
    {
    }

    /// <summary>Whether the next frame is to be shown.</summary>
    protected abstract bool Wants(Instant now);

    /// <summary>Is shown a frame, with the checksums that the link completes.</summary>
    /// <param name="now">When it passed.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="frame">
    /// Its bytes; of a frame whose content has gone since, what is known of it.
    /// </param>
    /// <param name="length">How long it was.</param>
    protected abstract void See(
        Instant now, CaptureDirection direction, ReadOnlySpan<byte> frame, int length);

    /// <summary>The shard has nothing to do for a while.</summary>
    protected virtual void BeforeWait()
    {
    }

    /// <summary>Nothing more is shown.</summary>
    protected abstract void End();
}
