using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Tests.Capture;

/// <summary>A link on which one frame arrives again and again.</summary>
internal sealed class StubLink(byte[] frame) : ILinkDevice
{
    public int Takes { get; init; } = 1;

    public LinkCapabilities Capabilities => new(1500, true, 65_535, 256);

    public void Attach(FramePool pool)
    {
    }

    public int Receive(Span<Frame> frames, Instant now)
    {
        frames[0] = new Frame(0, frame.Length, ReceiveChecksum.Trusted);
        return 1;
    }

    public ReadOnlySpan<byte> Bytes(in Frame received) => frame;

    public TransmitResult Transmit(TransmitBatch batch, Instant now) => new(Takes, Faulted: false);

    public void Wait(Instant deadline, bool forRoom)
    {
    }

    public void Wake()
    {
    }

    public void Dispose()
    {
    }
}
