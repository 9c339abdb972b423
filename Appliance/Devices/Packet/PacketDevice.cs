using Straightwire.Devices.Files;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Tap;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Packet;

/// <summary>
/// A packet socket on an interface that is there. Frames are read in the receive ring, where the kernel put
/// them, without a system call; the segments of a batch leave by one sendmmsg, straight from the memory of
/// the content. A virtio-net header before each carries checksum and segmentation to the kernel and back.
/// What the interface does not do of that is done here, in whole frames.
/// </summary>
public sealed unsafe class PacketDevice : ILinkDevice
{
    private const int Statistics = 6;

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
    private readonly PacketMessages _messages;
    private readonly PacketFrames _frames;
    private readonly SegmentCutter _cutter;
    private readonly bool _offload;
    private volatile bool _interfaceCuts;
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
        _messages = new PacketMessages(_descriptor, _name);
        _frames = new PacketFrames(_descriptor, _name);
        int segmentMax = Math.Max(grant.NeighborSegmentationMaxBytes, LinkGrant.PacketMax);
        _cutter = new SegmentCutter(_frames, regions, segmentMax);
        _offload = grant.Offload;
        Follow(grant.Offloads);
        _ring = new PacketRing(_descriptor, _name, PacketSlots.For(grant.Mtu));
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public long SegmentsLost => _messages.Lost + _frames.Lost;

    /// <inheritdoc/>
    public long FramesLost => _overrun + _ring.FramesLost;

    /// <inheritdoc/>
    public void Attach(FramePool pool)
    {
        _segments.Attach(pool);
        _cutter.Attach(pool);
    }

    /// <summary>What the interface does from now on of what segments need; from any thread.</summary>
    public void Follow(in InterfaceOffloads offloads)
    {
        _frames.Follow(_offload && offloads.Sums);
        _interfaceCuts = _offload && offloads.Cuts;
    }

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        if (_frames.HasPending)
        {
            _frames.Flush(now);
        }
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
        if (!_interfaceCuts || _cutter.IsWithinSegment)
        {
            return _cutter.Transmit(batch, now);
        }
        if (_frames.HasPending)
        {
            // They were sent before, when the interface did less.
            _frames.Flush(now);
            if (_frames.HasPending)
            {
                return default;
            }
        }
        int taken = 0;
        int error = 0;
        ReadOnlySpan<OutboundSegment> pending = batch.Pending;
        while (taken < pending.Length && error == 0)
        {
            int count = Gather(batch, pending[taken..]);
            if (count == 0)
            {
                return new TransmitResult(taken, Faulted: true);
            }
            taken += _messages.Send(0, count, out error);
        }
        return new TransmitResult(taken, Faulted: error == NativeError.Fault);
    }

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public void Wait(Instant deadline, bool forRoom)
    {
        if (_wait.Wait(_descriptor, forRoom || _frames.HasPending, deadline))
        {
            OnError();
        }
    }

    /// <inheritdoc/>
    public void Wake() => _wait.Wake();

    /// <summary>Closes the socket, which leaves the interface to the kernel.</summary>
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
        while (count < Math.Min(segments.Length, PacketMessages.Max)
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
            throw _messages.Gone(NativeError.NoDeviceAddress);
        }
        if (error is not (0 or NativeError.NetworkDown))
        {
            throw _messages.Gone(error);
        }
    }
}
