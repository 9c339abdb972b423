using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Straightwire.Appliance.Metrics;

/// <summary>Adds up the counters of shards, which are public fields.</summary>
internal static class CounterSum
{
    /// <summary>The sum of each counter.</summary>
    /// <param name="shards">What has the counters.</param>
    /// <param name="counters">Which of them.</param>
    public static T Of<TShard, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>(
        IReadOnlyList<TShard> shards, Func<TShard, T> counters)
        where T : class, new()
    {
        if (shards.Count == 1)
        {
            return counters(shards[0]);
        }
        var sum = new T();
        foreach (FieldInfo field in Fields<T>.All)
        {
            field.SetValue(sum, shards.Sum(shard => (long)field.GetValue(counters(shard))!));
        }
        return sum;
    }

    private static class Fields<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields)] T>
    {
        public static readonly FieldInfo[] All =
            typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance);
    }
}
