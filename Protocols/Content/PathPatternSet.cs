using System.Diagnostics.CodeAnalysis;

namespace Straightwire.Protocols.Content;

/// <summary>
/// Patterns in their order, found by paths: a tree of their literal beginnings, and in it the extensions of
/// names, so that a path is compared with those alone that begin, or end, as it does. Immutable.
/// </summary>
public sealed class PathPatternSet
{
    private readonly Node _root = new();

    /// <summary>Makes a set of patterns.</summary>
    public PathPatternSet(IReadOnlyList<PathPattern> patterns)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            foreach (PathGlob glob in patterns[i].Alternatives)
            {
                Node node = _root;
                for (int k = 0; k < glob.LiteralCount; k++)
                {
                    node = node.ChildAt(glob.Literal(k));
                }
                node.Add(i, glob);
            }
        }
        Count = patterns.Count;
    }

    /// <summary>Patterns in the set.</summary>
    public int Count { get; }

    /// <summary>Adds the places of all patterns that meet a path, in no order, some of them twice.</summary>
    public void Find(ReadOnlySpan<byte> path, List<int> places)
    {
        int dot = path.LastIndexOf((byte)'.');
        ReadOnlySpan<byte> extension = dot < 0 ? default : path[(dot + 1)..];
        Node node = _root;
        int position = 1;
        while (true)
        {
            node.Find(path, extension, places);
            if (node.IsLeaf || position > path.Length)
            {
                return;
            }
            int slash = path[position..].IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : position + slash;
            if (!node.TryGet(path[position..end], out node!))
            {
                return;
            }
            position = end + 1;
        }
    }

    private sealed class Node
    {
        private readonly List<(int Place, PathGlob Glob)> _globs = [];
        private Dictionary<byte[], Node>? _children;

        // Those that meet names of one extension alone.
        private Dictionary<byte[], List<(int Place, PathGlob Glob)>>? _byExtension;

        public bool IsLeaf => _children is null;

        public void Add(int place, PathGlob glob)
        {
            if (glob.Extension is not { } extension)
            {
                _globs.Add((place, glob));
                return;
            }
            _byExtension ??= new(SegmentComparer.Instance);
            if (!_byExtension.TryGetValue(extension, out List<(int Place, PathGlob Glob)>? globs))
            {
                _byExtension[extension] = globs = [];
            }
            globs.Add((place, glob));
        }

        public void Find(ReadOnlySpan<byte> path, ReadOnlySpan<byte> extension, List<int> places)
        {
            Find(_globs, path, places);
            if (_byExtension is not null
                && _byExtension.GetAlternateLookup<ReadOnlySpan<byte>>()
                    .TryGetValue(extension, out List<(int Place, PathGlob Glob)>? globs))
            {
                Find(globs, path, places);
            }
        }

        public Node ChildAt(byte[] segment)
        {
            _children ??= new Dictionary<byte[], Node>(SegmentComparer.Instance);
            if (!_children.TryGetValue(segment, out Node? child))
            {
                _children[segment] = child = new Node();
            }
            return child;
        }

        public bool TryGet(ReadOnlySpan<byte> segment, out Node? child) =>
            _children!.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(segment, out child);

        private static void Find(
            List<(int Place, PathGlob Glob)> globs, ReadOnlySpan<byte> path, List<int> places)
        {
            foreach ((int place, PathGlob glob) in globs)
            {
                if (glob.Matches(path))
                {
                    places.Add(place);
                }
            }
        }
    }

    private sealed class SegmentComparer
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static SegmentComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)NameHash.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
