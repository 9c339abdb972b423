using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Straightwire.Stack.Rules;

namespace Straightwire.Appliance.Options;

/// <summary>
/// One shard's part of limits that are for all, as they declare it. A flow's shard is chosen by a hash, so
/// that parts fill evenly, but not to the last place.
/// </summary>
public static class ShardShare
{
    /// <summary>The part of each of so many shards.</summary>
    /// <param name="all">The limits of all, none of which is left to follow from another.</param>
    /// <param name="count">How many shards there are.</param>
    public static T Of<
        [DynamicallyAccessedMembers(
            DynamicallyAccessedMemberTypes.PublicProperties
            | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(T all, int count)
        where T : class, new()
    {
        var part = new T();
        foreach (PropertyInfo property in typeof(T).GetProperties())
        {
            if (!property.CanWrite)
            {
                continue;
            }
            object? value = property.GetValue(all);
            KeyAttribute? key = property.GetCustomAttribute<KeyAttribute>();
            if (key?.Share == Share.Part || property.IsDefined(typeof(PartAttribute)))
            {
                int least = key?.PartMinOf is { } other
                    ? (int)typeof(T).GetProperty(other)!.GetValue(all)!
                    : key?.PartMin ?? 1;
                value = Part((int)value!, count, least);
            }
            property.SetValue(part, value);
        }
        return part;
    }

    private static int Part(int all, int count, int least) =>
        Math.Max(Math.Min(least, all), (all + count - 1) / count);
}
