using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// An immutable snapshot of the content directory: an index by canonical path, shared by all shards.
/// </summary>
/// <remarks>
/// Open addressing with linear probing, at most half full. All names stand in one array, so that a miss costs
/// one cache line and a hit three. The hash needs no secret: clients look names up, but only the content's
/// owner puts them in.
/// </remarks>
public sealed class ContentGeneration
{
    private const ulong Multiplier1 = 0x9E37_79B9_7F4A_7C15;
    private const ulong Multiplier2 = 0xD6E8_FEB8_6659_FD93;

    private readonly Slot[] _slots;
    private readonly byte[] _names;
    private readonly ContentEntry[] _entries;
    private readonly int _mask;

    /// <summary>Indexes entries; later ones do not replace earlier ones of the same path.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public ContentGeneration(long number, IEnumerable<ContentEntry> entries)
    {
        Number = number;
        ContentEntry[] all = [.. entries];
        long nameBytes = 0;
        foreach (ContentEntry entry in all)
        {
            nameBytes += Encoding.UTF8.GetByteCount(entry.Path);
        }
        if (nameBytes > Array.MaxLength)
        {
            throw new ArgumentException("The names together are longer than 2 GB.", nameof(entries));
        }
        _names = new byte[nameBytes];
        _entries = new ContentEntry[all.Length];
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * all.Length))];
        _mask = _slots.Length - 1;
        int nameEnd = 0;
        foreach (ContentEntry entry in all)
        {
            nameEnd += Insert(entry, nameEnd);
        }
    }

    /// <summary>Counts from 1.</summary>
    public long Number { get; }

    /// <summary>All directories, the root among them; none when the generation was made of files only.</summary>
    public IEnumerable<DirectoryEntry> Directories { get; init; } = [];

    /// <summary>Finds a directory by its canonical path with the final slash; null when there is none.</summary>
    public DirectoryEntry? FindDirectory(ReadOnlySpan<byte> path)
    {
        string wanted = Encoding.UTF8.GetString(path);
        return Directories.FirstOrDefault(directory => directory.Path == wanted);
    }

    /// <summary>Names in the index.</summary>
    public int Count { get; private set; }

    /// <summary>All entries, in the order in which they were given.</summary>
    public ReadOnlySpan<ContentEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>
    /// Finds an entry by its canonical path in UTF-8; null when there is none. Allocates nothing.
    /// </summary>
    public ContentEntry? Find(ReadOnlySpan<byte> path)
    {
        uint hash = Hash(path);
        Slot[] slots = _slots;
        for (int i = (int)hash & _mask; ; i = (i + 1) & _mask)
        {
            ref readonly Slot slot = ref slots[i];
            if (slot.Place == 0)
            {
                return null;
            }
            if (slot.Hash == hash
                && slot.NameLength == path.Length
                && _names.AsSpan(slot.NameStart, slot.NameLength).SequenceEqual(path))
            {
                return _entries[slot.Place - 1];
            }
        }
    }

    private int Insert(ContentEntry entry, int nameStart)
    {
        int length = Encoding.UTF8.GetBytes(entry.Path, _names.AsSpan(nameStart));
        ReadOnlySpan<byte> name = _names.AsSpan(nameStart, length);
        if (Find(name) is not null)
        {
            return 0;
        }
        uint hash = Hash(name);
        int i = (int)hash & _mask;
        while (_slots[i].Place != 0)
        {
            i = (i + 1) & _mask;
        }
        _entries[Count++] = entry;
        _slots[i] = new Slot(hash, Count, nameStart, length);
        return length;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong hash = (ulong)name.Length * Multiplier2;
        ReadOnlySpan<byte> rest = name;
        while (rest.Length > 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest));
            rest = rest[8..];
        }
        ulong last = 0;
        if (name.Length >= 8)
        {
            // The last eight bytes overlap what was taken already: cheaper than a loop over single bytes.
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
        }
        else
        {
            for (int i = 0; i < rest.Length; i++)
            {
                last |= (ulong)rest[i] << (8 * i);
            }
        }
        return (uint)Mix(hash ^ last);
    }

    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value ^ Multiplier2, Multiplier1, out ulong low);
        return high ^ low;
    }

    // Place counts from 1, so that an empty slot is all zeros.
    private readonly record struct Slot(uint Hash, int Place, int NameStart, int NameLength);
}
