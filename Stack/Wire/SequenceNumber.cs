using System.Globalization;

namespace Straightwire.Stack.Wire;

/// <summary>
/// A TCP sequence number: arithmetic modulo 2^32 (RFC 9293 §3.4), order within half the space.
/// </summary>
public readonly record struct SequenceNumber(uint Value)
{
    /// <summary>Whether this comes after another.</summary>
    public bool IsAfter(SequenceNumber other) => (int)(Value - other.Value) > 0;

    /// <summary>Whether this comes before another.</summary>
    public bool IsBefore(SequenceNumber other) => (int)(Value - other.Value) < 0;

    /// <summary>Whether this comes after another or is it.</summary>
    public bool IsAtOrAfter(SequenceNumber other) => (int)(Value - other.Value) >= 0;

    /// <summary>Whether this comes before another or is it.</summary>
    public bool IsAtOrBefore(SequenceNumber other) => (int)(Value - other.Value) <= 0;

    /// <summary>Octets from <paramref name="earlier"/> to this; negative when this comes before it.</summary>
    public int Since(SequenceNumber earlier) => (int)(Value - earlier.Value);

    /// <summary>The later of two.</summary>
    public static SequenceNumber Max(SequenceNumber a, SequenceNumber b) => a.IsAfter(b) ? a : b;

    /// <summary>The earlier of two.</summary>
    public static SequenceNumber Min(SequenceNumber a, SequenceNumber b) => a.IsBefore(b) ? a : b;

    /// <summary>The number <paramref name="octets"/> later.</summary>
    public static SequenceNumber operator +(SequenceNumber sequence, int octets) =>
        new(sequence.Value + (uint)octets);

    /// <summary>The number <paramref name="octets"/> earlier.</summary>
    public static SequenceNumber operator -(SequenceNumber sequence, int octets) =>
        new(sequence.Value - (uint)octets);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
