using System.Reflection;
using Straightwire.Stack;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Tcp;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// The counters of TCP and of what shards hand over, over many runs, by name: what the runs have exercised.
/// </summary>
internal sealed class ScenarioTotals
{
    private static readonly FieldInfo[] Tcp = typeof(TcpCounters).GetFields();
    private static readonly FieldInfo[] Handover = typeof(HandoverCounters).GetFields();

    private readonly Dictionary<string, long> _sums =
        Tcp.Concat(Handover).ToDictionary(field => field.Name, _ => 0L);

    /// <summary>The sum of a counter.</summary>
    public long this[string name] => _sums[name];

    /// <summary>Adds one shard's counters.</summary>
    public void Add(ShardCounters counters)
    {
        foreach (FieldInfo field in Tcp)
        {
            _sums[field.Name] += (long)field.GetValue(counters.Tcp)!;
        }
        foreach (FieldInfo field in Handover)
        {
            _sums[field.Name] += (long)field.GetValue(counters.Handover)!;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _sums.Select(sum => $"{sum.Key} {sum.Value}"));
}
