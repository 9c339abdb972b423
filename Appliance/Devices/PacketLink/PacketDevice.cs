using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.PacketLink;

/// <summary>
/// A packet socket on an interface that is there. Frames are read in the receive ring, where the kernel put
/// them, without a system call; the segments of a batch leave by one sendmmsg, straight from the memory of
/// the content. A virtio-net header before each carries checksum and segmentation to the kernel and back.
/// </summary>
public sealed unsafe class PacketDevice : ILinkDevice
{
    private const int Statistics = 6;

    /// <summary>Messages of one sendmmsg.</summary>
    private const int MessageMax = 256;

    /// <summary>
    /// Vectors of one sendmmsg: some segments that gather as much as they may, or all that do not.
    /// </summary>
    private const int VectorMax = 4 * (TransmitBatch.GatherMax + 1);

    private readonly string _name;
    private readonly int _descriptor;
    private readonly DescriptorWait _wait = new();
    private readonly bool _trusts;
    private readonly SegmentVectors _segments;
    private readonly PacketRing _ring;
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(VectorMax, pinned: true);
    private readonly MessageHeader[] _messages = GC.AllocateArray<MessageHeader>(MessageMax, pinned: true);
    private long _overrun;
    private bool _disposed;

    /// <summary>Takes over a queue; <see cref="Dispose"/> closes it.</summary>
    /// <param name="grant">What <see cref="PacketInterface.Open"/> gave, here or before.</param>
    /// <param name="queue">Which of its queues.</param>
    /// <param name="regions">The content that segments will name.</param>
    /// <exception cref="LinkException">The kernel has no ring or no eventfd for us.</exception>
    public PacketDevice(LinkGrant grant, int queue, RegionTable regions)
    {
        _name = grant.Interface;
        _descriptor = grant.Queues[queue][0];
        _trusts = grant.TrustsChecksums;
        _segments = new SegmentVectors(regions);
        Capabilities = grant.Capabilities;
        _ring = new PacketRing(_descriptor, _name, PacketSlots.For(grant.Mtu));
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public long SegmentsLost { get; private set; }

    /// <inheritdoc/>
    public long FramesLost => _overrun + _ring.LongLost;

    /// <inheritdoc/>
    public void Attach(FramePool pool) => _segments.Attach(pool);

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = _ring.Take(frames, _trusts);
        if (_ring.HasLost)
        {
            CountLost();
        }
        return count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _ring.Bytes(frame);

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        int taken = 0;
        ReadOnlySpan<OutboundSegment> pending = batch.Pending;
        while (taken < pending.Length)
        {
            int count = Gather(batch, pending[taken..]);
            if (count == 0)
            {
                return new TransmitResult(taken, Faulted: true);
            }
            int sent = 0;
            while (sent < count)
            {
                int error = Send(sent, count, out int more);
                sent += more;
                switch (error)
                {
                    case 0 or NativeError.Interrupted:
                        break;
                    case NativeError.Fault:
                        return new TransmitResult(taken + sent, Faulted: true);
                    case NativeError.TryAgain:
                        return new TransmitResult(taken + sent, Faulted: false);
                    case NativeError.NoBuffers or NativeError.NetworkDown:
                        // Lost like frames on a wire: TCP sends them again.
                        SegmentsLost++;
                        sent++;
                        break;
                    default:
                        throw Gone(error);
                }
            }
            taken += count;
        }
        return new TransmitResult(taken, Faulted: false);
    }

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public void Wait(Instant deadline, bool forRoom)
    {
        if (_wait.Wait(_descriptor, forRoom, deadline))
        {
            OnError();
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wait.Wake();

    /// <summary>Leaves the interface.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _wait.Dispose();
            _ring.Dispose();
            _ = Syscalls.Close(_descriptor);
        }
    }

    /// <summary>
    /// Makes messages of the first segments, as many as there is room for; none when the first has a slice
    /// that is not there.
    /// </summary>
    private int Gather(TransmitBatch batch, ReadOnlySpan<OutboundSegment> segments)
    {
        int count = 0;
        int vectors = 0;
        while (count < Math.Min(segments.Length, MessageMax)
            && vectors + segments[count].GatherCount < VectorMax
            && _segments.TryFill(_vectors.AsSpan(vectors), batch, in segments[count]))
        {
            ref MessageHeader message = ref _messages[count];
            message.Vectors = SegmentVectors.AddressOf(_vectors) + (nuint)(vectors * sizeof(IoVector));
            message.VectorCount = (nuint)(1 + segments[count].GatherCount);
            vectors += 1 + segments[count].GatherCount;
            count++;
        }
        return count;
    }

    /// <summary>
    /// Sends messages from one on, and tells how many went; errno, or 0. After some have gone, the error of
    /// the next shows at the next call.
    /// </summary>
    private int Send(int from, int to, out int sent)
    {
        var messages = (MessageHeader*)SegmentVectors.AddressOf(_messages);
        sent = Syscalls.SendMessages(_descriptor, messages + from, (uint)(to - from), flags: 0);
        if (sent >= 0)
        {
            return 0;
        }
        sent = 0;
        return NativeError.Last;
    }

    /// <summary>struct tpacket_stats: what was received and lost since the last question.</summary>
    private void CountLost()
    {
        uint* counts = stackalloc uint[2];
        uint length = 2 * sizeof(uint);
        if (Syscalls.GetSocketOption(
            _descriptor, Syscalls.LevelPacket, Statistics, counts, &length) >= 0)
        {
            _overrun += counts[1];
        }
        _ring.ForgetLoss();
    }

    /// <summary>
    /// An interface that goes down may come up again, and the socket with it; one that goes away does not.
    /// </summary>
    private void OnError()
    {
        int error;
        uint length = sizeof(int);
        _ = Syscalls.GetSocketOption(
            _descriptor, Syscalls.LevelSocket, Syscalls.SocketError, &error, &length);
        PacketAddress address;
        length = (uint)sizeof(PacketAddress);
        if (Syscalls.GetSocketName(_descriptor, &address, &length) < 0 || address.Index < 0)
        {
            throw Gone(NativeError.NoDeviceAddress);
        }
        if (error is not (0 or NativeError.NetworkDown))
        {
            throw Gone(error);
        }
    }

    private LinkException Gone(int error) => new(error is NativeError.NoDeviceAddress or NativeError.NoDevice
        ? $"The interface {_name} was deleted under the server: start the server when it is there again."
        : $"The packet socket on {_name} fails: {NativeError.Describe(error)}.");
}
