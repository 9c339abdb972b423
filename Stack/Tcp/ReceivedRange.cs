using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>A received range that is beyond RCV.NXT, as far as it stands in one buffer.</summary>
internal struct ReceivedRange
{
    public SequenceNumber Start;
    public SequenceNumber End;

    /// <summary>
    /// Adds a range to those of a buffer, in order, and joins what touches. False when there is no place
    /// for it.
    /// </summary>
    /// <param name="ranges">The buffer's places.</param>
    /// <param name="count">How many are taken; changes with it.</param>
    /// <param name="added">What has come; becomes what it is joined to.</param>
    /// <param name="copy">
    /// Becomes the first part of it that was there before, if it is not set (RFC 2883 §4).
    /// </param>
    public static bool TryAdd(
        Span<ReceivedRange> ranges, ref int count, ref ReceivedRange added, ref SackBlock copy)
    {
        int first = 0;
        while (first < count && ranges[first].End.IsBefore(added.Start))
        {
            first++;
        }
        int last = first;
        ReceivedRange merged = added;
        for (; last < count && ranges[last].Start.IsAtOrBefore(added.End); last++)
        {
            SackBlock again = new(
                SequenceNumber.Max(added.Start, ranges[last].Start),
                SequenceNumber.Min(added.End, ranges[last].End));
            copy = copy == default && again.Left.IsBefore(again.Right) ? again : copy;
            merged.Start = SequenceNumber.Min(merged.Start, ranges[last].Start);
            merged.End = SequenceNumber.Max(merged.End, ranges[last].End);
        }
        if (last == first && count == ranges.Length)
        {
            return false;
        }
        ranges[last..count].CopyTo(ranges[(first + 1)..]);
        ranges[first] = added = merged;
        count += 1 - (last - first);
        return true;
    }
}
