using System.Text;

namespace Straightwire.Protocols.Http.Request;

/// <summary>What a Range field asks for, of a representation of known length.</summary>
internal enum RangeResult : byte
{
    /// <summary>
    /// The whole: the unit is unknown, the grammar is broken, or there are several ranges, which RFC 9110
    /// §14.2 lets a server ignore.
    /// </summary>
    Whole,

    /// <summary>One range that is there, at least in part: 206.</summary>
    Part,

    /// <summary>One range that begins beyond the end: 416.</summary>
    NotSatisfiable,
}

/// <summary>A run of bytes, first and last inclusive.</summary>
internal readonly record struct ByteRange(long First, long Last)
{
    /// <summary>How many bytes it has.</summary>
    public long Length => Last - First + 1;
}

/// <summary>Range requests (RFC 9110 §14): pure.</summary>
internal static class RangeRequest
{
    /// <summary>What a Range value means for a representation of <paramref name="length"/> bytes.</summary>
    public static RangeResult Evaluate(ReadOnlySpan<byte> value, long length, out ByteRange range)
    {
        range = default;
        int equals = value.IndexOf((byte)'=');
        // Range unit names are case-insensitive (RFC 9110 §14.1).
        if (equals < 0 || !Ascii.EqualsIgnoreCase(value[..equals], "bytes"u8))
        {
            return RangeResult.Whole;
        }
        ReadOnlySpan<byte> set = value[(equals + 1)..];
        return FieldSyntax.TryNextMember(ref set, out ReadOnlySpan<byte> spec)
            && !FieldSyntax.TryNextMember(ref set, out _)
            ? EvaluateSpec(spec, length, out range)
            : RangeResult.Whole;
    }

    /// <summary>
    /// range-spec = int-range / suffix-range (RFC 9110 §14.1.1, §14.1.2). Numbers beyond 2^63 − 1 count as
    /// that, which lies beyond every end.
    /// </summary>
    private static RangeResult EvaluateSpec(ReadOnlySpan<byte> spec, long length, out ByteRange range)
    {
        range = default;
        int dash = spec.IndexOf((byte)'-');
        if (dash < 0)
        {
            return RangeResult.Whole;
        }
        long last = long.MaxValue;
        ReadOnlySpan<byte> after = spec[(dash + 1)..];
        if (!after.IsEmpty && !DecimalNumber.TryParse(after, out last))
        {
            return RangeResult.Whole;
        }
        if (dash == 0)
        {
            return after.IsEmpty ? RangeResult.Whole : EvaluateSuffix(last, length, out range);
        }
        // §14.1.1: an int-range whose last position is before its first is invalid, and invalid ones are
        // ignored.
        if (!DecimalNumber.TryParse(spec[..dash], out long first) || last < first)
        {
            return RangeResult.Whole;
        }
        if (first >= length)
        {
            // All of an empty file, as content networks ask to learn of its length, is there.
            return length == 0 && first == 0 && after.IsEmpty
                ? RangeResult.Whole
                : RangeResult.NotSatisfiable;
        }
        range = new ByteRange(first, Math.Min(last, length - 1));
        return RangeResult.Part;
    }

    private static RangeResult EvaluateSuffix(long suffix, long length, out ByteRange range)
    {
        range = default;
        if (suffix == 0)
        {
            return RangeResult.NotSatisfiable;
        }
        if (length == 0)
        {
            // A suffix of nothing can be satisfied, but Content-Range has no words for it: the whole is the
            // same.
            return RangeResult.Whole;
        }
        range = new ByteRange(Math.Max(0, length - suffix), length - 1);
        return RangeResult.Part;
    }
}
