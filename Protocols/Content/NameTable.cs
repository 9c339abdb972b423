using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>
/// What has a canonical path, by that path: an immutable table.
/// </summary>
/// <remarks>
/// Open addressing with linear probing, at most half full. All names stand in one array, so that a miss costs
/// one cache line and a hit three. The hash needs no secret: clients look names up, but only the content's
/// owner, and those whom he lets, put them in.
/// </remarks>
internal sealed class NameTable<T>
    where T : class, INamed
{
    private readonly Slot[] _slots;
    private readonly byte[] _names;
    private readonly T[] _items;
    private readonly int _mask;

    /// <summary>Indexes items; later ones do not replace earlier ones of the same path.</summary>
    /// <exception cref="ArgumentException">All names together are longer than an array (2 GB).</exception>
    public NameTable(IEnumerable<T> items)
    {
        T[] all = [.. items];
        long nameBytes = 0;
        foreach (T item in all)
        {
            nameBytes += Encoding.UTF8.GetByteCount(item.Path);
        }
        if (nameBytes > Array.MaxLength)
        {
            throw new ArgumentException("The names together are longer than 2 GB.", nameof(items));
        }
        _names = new byte[nameBytes];
        _items = new T[all.Length];
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * all.Length))];
        _mask = _slots.Length - 1;
        int nameEnd = 0;
        foreach (T item in all)
        {
            nameEnd += Insert(item, nameEnd);
        }
    }

    /// <summary>Names in the table.</summary>
    public int Count { get; private set; }

    /// <summary>All items, in the order in which they were given.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>Finds an item by its path and the path's hash; null when there is none.</summary>
    public T? Find(uint hash, ReadOnlySpan<byte> path)
    {
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
                return _items[slot.Place - 1];
            }
        }
    }

    private int Insert(T item, int nameStart)
    {
        int length = Encoding.UTF8.GetBytes(item.Path, _names.AsSpan(nameStart));
        ReadOnlySpan<byte> name = _names.AsSpan(nameStart, length);
        uint hash = NameHash.Of(name);
        if (Find(hash, name) is not null)
        {
            return 0;
        }
        int i = (int)hash & _mask;
        while (_slots[i].Place != 0)
        {
            i = (i + 1) & _mask;
        }
        _items[Count++] = item;
        _slots[i] = new Slot(hash, Count, nameStart, length);
        return length;
    }

    // Place counts from 1, so that an empty slot is all zeros.
    private readonly record struct Slot(uint Hash, int Place, int NameStart, int NameLength);
}

/// <summary>The hash of names.</summary>
internal static class NameHash
{
    private const ulong Multiplier1 = 0x9E37_79B9_7F4A_7C15;
    private const ulong Multiplier2 = 0xD6E8_FEB8_6659_FD93;

    /// <summary>A hash whose bits are all equally good.</summary>
    public static uint Of(ReadOnlySpan<byte> name) => (uint)WideOf(name);

    /// <summary>The same of 64 bits.</summary>
    public static ulong WideOf(ReadOnlySpan<byte> name)
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
        return Mix(hash ^ last);
    }

    /// <summary>Makes every bit of a value one of all of them.</summary>
    public static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value ^ Multiplier2, Multiplier1, out ulong low);
        return high ^ low;
    }
}
