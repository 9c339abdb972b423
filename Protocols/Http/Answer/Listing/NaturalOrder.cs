namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// The order of names in which people count: runs of digits are numbers of any length, everything else is
/// compared by its bytes.
/// </summary>
internal static class NaturalOrder
{
    /// <summary>
    /// Compares two names; 0 as well for those that differ in leading zeros alone.
    /// </summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int common = a.CommonPrefixLength(b);
        // A number that begins in what both have goes on behind it.
        while (common > 0 && IsDigit(a[common - 1]))
        {
            common--;
        }
        a = a[common..];
        b = b[common..];
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int order = IsDigit(a[0]) && IsDigit(b[0])
                ? CompareNumbers(ref a, ref b)
                : CompareFirst(ref a, ref b);
            if (order != 0)
            {
                return order;
            }
        }
        return a.Length - b.Length;
    }

    private static int CompareFirst(ref ReadOnlySpan<byte> a, ref ReadOnlySpan<byte> b)
    {
        int order = a[0] - b[0];
        a = a[1..];
        b = b[1..];
        return order;
    }

    private static int CompareNumbers(ref ReadOnlySpan<byte> a, ref ReadOnlySpan<byte> b)
    {
        ReadOnlySpan<byte> first = TakeNumber(ref a);
        ReadOnlySpan<byte> second = TakeNumber(ref b);
        return first.Length != second.Length
            ? first.Length - second.Length
            : first.SequenceCompareTo(second);
    }

    // Without leading zeros, so that the longer one is the greater.
    private static ReadOnlySpan<byte> TakeNumber(ref ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        ReadOnlySpan<byte> number = length < 0 ? text : text[..length];
        text = text[number.Length..];
        return number.TrimStart((byte)'0');
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
