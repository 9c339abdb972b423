using System.Reflection;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>TCP's counters over many runs, by name: what the runs have exercised.</summary>
internal sealed class ScenarioTotals
{
    private static readonly FieldInfo[] Fields = typeof(TcpCounters).GetFields();

    private readonly Dictionary<string, long> _sums = Fields.ToDictionary(field => field.Name, _ => 0L);

    /// <summary>The sum of a counter.</summary>
    public long this[string name] => _sums[name];

    /// <summary>Adds one shard's counters.</summary>
    public void Add(TcpCounters counters)
    {
        foreach (FieldInfo field in Fields)
        {
            _sums[field.Name] += (long)field.GetValue(counters)!;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _sums.Select(sum => $"{sum.Key} {sum.Value}"));
}
