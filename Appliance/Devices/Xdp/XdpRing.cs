using Straightwire.Devices.Native;
using Straightwire.Stack.Rules;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// One of an AF_XDP socket's rings in shared memory. One side produces and one consumes; each writes its own
/// index after what the index covers, and reads the other's before it.
/// </summary>
internal unsafe struct XdpRing
{
    private const uint Mask = XdpLayout.RingLength - 1;

    private readonly nint _start;
    private readonly nuint _length;
    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly uint* _flags;
    private readonly byte* _descriptors;

    /// <summary>Our own index: of the next descriptor that we produce or consume.</summary>
    private uint _own;

    /// <summary>Maps a ring that the process shares with the kernel.</summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    public XdpRing(int socket, in XdpRingOffset offset, long at, int descriptorLength)
    {
        _length = (nuint)offset.Descriptors + (nuint)(XdpLayout.RingLength * descriptorLength);
        _start = Syscalls.Map(
            0,
            _length,
            Syscalls.ProtectRead | Syscalls.ProtectWrite,
            Syscalls.MapShared | Syscalls.MapPopulate,
            socket,
            at);
        if (_start == Syscalls.MapFailed)
        {
            throw new LinkException(
                $"A ring of AF_XDP cannot be mapped: {NativeError.Describe(NativeError.Last)}.");
        }
        var start = (byte*)_start;
        _producer = (uint*)(start + offset.Producer);
        _consumer = (uint*)(start + offset.Consumer);
        _flags = (uint*)(start + offset.Flags);
        _descriptors = start + offset.Descriptors;
    }

    /// <summary>The kernel sleeps until it is called.</summary>
    public readonly bool NeedsWakeup => (Volatile.Read(ref *_flags) & XdpNumbers.RingNeedsWakeup) != 0;

    /// <summary>Descriptors that the kernel has produced and we have not consumed.</summary>
    public readonly int Filled => (int)(Volatile.Read(ref *_producer) - _own);

    /// <summary>Descriptors of ours that the kernel has not consumed.</summary>
    public readonly int Unconsumed => (int)(_own - Volatile.Read(ref *_consumer));

    /// <summary>The next address, of a ring that we produce or consume by addresses.</summary>
    public ref ulong NextAddress() => ref ((ulong*)_descriptors)[_own++ & Mask];

    /// <summary>The next descriptor, of a ring that we produce or consume by descriptors.</summary>
    public ref XdpDescriptor NextDescriptor() => ref ((XdpDescriptor*)_descriptors)[_own++ & Mask];

    /// <summary>Shows the kernel what we have produced.</summary>
    public readonly void Produced()
    {
        Invariant.Assert(Unconsumed <= XdpLayout.RingLength, "a ring has as many places as frames");
        Volatile.Write(ref *_producer, _own);
    }

    /// <summary>Gives the kernel the places that we have consumed.</summary>
    public readonly void Consumed() => Volatile.Write(ref *_consumer, _own);

    /// <summary>Unmaps the ring, which nobody touches any more.</summary>
    public readonly void Unmap() => _ = Syscalls.Unmap(_start, _length);
}
