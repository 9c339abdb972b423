using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// One end of a link in memory: what is sent is gathered once, straight into the other end's receive ring,
/// with aggregates of up to 64 KB whole and checksums trusted. Allocates nothing once made; a full ring
/// refuses. Both ends belong to one thread.
/// </summary>
public sealed class MemoryLink : ILinkDevice
{
    private const int FrameMax = 65_535 + RawFrame.EthernetLength;

    private readonly IContentMemory _content;
    private readonly byte[] _ring;
    private readonly (int Start, int Length)[] _frames;
    private int _first;
    private int _count;
    private int _shown;
    private int _writeAt;
    private MemoryLink? _peer;
    private FramePool? _pool;

    private MemoryLink(IContentMemory content, int ringBytes, int ringFrames)
    {
        _content = content;
        _ring = GC.AllocateUninitializedArray<byte>(ringBytes, pinned: true);
        _frames = new (int, int)[ringFrames];
    }

    /// <inheritdoc/>
    public LinkCapabilities Capabilities { get; } = new(1500, true, 65_535, TransmitBatch.GatherMax);

    /// <inheritdoc/>
    public void Attach(FramePool pool) => _pool = pool;

    /// <summary>Makes both ends; each end's content is what its own shard sends from.</summary>
    public static (MemoryLink A, MemoryLink B) Join(
        IContentMemory contentA, IContentMemory contentB, int ringBytes = 1 << 20, int ringFrames = 1024)
    {
        MemoryLink a = new(contentA, ringBytes, ringFrames);
        MemoryLink b = new(contentB, ringBytes, ringFrames);
        a._peer = b;
        b._peer = a;
        return (a, b);
    }

    /// <summary>
    /// From now on what this end sends arrives at another end, as when a link steers frames anew.
    /// </summary>
    public void SendTo(MemoryLink end) => _peer = end;

    /// <inheritdoc/>
    public int Receive(Span<Frame> frames, Instant now)
    {
        // The frames shown last are the caller's until this call, so their room becomes free only here.
        _first = (_first + _shown) % _frames.Length;
        _count -= _shown;
        _shown = Math.Min(frames.Length, _count);
        for (int i = 0; i < _shown; i++)
        {
            (int start, int length) = _frames[(_first + i) % _frames.Length];
            frames[i] = new Frame(start, length, ReceiveChecksum.Trusted);
        }
        return _shown;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _ring.AsSpan((int)frame.Buffer, frame.Length);

    /// <inheritdoc/>
    public TransmitResult Transmit(TransmitBatch batch, Instant now)
    {
        int taken = 0;
        foreach (ref readonly OutboundSegment segment in batch.Pending)
        {
            int length = segment.HeaderLength + segment.PayloadLength;
            if (!_peer!.TryMakeRoom(length, out int start))
            {
                return new TransmitResult(taken, false);
            }
            if (!TryGather(batch, segment, _peer._ring.AsSpan(start, length)))
            {
                return new TransmitResult(taken, true);
            }
            _peer.Commit(start, length);
            taken++;
        }
        return new TransmitResult(taken, false);
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom)
    {
    }

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool TryGather(TransmitBatch batch, in OutboundSegment segment, Span<byte> destination)
    {
        batch.HeaderOf(segment).CopyTo(destination);
        destination = destination[segment.HeaderLength..];
        foreach (ref readonly ContentSlice slice in batch.Gather(segment))
        {
            int length = (int)slice.Length;
            if (slice.Region == ContentSlice.PoolRegion)
            {
                _pool!.Bytes(slice).CopyTo(destination);
            }
            else if (!_content.TryRead(slice.Region, slice.Offset, destination[..length]))
            {
                return false;
            }
            destination = destination[length..];
        }
        return true;
    }

    /// <summary>
    /// Finds room for a frame in one piece, from the start of the ring again when its end is too near.
    /// </summary>
    private bool TryMakeRoom(int length, out int start)
    {
        start = _writeAt;
        if (_count == _frames.Length || length > FrameMax)
        {
            return false;
        }
        if (_count == 0)
        {
            start = 0;
            return length <= _ring.Length;
        }
        int oldest = _frames[_first].Start;
        if (_writeAt <= oldest)
        {
            return _writeAt + length < oldest;
        }
        if (_writeAt + length <= _ring.Length)
        {
            return true;
        }
        start = 0;
        return length < oldest;
    }

    private void Commit(int start, int length)
    {
        _frames[(_first + _count++) % _frames.Length] = (start, length);
        _writeAt = (start + length + 15) & ~15;
    }
}
