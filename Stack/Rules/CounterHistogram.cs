namespace Straightwire.Stack.Rules;

/// <summary>Counts values by how great they are, as a histogram of Prometheus.</summary>
/// <param name="unit">What a value is divided by to be what the name says, as seconds.</param>
/// <param name="bounds">The greatest value of each place, ascending; what is greater is at one more.</param>
public sealed class CounterHistogram(long unit, params long[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];

    /// <summary>What a value is divided by to be what the name says.</summary>
    public long Unit => unit;

    /// <summary>The greatest value of each place but the last.</summary>
    public IReadOnlyList<long> Bounds => bounds;

    /// <summary>All values together, not divided.</summary>
    public long Sum { get; private set; }

    /// <summary>Values at a place, those at places before it not among them.</summary>
    public long this[int place] => _counts[place];

    /// <summary>Counts a value.</summary>
    public void Observe(long value)
    {
        int place = 0;
        while (place < bounds.Length && value > bounds[place])
        {
            place++;
        }
        _counts[place]++;
        Sum += value;
    }
}
