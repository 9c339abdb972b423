using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// One queue of an interface through AF_XDP: frames come and go by rings in memory shared with the kernel. To
/// look at an empty ring takes no system call, to send a batch takes one. Needs no privilege.
/// </summary>
public sealed unsafe class XdpLink : IPlainLink
{
    /// <summary>Calls of one flush, when the kernel stops half way.</summary>
    private const int KicksMax = 8;
    private const long RetryNanoseconds = 1_000_000;

    private readonly string _name;
    private readonly int[] _descriptors;
    private readonly int _socket;
    private readonly XdpLayout _layout;
    private readonly byte* _memory;
    private readonly XdpWait _wait;
    private readonly XdpArp? _arp;
    private readonly bool _trusts;
    private readonly bool _hasUnfinished;
    private readonly bool _offload;
    private readonly int[] _free = new int[XdpLayout.FrameCount];
    private readonly ulong[] _lent = new ulong[XdpLayout.FrameCount];
    private XdpRing _fill;
    private XdpRing _received;
    private XdpRing _sent;
    private XdpRing _completed;
    private int _freeCount;
    private int _lentCount;
    private int _sendable;
    private bool _hasNew;
    private bool _isKickDue;
    private volatile bool _completesChecksums;
    private bool _disposed;

    /// <summary>Takes over a queue; <see cref="Dispose"/> closes it.</summary>
    /// <param name="grant">What <see cref="XdpInterface.Open"/> gave, in this process or before.</param>
    /// <param name="queue">Which of its queues.</param>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    public XdpLink(LinkGrant grant, int queue)
    {
        _name = grant.Interface;
        _descriptors = grant.Queues[queue];
        _socket = _descriptors[XdpQueue.Socket];
        _layout = XdpLayout.For(grant.Mtu);
        _trusts = grant.TrustsChecksums;
        _hasUnfinished = grant.HasUnfinishedChecksums;
        Mtu = grant.Mtu;
        _memory = XdpSetup.MapMemory(_descriptors[XdpQueue.Memory], _layout);
        XdpOffsets offsets = XdpSetup.Offsets(_socket);
        _fill = new XdpRing(_socket, offsets.Fill, XdpNumbers.FillRingAt, sizeof(ulong));
        _completed = new XdpRing(_socket, offsets.Completion, XdpNumbers.CompletionRingAt, sizeof(ulong));
        _received = new XdpRing(
            _socket, offsets.Receive, XdpNumbers.ReceiveRingAt, sizeof(XdpDescriptor));
        _sent = new XdpRing(_socket, offsets.Transmit, XdpNumbers.TransmitRingAt, sizeof(XdpDescriptor));
        for (int i = XdpLayout.FrameCount - 1; i >= 0; i--)
        {
            _free[_freeCount++] = i;
            _fill.NextAddress() = (ulong)i * (ulong)_layout.FrameLength;
        }
        _fill.Produced();
        if (_descriptors.Length > XdpQueue.Arp)
        {
            _arp = new XdpArp(_descriptors[XdpQueue.Arp], _memory, _layout.ArpStart);
        }
        IsZeroCopy = XdpSetup.Bind(_socket, grant, queue);
        _offload = grant.Offload && !IsZeroCopy;
        Follow(grant.Offloads);
        _wait = new XdpWait(_socket, _arp?.Descriptor ?? -1);
    }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <summary>
    /// In copy mode the interface completes checksums, or the kernel for it; with zero copy only some drivers
    /// do, and they are complete before.
    /// </summary>
    public bool CompletesChecksums => _completesChecksums;

    /// <summary>The driver sends and receives in our memory.</summary>
    public bool IsZeroCopy { get; }

    /// <summary>What the interface does from now on of what frames need; from any thread.</summary>
    public void Follow(in InterfaceOffloads offloads) => _completesChecksums = _offload && offloads.Sums;

    /// <inheritdoc/>
    public long FramesLost => _disposed ? 0 : XdpSetup.FramesLost(_socket);

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public int Receive(Span<Frame> frames, Instant now)
    {
        if (_wait.Error != 0)
        {
            throw Gone(_wait.Error);
        }
        GiveBack();

        // ARP first: a neighbour that asked for us before it sent is known when it is answered. Half of the
        // frames, so that a flood of it keeps nothing else out.
        int count = _arp?.Receive(frames[..((frames.Length + 1) / 2)], now, _wait.IsArpReady) ?? 0;
        return count + ReceiveQueue(frames[count..]);
    }

    private int ReceiveQueue(Span<Frame> frames)
    {
        // A peer on this machine has acknowledged what we send before the kernel returns from sending, every
        // second frame. More than can be received would fill the ring.
        _sendable = 2 * frames.Length;
        int count = Math.Min(_received.Filled, frames.Length);
        for (int i = 0; i < count; i++)
        {
            ref XdpDescriptor descriptor = ref _received.NextDescriptor();
            var frame = new Frame((long)descriptor.Address, (int)descriptor.Length, default);
            frames[i] = frame with { Checksum = Judge(Bytes(frame)) };
            _lent[i] = descriptor.Address;
        }
        _lentCount = count;
        if (count > 0)
        {
            _received.Consumed();
        }
        else if (_fill.NeedsWakeup)
        {
            // A driver with zero copy has run out of frames, and is told that there are some again.
            _ = Syscalls.Receive(_socket, null, 0, Syscalls.DoNotWait);
        }
        return count;
    }

    /// <summary>
    /// A driver shows what came over its wire, with a whole checksum. A veth's, and generic mode's, may have
    /// come from this machine too, as from another macvlan on the same card. AF_XDP marks neither.
    /// </summary>
    private ReceiveChecksum Judge(ReadOnlySpan<byte> frame) =>
        _trusts || (_hasUnfinished && UnfinishedChecksum.IsIn(frame))
            ? ReceiveChecksum.Trusted
            : ReceiveChecksum.Unverified;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) =>
        new(_memory + frame.Buffer, frame.Length);

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now)
    {
        if (_freeCount == 0)
        {
            Flush(now);
        }
        if (_freeCount == 0 || _sendable == 0)
        {
            return default;
        }
        return new Span<byte>(
            _memory + AddressOf(_free[_freeCount - 1]), _layout.FrameLength - XdpLayout.TransmitHeadroom);
    }

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
    {
        Invariant.Assert(_freeCount > 0, "a frame is reserved before it is sent");
        long address = AddressOf(_free[--_freeCount]);
        ref XdpDescriptor descriptor = ref _sent.NextDescriptor();
        descriptor.Address = (ulong)address;
        descriptor.Length = (uint)length;
        descriptor.Options = 0;
        if (checksumStart != 0)
        {
            descriptor.Options = XdpNumbers.DescriptorHasMetadata;
            *(XdpMetadata*)(_memory + address - XdpLayout.MetadataLength) = new XdpMetadata
            {
                Flags = XdpNumbers.MetadataChecksum,
                ChecksumStart = checksumStart,
                ChecksumOffset = checksumOffset,
            };
        }
        _sendable--;
        _hasNew = true;
    }

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public void Flush(Instant now)
    {
        if (_hasNew)
        {
            _hasNew = false;
            _sent.Produced();
            _isKickDue = true;
        }
        if (_isKickDue)
        {
            Kick();
        }
        Reap();
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
        if (_isKickDue)
        {
            // What the kernel did not take yet has no other event than time.
            Flush(MonotonicClock.Now);
            Instant retry = MonotonicClock.Now.Plus(RetryNanoseconds);
            deadline = _isKickDue && retry < deadline ? retry : deadline;
        }
        _wait.Wait(deadline, forRoom);
    }

    /// <inheritdoc/>
    public void Wake() => _wait.Wake();

    /// <summary>Ends the queue: the kernel drops its frames from then on.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _wait.Dispose();
        _fill.Unmap();
        _completed.Unmap();
        _received.Unmap();
        _sent.Unmap();
        _ = Syscalls.Unmap((nint)_memory, (nuint)_layout.Length);
        foreach (int descriptor in _descriptors)
        {
            _ = Syscalls.Close(descriptor);
        }
    }

    private long AddressOf(int sendFrame) =>
        _layout.TransmitStart + ((long)sendFrame * _layout.FrameLength) + XdpLayout.TransmitHeadroom;

    private void GiveBack()
    {
        if (_lentCount == 0)
        {
            return;
        }
        ulong start = ~((ulong)_layout.FrameLength - 1);
        foreach (ulong address in _lent.AsSpan(0, _lentCount))
        {
            _fill.NextAddress() = address & start;
        }
        _fill.Produced();
        _lentCount = 0;
    }

    /// <summary>Frames that the kernel has sent are free again; the last used is the next used.</summary>
    private void Reap()
    {
        int count = _completed.Filled;
        for (int i = 0; i < count; i++)
        {
            long offset = (long)_completed.NextAddress() - _layout.TransmitStart;
            _free[_freeCount++] = (int)(offset / _layout.FrameLength);
        }
        if (count > 0)
        {
            _completed.Consumed();
        }
    }

    /// <summary>
    /// Has the kernel send what stands in the ring. It stops where its own limits are, and is asked again;
    /// for what is left then a kick is due.
    /// </summary>
    private void Kick()
    {
        for (int i = 0; i < KicksMax && _sent.Unconsumed > 0; i++)
        {
            if (!_sent.NeedsWakeup || Syscalls.Send(_socket, null, 0, Syscalls.DoNotWait) >= 0)
            {
                break;
            }
            int error = NativeError.Last;
            switch (error)
            {
                case NativeError.TryAgain or NativeError.Busy or NativeError.Interrupted:
                    Reap();
                    break;
                case NativeError.NoBuffers or NativeError.NoMemory or NativeError.NetworkDown:
                    return;
                default:
                    throw Gone(error);
            }
        }
        _isKickDue = _sent.NeedsWakeup && _sent.Unconsumed > 0;
    }

    private LinkException Gone(int error) => new(
        error is NativeError.NoDeviceAddress or NativeError.NetworkDown or NativeError.NoDevice
            ? LinkException.Deleted(_name)
            : $"AF_XDP on {_name} fails: {NativeError.Describe(error)}.");
}
