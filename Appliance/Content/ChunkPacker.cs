using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Content;

/// <summary>A packed region and how much of it was filled.</summary>
internal readonly record struct Chunk(int Region, long Length, long Filled);

/// <summary>
/// Packs byte runs densely into new regions of growing size; safe from any thread. Memory that is not filled
/// costs nothing, but each region is a mapping, of which a process may have some 65,000. Runs that are filled
/// may be read, and sent, while others are added behind them.
/// </summary>
internal sealed class ChunkPacker(RegionTable regions)
{
    private const long LengthMin = 1L << 20;
    private const long LengthMax = 64L << 20;

    private readonly Lock _lock = new();
    private readonly List<Chunk> _filled = [];
    private Chunk _current;
    private long _nextLength = LengthMin;

    /// <summary>Bytes packed so far, in all chunks.</summary>
    public long Bytes { get; private set; }

    /// <summary>The chunk that is being filled; of no length when there is none.</summary>
    public Chunk Current => _current;

    /// <summary>Memory for a run of bytes, to be filled by the caller before <see cref="Seal"/>.</summary>
    public Span<byte> Reserve(int length, out int region, out long offset)
    {
        lock (_lock)
        {
            if (_current.Length - _current.Filled < length)
            {
                Close();
                long chunkLength = Math.Max(_nextLength, length);
                _current = new Chunk(regions.AddPacked(chunkLength), chunkLength, 0);
                _nextLength = Math.Min(_nextLength * 2, LengthMax);
            }
            region = _current.Region;
            offset = _current.Filled;
            _current = _current with { Filled = _current.Filled + length };
            Bytes += length;
        }
        return regions.PackedSpan(region, offset, length);
    }

    /// <summary>Makes the full chunks read-only, and returns those that it has not returned before.</summary>
    public Chunk[] TakeFilled()
    {
        foreach (Chunk chunk in _filled)
        {
            regions.Seal(chunk.Region);
        }
        Chunk[] filled = [.. _filled];
        _filled.Clear();
        return filled;
    }

    /// <summary>Does likewise with all chunks: none is filled any further.</summary>
    public Chunk[] Seal()
    {
        Close();
        return TakeFilled();
    }

    /// <summary>Removes all chunks: nobody has seen any of them yet.</summary>
    public void Discard()
    {
        Close();
        foreach (Chunk chunk in _filled)
        {
            regions.Remove(chunk.Region);
        }
    }

    private void Close()
    {
        if (_current.Length > 0)
        {
            _filled.Add(_current);
            _current = default;
        }
    }
}
