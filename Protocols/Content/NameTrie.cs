using System.Numerics;
using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Names that differ from a table's, and what they stand for by now: an immutable tree of 32 branches at each
/// step, of which a new name copies only the branches on its way.
/// </summary>
internal sealed class NameTrie<T>
    where T : class, INamed
{
    private const int BitsPerStep = 5;

    private readonly object? _root;

    private NameTrie(object? root, int count) => (_root, Count) = (root, count);

    /// <summary>No names.</summary>
    public static NameTrie<T> None { get; } = new(null, 0);

    /// <summary>Names, those that stand for nothing among them.</summary>
    public int Count { get; }

    /// <summary>What all names stand for that stand for something.</summary>
    public IEnumerable<T> Items => ItemsOf(_root);

    /// <summary>
    /// Whether a name is in the tree; <paramref name="item"/> is what it stands for, null when that was
    /// removed.
    /// </summary>
    public bool TryFind(uint hash, ReadOnlySpan<byte> path, out T? item)
    {
        object? node = _root;
        for (uint rest = hash; node is Branch branch; rest >>= BitsPerStep)
        {
            uint bit = BitOf(rest);
            node = (branch.Bits & bit) == 0 ? null : branch.Nodes[branch.PlaceOf(bit)];
        }
        for (var leaf = (Leaf?)node; leaf is not null; leaf = leaf.Next)
        {
            if (leaf.Hash == hash && leaf.Path.AsSpan().SequenceEqual(path))
            {
                item = leaf.Item;
                return true;
            }
        }
        item = null;
        return false;
    }

    /// <summary>The tree in which a name stands for an item, or for nothing.</summary>
    public NameTrie<T> With(uint hash, byte[] path, T? item)
    {
        bool isNew = !TryFind(hash, path, out _);
        return new NameTrie<T>(Put(_root, 0, hash, path, item), Count + (isNew ? 1 : 0));
    }

    private static uint BitOf(uint rest) => 1u << (int)(rest & 31);

    private static object Put(object? node, int shift, uint hash, byte[] path, T? item)
    {
        if (node is Branch branch)
        {
            uint bit = BitOf(hash >> shift);
            int place = branch.PlaceOf(bit);
            if ((branch.Bits & bit) == 0)
            {
                object added = new Leaf(hash, path, item, null);
                return new Branch(
                    branch.Bits | bit, [.. branch.Nodes[..place], added, .. branch.Nodes[place..]]);
            }
            object[] nodes = [.. branch.Nodes];
            nodes[place] = Put(nodes[place], shift + BitsPerStep, hash, path, item);
            return new Branch(branch.Bits, nodes);
        }
        var leaf = (Leaf?)node;
        if (leaf is null || leaf.Hash == hash)
        {
            return new Leaf(hash, path, item, Without(leaf, path));
        }
        // Two hashes differ in one of their bits, so that this ends.
        Invariant.Assert(shift < 32, "different hashes part on the way");
        return Put(new Branch(BitOf(leaf.Hash >> shift), [leaf]), shift, hash, path, item);
    }

    // Leaves in a chain have one hash: there is hardly ever more than one.
    private static Leaf? Without(Leaf? leaf, byte[] path)
    {
        if (leaf is null)
        {
            return null;
        }
        return leaf.Path.AsSpan().SequenceEqual(path)
            ? leaf.Next
            : new Leaf(leaf.Hash, leaf.Path, leaf.Item, Without(leaf.Next, path));
    }

    private static IEnumerable<T> ItemsOf(object? node)
    {
        if (node is Branch branch)
        {
            foreach (T item in branch.Nodes.SelectMany(ItemsOf))
            {
                yield return item;
            }
        }
        for (Leaf? leaf = node as Leaf; leaf is not null; leaf = leaf.Next)
        {
            if (leaf.Item is not null)
            {
                yield return leaf.Item;
            }
        }
    }

    private sealed class Branch(uint bits, object[] nodes)
    {
        public readonly uint Bits = bits;
        public readonly object[] Nodes = nodes;

        public int PlaceOf(uint bit) => BitOperations.PopCount(Bits & (bit - 1));
    }

    private sealed class Leaf(uint hash, byte[] path, T? item, Leaf? next)
    {
        public readonly uint Hash = hash;
        public readonly byte[] Path = path;
        public readonly T? Item = item;
        public readonly Leaf? Next = next;
    }
}
