namespace Straightwire.Appliance.Configuration;

/// <summary>The least and the most that a duration may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationLimitsAttribute(string min, string max) : Attribute
{
    /// <summary>The least.</summary>
    public string Min { get; } = min;

    /// <summary>The most.</summary>
    public string Max { get; } = max;
}
