using System.Buffers;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>
/// A send queue in memory: keeps slices, as TCP does, and reads them only when they are acknowledged. One
/// connection. Allocates nothing after construction but what <see cref="Acknowledge"/> returns.
/// </summary>
internal sealed class RecordingSink(FramePool pool, byte[] content) : IStreamSink
{
    private readonly ContentSlice[] _queue = new ContentSlice[4096];
    private int _count;

    /// <summary>Slices that the queue takes before it is full.</summary>
    public int Capacity { get; set; } = 4096;

    public bool IsFinished { get; private set; }

    public bool IsAborted { get; private set; }

    public Instant Deadline { get; private set; } = Instant.Never;

    public int DeadlinesSet { get; private set; }

    public int Count => _count;

    public StreamId IdOf(int connection) => new(connection, 1);

    public int Room(int connection) => IsFinished || IsAborted ? 0 : Capacity - _count;

    public long Unacknowledged(int connection)
    {
        long bytes = 0;
        foreach (ContentSlice slice in _queue.AsSpan(0, _count))
        {
            bytes += slice.Length;
        }
        return bytes;
    }

    public bool TryWrite(int connection, ReadOnlySpan<byte> bytes, Instant now)
    {
        int frames = (bytes.Length + pool.FrameLength - 1) / pool.FrameLength;
        if (IsFinished || IsAborted || _count + frames > Capacity || pool.FreeCount < frames)
        {
            return false;
        }
        while (!bytes.IsEmpty)
        {
            pool.TryRent(out int frame);
            int length = Math.Min(bytes.Length, pool.FrameLength);
            bytes[..length].CopyTo(pool.Bytes(frame));
            _queue[_count++] = pool.Slice(frame, 0, length);
            bytes = bytes[length..];
        }
        return true;
    }

    public bool TryWriteContent(int connection, in ContentSlice slice, Instant now)
    {
        if (slice.Length == 0)
        {
            throw new AssertionException("an empty slice is not worth a place");
        }
        if (IsFinished || IsAborted || _count == Capacity)
        {
            return false;
        }
        if (slice.Region == ContentSlice.PoolRegion)
        {
            pool.AddReference(pool.FrameOf(slice));
        }
        _queue[_count++] = slice;
        return true;
    }

    public void Finish(int connection, Instant now) => IsFinished = true;

    public void Abort(int connection) => IsAborted = true;

    public void SetDeadline(int connection, Instant deadline)
    {
        Deadline = deadline;
        DeadlinesSet++;
    }

    /// <summary>The deadline came: it is unset.</summary>
    public void Fire() => Deadline = Instant.Never;

    /// <summary>
    /// The peer acknowledged everything: appends it to <paramref name="received"/> and empties the queue.
    /// </summary>
    public void Acknowledge(IBufferWriter<byte> received)
    {
        foreach (ContentSlice slice in _queue.AsSpan(0, _count))
        {
            received.Write(slice.Region == ContentSlice.PoolRegion
                ? pool.Bytes(slice)
                : content.AsSpan((int)slice.Offset, (int)slice.Length));
        }
        Empty();
    }

    /// <summary>Becomes the queue of a new connection.</summary>
    public void Reset()
    {
        Empty();
        IsFinished = IsAborted = false;
        Deadline = Instant.Never;
    }

    private void Empty()
    {
        foreach (ContentSlice slice in _queue.AsSpan(0, _count))
        {
            if (slice.Region == ContentSlice.PoolRegion)
            {
                pool.Release(pool.FrameOf(slice));
            }
        }
        _count = 0;
    }
}
