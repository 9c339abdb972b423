using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Metrics;

/// <summary>
/// Writes the counters that a class declares (<see cref="CounterAttribute"/>), those of all shards together:
/// <c>BadChecksum</c> of <c>tcp</c> is <c>tcp_bad_checksum</c>. What they say of themselves is read once,
/// their values each time, as they are and without a lock.
/// </summary>
internal sealed class CounterTable
{
    private readonly object[] _shards;
    private readonly Row[] _rows;

    private CounterTable(string prefix, FieldInfo[] fields, object[] shards)
    {
        _shards = shards;
        _rows =
        [
            .. from field in fields
               let counter = field.GetCustomAttribute<CounterAttribute>()
               where counter is not null
               select new Row(field, $"{prefix}_{NameOf(field.Name)}", counter),
        ];
    }

    /// <summary>A table of a class of counters.</summary>
    /// <param name="prefix">What its names begin with.</param>
    /// <param name="shards">The counters of each shard.</param>
    // The annotation keeps the fields, and what they declare, in a trimmed program.
    public static CounterTable Of<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>(
        string prefix, IEnumerable<T> shards)
        where T : class =>
        new(prefix, typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance), [.. shards]);

    /// <summary>Writes them all, in the order of their declarations.</summary>
    public void Write(MetricsText text)
    {
        foreach (Row row in _rows)
        {
            if (row.Field.FieldType == typeof(CounterSet))
            {
                WriteSet(text, row);
                continue;
            }
            if (row.Field.FieldType == typeof(CounterHistogram))
            {
                WriteHistogram(text, row);
                continue;
            }
            long[] counts = [.. _shards.Select(shard => (long)row.Field.GetValue(shard)!)];
            if (row.Counter.PerShard)
            {
                text.Counters(row.Name, row.Counter.Help, "shard", ByShard(counts));
            }
            else
            {
                text.Counter(row.Name, row.Counter.Help, counts.Sum());
            }
            if (row.Counter.Formerly is { } formerly)
            {
                text.Counter(formerly, $"Until the next minor version: {row.Name}_total.", counts.Sum());
            }
        }
    }

    /// <summary>Numbers of shards by the shards' numbers.</summary>
    public static IEnumerable<(string Shard, long Number)> ByShard(IEnumerable<long> numbers) =>
        numbers.Select((number, shard) => (shard.ToString(CultureInfo.InvariantCulture), number));

    private void WriteSet(MetricsText text, in Row row)
    {
        FieldInfo field = row.Field;
        CounterSet[] sets = [.. _shards.Select(shard => (CounterSet)field.GetValue(shard)!)];
        CounterSet first = sets[0];
        IEnumerable<(string Value, long Count)> counts =
            from place in Enumerable.Range(0, first.Values.Count)
            where first.Values[place] is not null
            select (first.Values[place]!, sets.Sum(set => set[place]));
        text.Counters(row.Name, $"{row.Counter.Help} {first.Legend}".TrimEnd(), first.Label, counts);
    }

    private void WriteHistogram(MetricsText text, in Row row)
    {
        FieldInfo field = row.Field;
        CounterHistogram[] shards = [.. _shards.Select(shard => (CounterHistogram)field.GetValue(shard)!)];
        CounterHistogram first = shards[0];
        double unit = first.Unit;
        long[] counts =
            [.. Enumerable.Range(0, first.Bounds.Count + 1).Select(place => shards.Sum(each => each[place]))];
        text.Histogram(
            row.Name, row.Counter.Help, first.Bounds.Select(bound => bound / unit), counts,
            shards.Sum(each => each.Sum) / unit);
    }

    private static string NameOf(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    /// <summary>A counter: the field, and what it says of itself.</summary>
    private readonly record struct Row(FieldInfo Field, string Name, CounterAttribute Counter);
}
