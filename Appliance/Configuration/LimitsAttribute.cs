using System.Globalization;

namespace Straightwire.Appliance.Configuration;

/// <summary>The least and the most that a number may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LimitsAttribute(long min, long max) : Attribute
{
    /// <summary>The least.</summary>
    public long Min { get; } = min;

    /// <summary>The most.</summary>
    public long Max { get; } = max;

    /// <summary>Whether it must be a power of two.</summary>
    public bool PowerOfTwo { get; init; }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Fault(long value)
    {
        if (value < Min || value > Max)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value} is outside {Min} to {Max}");
        }
        return PowerOfTwo && !long.IsPow2(value)
            ? string.Create(CultureInfo.InvariantCulture, $"{value} is no power of two")
            : null;
    }
}
