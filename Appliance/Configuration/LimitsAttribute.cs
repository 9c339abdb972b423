namespace Straightwire.Appliance.Configuration;

/// <summary>The least and the most that a number may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LimitsAttribute(long min, long max) : Attribute
{
    /// <summary>The least.</summary>
    public long Min { get; } = min;

    /// <summary>The most.</summary>
    public long Max { get; } = max;
}
