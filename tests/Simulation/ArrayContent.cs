using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Simulation;

/// <summary>
/// Content regions in byte arrays, with a count of the slices held and with storage that can be slow or lost.
/// </summary>
public sealed class ArrayContent : IContentMemory
{
    private readonly List<byte[]> _regions = [[]];
    private readonly List<int> _held = [0];
    private readonly HashSet<int> _pending = [];
    private readonly HashSet<int> _lost = [];

    /// <inheritdoc/>
    public long Version { get; private set; }

    /// <summary>Slices in send queues, over all regions.</summary>
    public int Held => _held.Sum();

    /// <summary>Adds a region and returns its number, from 1.</summary>
    public int Add(byte[] bytes)
    {
        _regions.Add(bytes);
        _held.Add(0);
        return _regions.Count - 1;
    }

    /// <summary>The bytes of a region.</summary>
    public byte[] Region(int region) => _regions[region];

    /// <summary>From now on the region is not in memory, until <see cref="Load"/>.</summary>
    public void Unload(int region) => _pending.Add(region);

    /// <summary>The region is in memory again.</summary>
    public void Load(int region)
    {
        _pending.Remove(region);
        Version++;
    }

    /// <summary>The region's bytes are gone (a truncated file).</summary>
    public void Lose(int region)
    {
        _lost.Add(region);
        Version++;
    }

    /// <inheritdoc/>
    public ContentReadiness Prepare(in ContentSlice slice, Instant now) =>
        _lost.Contains(slice.Region) ? ContentReadiness.Faulted
        : _pending.Contains(slice.Region) ? ContentReadiness.Pending
        : ContentReadiness.Resident;

    /// <inheritdoc/>
    public bool TryRead(int region, long offset, Span<byte> destination)
    {
        if (_lost.Contains(region))
        {
            return false;
        }
        _regions[region].AsSpan((int)offset, destination.Length).CopyTo(destination);
        return true;
    }

    /// <inheritdoc/>
    public void Acquire(int region) => _held[region]++;

    /// <inheritdoc/>
    public void Release(int region)
    {
        _held[region]--;
        Invariant.Assert(_held[region] >= 0, "a slice is released once");
    }
}
