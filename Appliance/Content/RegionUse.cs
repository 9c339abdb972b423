using System.Runtime.InteropServices;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>
/// The regions that the content is in, and how many bytes of each the newest generation uses. Counted file by
/// file, so that a change costs as much as the files that it touches.
/// </summary>
internal sealed class RegionUse
{
    private readonly Dictionary<int, Chunk> _chunks = [];

    // Of packed and of mapped regions; a file that is mapped is never empty.
    private readonly Dictionary<int, long> _used = [];
    private readonly HashSet<int> _suspects = [];

    /// <summary>The packed regions that are known, full or not.</summary>
    public IReadOnlyCollection<Chunk> Chunks => _chunks.Values;

    /// <summary>Bytes that were packed, whether or not they are used any more.</summary>
    public long FilledBytes => _chunks.Values.Sum(static chunk => chunk.Filled);

    /// <summary>Bytes of packed memory in use, response heads included.</summary>
    public long PackedBytes { get; private set; }

    /// <summary>Bytes of mapped files in use.</summary>
    public long MappedBytes { get; private set; }

    /// <summary>The packed bytes of an entry.</summary>
    public static long PackedLength(ContentEntry entry) =>
        entry.Http1.NotModified.Length + entry.Http1.Ok.Length + (IsMapped(entry) ? 0 : entry.Body.Length);

    /// <summary>Knows a packed region from now on, or how far it is filled by now.</summary>
    public void Know(in Chunk chunk)
    {
        _chunks[chunk.Region] = chunk;
        Know(chunk.Region);
    }

    /// <summary>Knows a region from now on, which is unused until a file is added.</summary>
    public void Know(int region)
    {
        _used.TryAdd(region, 0);
        _suspects.Add(region);
    }

    /// <summary>Counts the bytes of a file where they lie.</summary>
    public void Add(ContentEntry entry) => Count(entry, 1);

    /// <summary>Counts a file no more.</summary>
    public void Remove(ContentEntry entry) => Count(entry, -1);

    /// <summary>Counts no file any more.</summary>
    public void RemoveAll()
    {
        foreach (int region in _used.Keys)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_used, region) = 0;
            _suspects.Add(region);
        }
        PackedBytes = 0;
        MappedBytes = 0;
    }

    /// <summary>
    /// Forgets the regions that no file is in, and returns them; all but the chunk that is being filled.
    /// </summary>
    public List<int> TakeUnused(in Chunk filling)
    {
        var unused = new List<int>();
        foreach (int region in _suspects)
        {
            if (_used[region] == 0 && (filling.Length == 0 || region != filling.Region))
            {
                _used.Remove(region);
                _chunks.Remove(region);
                unused.Add(region);
            }
        }
        _suspects.Clear();
        if (filling.Length > 0)
        {
            _suspects.Add(filling.Region);
        }
        return unused;
    }

    /// <summary>
    /// The chunks of which less than half is in use, but for the one that is being filled, and how many of
    /// their bytes are not.
    /// </summary>
    public HashSet<int> Sparse(in Chunk filling, out long unusedBytes)
    {
        var sparse = new HashSet<int>();
        unusedBytes = 0;
        foreach (Chunk chunk in _chunks.Values)
        {
            long used = _used[chunk.Region];
            if (used < chunk.Filled / 2 && (filling.Length == 0 || chunk.Region != filling.Region))
            {
                sparse.Add(chunk.Region);
                unusedBytes += chunk.Filled - used;
            }
        }
        return sparse;
    }

    private static bool IsMapped(ContentEntry entry) => entry.Body.Region != entry.Http1.Ok.Region;

    private void Count(ContentEntry entry, int sign)
    {
        long packed = sign * PackedLength(entry);
        PackedBytes += packed;
        Count(entry.Http1.Ok.Region, packed);
        if (IsMapped(entry))
        {
            MappedBytes += sign * entry.Body.Length;
            Count(entry.Body.Region, sign * entry.Body.Length);
        }
    }

    private void Count(int region, long bytes)
    {
        ref long used = ref CollectionsMarshal.GetValueRefOrAddDefault(_used, region, out _);
        used += bytes;
        if (used == 0)
        {
            _suspects.Add(region);
        }
    }
}
