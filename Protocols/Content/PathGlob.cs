using System.Text;

namespace Straightwire.Protocols.Content;

/// <summary>A pattern of paths without alternatives, taken apart at its slashes.</summary>
internal sealed class PathGlob
{
    private readonly Segment[] _segments;

    // What every name that it meets ends with: most names are told by it at once.
    private readonly byte[] _tail;

    /// <summary>Makes one of its segments, without the slash in front.</summary>
    public PathGlob(string[] segments)
    {
        _segments = Array.ConvertAll(segments, Segment.Of);
        int literal = Array.FindIndex(_segments, static segment => segment.Kind != SegmentKind.Literal);
        LiteralCount = literal < 0 ? segments.Length : literal;
        _tail = _segments[^1].Kind is SegmentKind.Literal or SegmentKind.Pattern
            ? Encoding.UTF8.GetBytes(segments[^1][(segments[^1].LastIndexOfAny(['*', '?', ']']) + 1)..])
            : [];
    }

    /// <summary>
    /// What stands behind the last dot of every name that it meets; null: names that have little in common.
    /// </summary>
    public byte[]? Extension => _tail.AsSpan().LastIndexOf((byte)'.') is var dot and >= 0
        ? _tail[(dot + 1)..]
        : null;

    /// <summary>Segments at the beginning that stand for themselves.</summary>
    public int LiteralCount { get; }

    /// <summary>One of those segments.</summary>
    public byte[] Literal(int index) => _segments[index].Text;

    /// <summary>
    /// Whether it meets a canonical path. Only the last <c>**</c> is ever tried anew: what an earlier one
    /// took is never too little.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        if (!path.EndsWith(_tail))
        {
            return false;
        }
        int at = 0;
        int behindDeep = -1;
        int retry = 0;
        // Behind the last segment, and the slash that would be there.
        int end = path.Length + 1;
        int position = 1;
        while (position < end)
        {
            int next = NextOf(path, position);
            if (at < _segments.Length && _segments[at].Kind == SegmentKind.Deep)
            {
                behindDeep = ++at;
                retry = position;
            }
            else if (at < _segments.Length && _segments[at].Matches(path[position..(next - 1)]))
            {
                at++;
                position = next;
            }
            else if (behindDeep >= 0)
            {
                at = behindDeep;
                retry = NextOf(path, retry);
                position = retry;
            }
            else
            {
                return false;
            }
        }
        while (at < _segments.Length && _segments[at].Kind == SegmentKind.Deep)
        {
            at++;
        }
        return at == _segments.Length;
    }

    // Where the segment after the one at a position begins.
    private static int NextOf(ReadOnlySpan<byte> path, int position)
    {
        int slash = path[position..].IndexOf((byte)'/');
        return slash < 0 ? path.Length + 1 : position + slash + 1;
    }

    private enum SegmentKind : byte
    {
        /// <summary>A name that stands for itself.</summary>
        Literal,

        /// <summary>A pattern of a name.</summary>
        Pattern,

        /// <summary>One name, whichever.</summary>
        Name,

        /// <summary>Any number of names.</summary>
        Deep,
    }

    private readonly record struct Segment(SegmentKind Kind, byte[] Text)
    {
        public static Segment Of(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            return new(
                text == "**" ? SegmentKind.Deep
                : IsName(text) ? SegmentKind.Name
                : GlobPattern.IsPattern(bytes) ? SegmentKind.Pattern
                : SegmentKind.Literal,
                bytes);
        }

        // What is behind a final slash is no name, and met by nothing but the same.
        public bool Matches(ReadOnlySpan<byte> name) => Kind switch
        {
            SegmentKind.Literal => name.SequenceEqual(Text),
            _ when name.IsEmpty => false,
            SegmentKind.Name => true,
            _ => GlobPattern.Matches(Text, name),
        };

        private static bool IsName(string text) =>
            text.Length > 1 && text[0] == ':' && char.IsAsciiLetter(text[1])
            && text.Skip(1).All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }
}
