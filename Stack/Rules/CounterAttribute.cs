namespace Straightwire.Stack.Rules;

/// <summary>
/// Declares a counter: a public field of a class of counters that only grows, a <see langword="long"/>, a
/// <see cref="CounterSet"/> or a <see cref="CounterHistogram"/>. /metrics has its name, help and type from
/// here, and adds up the shards'.
/// </summary>
/// <param name="help">What is counted, as a sentence.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class CounterAttribute(string help) : Attribute
{
    /// <summary>What is counted, as a sentence.</summary>
    public string Help => help;

    /// <summary>Each shard's count is told with the shard as a label, and not the sum.</summary>
    public bool PerShard { get; init; }

    /// <summary>
    /// The name that it had, without <c>straightwire_</c> and <c>_total</c>: told as well until the next
    /// minor version.
    /// </summary>
    public string? Formerly { get; init; }
}
