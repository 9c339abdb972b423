using Straightwire.Stack.Frames;

namespace Straightwire.Simulation;

/// <summary>A piece of a stream.</summary>
/// <param name="Source">Which of <see cref="StreamPlan.Sources"/>.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="Length">Bytes, at least 1.</param>
/// <param name="IsCopied">Written by TryWrite; otherwise a slice of content.</param>
public readonly record struct PlannedPiece(int Source, int Offset, int Length, bool IsCopied);

/// <summary>
/// What one side of a connection sends: pieces of random bytes, as content slices of different sizes and as
/// copied bytes mixed. Both sides know it, so that the receiver can check every byte.
/// </summary>
public sealed class StreamPlan
{
    /// <summary>Bytes of each source.</summary>
    public const int SourceLength = 1 << 18;

    /// <summary>
    /// The bytes that all plans are made of: content region N + 1 of a simulated shard is source N.
    /// </summary>
    public static readonly IReadOnlyList<byte[]> Sources =
        [.. Enumerable.Range(0, 3).Select(n => new SeededRandom((ulong)n).Bytes(SourceLength))];

    private StreamPlan(IReadOnlyList<PlannedPiece> pieces) => Pieces = pieces;

    /// <summary>The pieces in order.</summary>
    public IReadOnlyList<PlannedPiece> Pieces { get; }

    /// <summary>Bytes of all pieces.</summary>
    public long Length => Pieces.Sum(piece => (long)piece.Length);

    /// <summary>Draws a plan of exactly <paramref name="length"/> bytes.</summary>
    public static StreamPlan Draw(SeededRandom random, int length)
    {
        List<PlannedPiece> pieces = [];
        while (length > 0)
        {
            bool copied = random.Chance(0.4);
            int size =
                copied ? random.Between(1, 3000) : random.Pick(1, 37, 536, 1460, 9000, 70_000, 200_000);
            size = Math.Min(size, length);
            int source = random.Between(0, Sources.Count - 1);
            pieces.Add(new PlannedPiece(source, random.Between(0, SourceLength - size), size, copied));
            length -= size;
        }
        return new StreamPlan(pieces);
    }

    /// <summary>The bytes of a piece.</summary>
    public static ReadOnlySpan<byte> BytesOf(in PlannedPiece piece) =>
        Sources[piece.Source].AsSpan(piece.Offset, piece.Length);

    /// <summary>The slice of a piece.</summary>
    public static ContentSlice SliceOf(in PlannedPiece piece) =>
        new(piece.Source + 1, piece.Offset, piece.Length);

    /// <summary>Content whose regions are the sources.</summary>
    public static ArrayContent Content()
    {
        ArrayContent content = new();
        foreach (byte[] source in Sources)
        {
            content.Add(source);
        }
        return content;
    }
}

/// <summary>Checks that what arrives is what was planned.</summary>
public sealed class StreamChecker(StreamPlan plan)
{
    private int _piece;
    private int _within;

    /// <summary>Bytes that arrived and were right.</summary>
    public long Received { get; private set; }

    /// <summary>Whether all has arrived.</summary>
    public bool IsComplete => _piece == plan.Pieces.Count;

    /// <summary>Takes bytes; throws <see cref="SimulationException"/> at the first wrong one.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (IsComplete)
            {
                throw new SimulationException(
                    $"{bytes.Length} bytes beyond the end of the stream, {Received}");
            }
            ReadOnlySpan<byte> expected = StreamPlan.BytesOf(plan.Pieces[_piece])[_within..];
            int length = Math.Min(expected.Length, bytes.Length);
            int same = expected[..length].CommonPrefixLength(bytes[..length]);
            if (same < length)
            {
                throw new SimulationException($"byte {Received + same} of the stream is wrong");
            }
            Received += length;
            bytes = bytes[length..];
            _within += length;
            if (length == expected.Length)
            {
                _piece++;
                _within = 0;
            }
        }
    }
}
