using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Tap;

/// <summary>
/// A TAP: a network interface of the host whose other end is this object. One read for each received frame or
/// merged segment, one writev for each sent one, straight from the memory of the content; a virtio-net header
/// before each carries checksum and segmentation to the kernel and back.
/// </summary>
public sealed unsafe class TapDevice : ILinkDevice
{
    /// <summary>
    /// Bytes of the longest frame: an IP packet of 65,535 bytes, an Ethernet header, the link's header; in
    /// cache lines.
    /// </summary>
    private const int FrameSpace = 65_600;

    /// <summary>
    /// Bytes of a receive batch. Frames stand one after another in it, so that small ones share few pages.
    /// </summary>
    private const int ReceiveSpace = 1 << 20;

    private const int CacheLine = 64;

    private readonly string _name;
    private readonly int _descriptor;
    private readonly DescriptorWait _wait = new();
    private readonly SegmentVectors _segments;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ReceiveSpace, pinned: true);
    private readonly IoVector[] _vectors =
        GC.AllocateArray<IoVector>(TransmitBatch.GatherMax + 1, pinned: true);
    private bool _disposed;

    /// <summary>Takes over a queue; <see cref="Dispose"/> closes it.</summary>
    /// <param name="grant">What <see cref="TapInterface.Open"/> gave, in this process or before.</param>
    /// <param name="queue">Which of its queues.</param>
    /// <param name="regions">The content that segments will name.</param>
    /// <exception cref="LinkException">The kernel has no eventfd for us.</exception>
    public TapDevice(LinkGrant grant, int queue, RegionTable regions)
    {
        _name = grant.Interface;
        _descriptor = grant.Queues[queue][0];
        _segments = new SegmentVectors(regions);
        Capabilities = grant.Capabilities;
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public long SegmentsLost { get; private set; }

    /// <inheritdoc/>
    public void Attach(FramePool pool) => _segments.Attach(pool);

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = 0;
        int start = 0;
        var memory = (byte*)SegmentVectors.AddressOf(_received);
        while (count < frames.Length && start <= ReceiveSpace - FrameSpace)
        {
            nint length = Syscalls.Read(_descriptor, memory + start, FrameSpace);
            if (length < 0)
            {
                int error = NativeError.Last;
                if (error == NativeError.TryAgain)
                {
                    break;
                }
                if (error != NativeError.Interrupted)
                {
                    throw Gone(error);
                }
            }
            else if (length >= VirtioHeader.Length + EthernetHeader.Length)
            {
                ReceiveChecksum checksum = VirtioHeader.ReadChecksum(_received.AsSpan(start));
                frames[count++] = new Frame(
                    start + VirtioHeader.Length, (int)length - VirtioHeader.Length, checksum);
                start += ((int)length + CacheLine - 1) & -CacheLine;
            }
        }
        return count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _received.AsSpan((int)frame.Buffer, frame.Length);

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        ReadOnlySpan<OutboundSegment> pending = batch.Pending;
        for (int taken = 0; taken < pending.Length; taken++)
        {
            ref readonly OutboundSegment segment = ref pending[taken];
            int error = _segments.TryFill(_vectors, batch, in segment)
                ? Send(1 + segment.GatherCount)
                : NativeError.Fault;
            switch (error)
            {
                case 0:
                    break;
                case NativeError.Fault:
                    return new TransmitResult(taken, Faulted: true);
                case NativeError.TryAgain:
                    return new TransmitResult(taken, Faulted: false);
                case NativeError.InputOutput or NativeError.NoBuffers or NativeError.NoMemory:
                    // The interface is down and may come up again, or the kernel's memory is in pieces too
                    // small for so long a segment. Lost, like frames on a pulled cable: TCP sends them again,
                    // and fewer bytes at once.
                    SegmentsLost++;
                    break;
                default:
                    throw Gone(error);
            }
        }
        return new TransmitResult(pending.Length, Faulted: false);
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom) => _wait.Wait(_descriptor, forRoom, deadline);

    /// <inheritdoc/>
    public void Wake() => _wait.Wake();

    /// <summary>Closes the queue; the last one takes the interface with it.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _wait.Dispose();
            _ = Syscalls.Close(_descriptor);
        }
    }

    /// <summary>errno, or 0.</summary>
    private int Send(int count)
    {
        var vectors = (IoVector*)SegmentVectors.AddressOf(_vectors);
        while (Syscalls.WriteVector(_descriptor, vectors, count) < 0)
        {
            int error = NativeError.Last;
            if (error != NativeError.Interrupted)
            {
                return error;
            }
        }
        return 0;
    }

    private LinkException Gone(int error) => new(error == NativeError.BadState
        ? $"The TAP {_name} was deleted under the server: start it again."
        : $"The TAP {_name} fails: {NativeError.Describe(error)}.");
}
