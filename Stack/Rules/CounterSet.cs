namespace Straightwire.Stack.Rules;

/// <summary>Counters that differ in the value of a label, each at a place.</summary>
/// <param name="label">The name of the label that tells its counters apart.</param>
/// <param name="values">Its value at each place; null: nothing is counted there, or told.</param>
/// <param name="legend">What the values mean, as sentences behind the help.</param>
public sealed class CounterSet(string label, IReadOnlyList<string?> values, string legend = "")
{
    private readonly long[] _counts = new long[values.Count];

    /// <summary>The label's name.</summary>
    public string Label => label;

    /// <summary>Its value at each place; null: nothing is counted there, or told.</summary>
    public IReadOnlyList<string?> Values => values;

    /// <summary>What the values mean, as sentences behind the help; empty: they say it themselves.</summary>
    public string Legend => legend;

    /// <summary>The counter at a place.</summary>
    public ref long this[int place] => ref _counts[place];
}
