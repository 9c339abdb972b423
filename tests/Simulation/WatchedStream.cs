namespace Straightwire.Simulation;

/// <summary>
/// What one side of a connection has sent, and what it was allowed to, as <see cref="TcpWatch"/> sees it.
/// </summary>
/// <param name="iss">Its initial sequence number.</param>
internal sealed class WatchedStream(uint iss)
{
    private uint _next = 1;
    private long _edge = -1;

    /// <summary>Its initial sequence number.</summary>
    public uint Iss => iss;

    /// <summary>Segments with data that were sent.</summary>
    public int Segments { get; set; }

    /// <summary>Of those that have arrived, the one that was sent last.</summary>
    public int NewestArrived { get; set; } = -1;

    /// <summary>Whether a number is one that this side has sent, or the next.</summary>
    public bool Has(uint sequence) => sequence - iss <= _next;

    /// <summary>The peer takes octets up to here, as it has said; it never takes that back.</summary>
    public void Allow(uint acknowledgment, long window) =>
        _edge = Math.Max(_edge, (acknowledgment - iss) + window);

    /// <summary>Takes data and FIN; returns how many of the bytes were sent before.</summary>
    /// <param name="segment">It is within the stream.</param>
    /// <param name="isAllowed">Whether the peer has said that it takes all of it.</param>
    public int Send(WatchedSegment segment, out bool isAllowed)
    {
        uint start = segment.Sequence - iss;
        uint dataEnd = start + (uint)segment.Length;
        uint end = dataEnd + (segment.Has(RawFlags.Fin) ? 1u : 0);
        isAllowed = end <= _edge;
        int again = (int)Math.Min(segment.Length, Math.Max(0, (long)_next - start));
        _next = Math.Max(_next, end);
        return again;
    }
}
