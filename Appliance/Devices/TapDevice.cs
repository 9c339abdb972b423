using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Straightwire.Stack;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Devices;

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
    private const int EthernetHeaderLength = 14;
    private const int PacketMax = 65_535;
    private const int NanosecondsPerSecond = 1_000_000_000;

    private readonly string _name;
    private readonly int _descriptor;
    private readonly int _wake;
    private readonly RegionTable _regions;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ReceiveSpace, pinned: true);
    private readonly IoVector[] _vectors =
        GC.AllocateArray<IoVector>(TransmitBatch.GatherMax + 1, pinned: true);
    private readonly Lock _wakeLock = new();
    private byte[] _pool = [];
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
        _wake = Syscalls.EventDescriptor(0, Syscalls.NonBlocking | Syscalls.CloseOnExec);
        _regions = regions;
        Capabilities = new LinkCapabilities(
            grant.Mtu, TransmitChecksum: true, grant.Offload ? PacketMax : 0, TransmitBatch.GatherMax);
        if (_wake < 0)
        {
            throw new LinkException(
                $"The kernel gives no eventfd: {NativeError.Describe(NativeError.Last)}.");
        }
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public long SegmentsLost { get; private set; }

    /// <inheritdoc/>
    public void Attach(FramePool pool) => _pool = pool.Memory;

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = 0;
        int start = 0;
        var memory = (byte*)AddressOf(_received);
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
            else if (length >= VirtioHeader.Length + EthernetHeaderLength)
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
            int error = TryGather(batch, segment) ? Send(1 + segment.GatherCount) : NativeError.Fault;
            switch (error)
            {
                case 0:
                    break;
                case NativeError.Fault:
                    return new TransmitResult(taken, Faulted: true);
                case NativeError.TryAgain or NativeError.NoBuffers or NativeError.NoMemory:
                    return new TransmitResult(taken, Faulted: false);
                case NativeError.InputOutput:
                    // The interface is down, and may come up again: its frames are lost, like those on a
                    // pulled cable.
                    SegmentsLost++;
                    break;
                default:
                    throw Gone(error);
            }
        }
        return new TransmitResult(pending.Length, Faulted: false);
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
        TimeSpec left = default;
        if (deadline != Instant.Never)
        {
            long nanoseconds = Math.Max(0, deadline.Since(MonotonicClock.Now));
            left.Seconds = nanoseconds / NanosecondsPerSecond;
            left.Nanoseconds = nanoseconds % NanosecondsPerSecond;
        }
        PollDescriptor* polled = stackalloc PollDescriptor[2];
        polled[0].Descriptor = _descriptor;
        polled[0].Events = (short)(Syscalls.PollIn | (forRoom ? Syscalls.PollOut : 0));
        polled[1].Descriptor = _wake;
        polled[1].Events = Syscalls.PollIn;

        // A failure is an interruption by a signal, and whoever waits looks around anyway.
        _ = Syscalls.Poll(polled, 2, deadline == Instant.Never ? null : &left, signals: null);
        if (polled[1].Returned != 0)
        {
            ulong wakes;
            _ = Syscalls.Read(_wake, &wakes, sizeof(ulong));
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        lock (_wakeLock)
        {
            if (!_disposed)
            {
                ulong one = 1;
                _ = Syscalls.Write(_wake, &one, sizeof(ulong));
            }
        }
    }

    /// <summary>Ends the interface.</summary>
    public void Dispose()
    {
        lock (_wakeLock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = Syscalls.Close(_descriptor);
                _ = Syscalls.Close(_wake);
            }
        }
    }

    /// <summary>
    /// Fills the vectors: the link's header with the segment's headers behind it, then each slice; false when
    /// a slice is not there.
    /// </summary>
    private bool TryGather(TransmitBatch batch, in OutboundSegment segment)
    {
        int start = segment.HeaderOffset - VirtioHeader.Length;
        VirtioHeader.Write(batch.Headers.AsSpan(start, VirtioHeader.Length), segment);
        Span<IoVector> vectors = _vectors;
        vectors[0].Address = AddressOf(batch.Headers) + (nuint)start;
        vectors[0].Length = (nuint)(VirtioHeader.Length + segment.HeaderLength);
        ReadOnlySpan<ContentSlice> slices = batch.Gather(segment);
        for (int i = 0; i < slices.Length; i++)
        {
            ref readonly ContentSlice slice = ref slices[i];
            ref IoVector vector = ref vectors[i + 1];
            vector.Length = (nuint)slice.Length;
            if (slice.Region == ContentSlice.PoolRegion)
            {
                Invariant.Assert(
                    slice.Offset >= 0 && slice.Offset + slice.Length <= _pool.Length,
                    "a slice lies within the attached pool");
                vector.Address = AddressOf(_pool) + (nuint)slice.Offset;
            }
            else if (!_regions.TryLocate(slice, out vector.Address))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>errno, or 0.</summary>
    private int Send(int count)
    {
        var vectors = (IoVector*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_vectors));
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

    /// <summary>The address of an array that was allocated pinned.</summary>
    private static nuint AddressOf(byte[] pinned) =>
        (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
