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
    private static readonly FieldInfo[] Tcp =
        [.. typeof(TcpCounters).GetFields().Where(field => field.FieldType == typeof(long))];

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

    /// <summary>Data bytes that the network lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Data bytes that were sent again.</summary>
    public long Again { get; private set; }

    /// <summary>Adds what was seen of one network.</summary>
    public void Add(TcpWatch watch)
    {
        Lost += watch.Lost;
        Again += watch.Again;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Lost {Lost}, Again {Again}, "
        + string.Join(", ", _sums.Select(sum => $"{sum.Key} {sum.Value}"));
}
